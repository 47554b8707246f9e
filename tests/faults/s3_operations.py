"""The operations of the S3 API on objects, honest but for the faults that are due."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from email.utils import format_datetime

from tests.faults.s3_bodies import Body, check_sums, framed, has_sums, sums_in
from tests.faults.s3_faults import Does, Fault
from tests.faults.s3_listings import list_objects, list_parts, list_uploads
from tests.faults.s3_objects import CHECKSUM, Bucket, S3Error, Stored, Upload
from tests.faults.s3_requests import Reply, Request
from tests.faults.s3_xml import Fields, document, parts_listed

_RANGE = re.compile(r"bytes=(\d*)-(\d*)\Z")


@dataclass(frozen=True)
class Task:
    """What is to be done where, and what goes wrong with it."""

    bucket: Bucket
    request: Request
    body: Body
    due: Mapping[Does, Fault]


def perform(buckets: dict[str, Bucket], request: Request, body: Body, due: Mapping[Does, Fault]) -> Reply:
    """Do what is asked. Raises `S3Error`."""
    if request.operation == "CreateBucket":
        buckets.setdefault(request.bucket, Bucket())
        return Reply()
    if request.bucket not in buckets:
        raise S3Error(404, "NoSuchBucket", "The specified bucket does not exist")
    if request.operation == "HeadBucket":
        return Reply()
    if request.operation not in _OPERATIONS:
        raise S3Error(501, "NotImplemented", f"This server does not know {request.method} {request.path}")
    if Does.REFUSES_CHECKSUMS in due and has_sums(request.headers):
        raise S3Error(400, "InvalidRequest", "The value specified in the x-amz-checksum header is not supported")
    if Does.REFUSES_CONDITION in due and request.if_absent:
        raise _named(due[Does.REFUSES_CONDITION])
    try:
        return _OPERATIONS[request.operation](Task(buckets[request.bucket], request, body, due))
    except S3Error as error:
        if error.status == 412 and Does.SAYS_OTHERWISE in due:
            raise _named(due[Does.SAYS_OTHERWISE]) from error
        raise


def _named(fault: Fault) -> S3Error:
    return S3Error(fault.status, fault.code, "as the test wants it")


def _put(task: Task) -> Reply:
    stored = _stored(task)
    if_absent = task.request.if_absent and Does.IGNORES_CONDITION not in task.due
    if if_absent and Does.RACES in task.due and task.request.key not in task.bucket.objects:
        task.bucket.meet(task.request.key)
        if_absent = False
    task.bucket.put(task.request.key, stored, if_absent=if_absent)
    return Reply(headers={"ETag": f'"{stored.etag}"'})


def _get(task: Task) -> Reply:
    stored = task.bucket.get(task.request.key)
    wanted = task.request.headers.get("if-match")
    if wanted is not None and wanted.strip('"') != stored.etag:
        raise S3Error(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
    ranged = "range" in task.request.headers
    shows_sums = task.request.headers.get("x-amz-checksum-mode") == "ENABLED" and not ranged
    headers = {
        "ETag": f'"{stored.etag}"',
        **{name: value for name, value in stored.headers if shows_sums or not name.startswith(CHECKSUM)},
        "Last-Modified": format_datetime(stored.modified_at.replace(microsecond=0), usegmt=True),
        "Accept-Ranges": "bytes",
    }
    asked = "" if Does.IGNORES_RANGE in task.due else task.request.headers.get("range", "")
    last = asked.rpartition("-")[2]
    if Does.REFUSES_LONG_RANGE in task.due and last and int(last) >= len(stored.data):
        raise S3Error(400, "InvalidArgument", "invalid byte range")
    window = _window(asked, len(stored.data))
    if window is None:
        return Reply(200, headers, stored.data)
    if Does.HIDES_RANGE not in task.due:
        headers["Content-Range"] = f"bytes {window.start}-{window.stop - 1}/{len(stored.data)}"
    return Reply(206, headers, stored.data[window])


def _delete(task: Task) -> Reply:
    task.bucket.delete(task.request.key)
    return Reply(204)


def _begin(task: Task) -> Reply:
    algorithm = "" if Does.IGNORES_CHECKSUMS in task.due else task.request.headers.get(f"{CHECKSUM}algorithm", "")
    upload = task.bucket.begin(task.request.key, task.request.metadata, algorithm)
    return Reply(body=document("InitiateMultipartUploadResult", _place(task.request, upload)))


def _put_part(task: Task) -> Reply:
    stored = _stored(task)
    number = int(task.request.query["partNumber"])
    if not 1 <= number <= 10_000:
        raise S3Error(400, "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive")
    task.bucket.put_part(task.request.key, task.request.query["uploadId"], number, stored)
    return Reply(headers={"ETag": f'"{stored.etag}"'})


def _complete(task: Task) -> Reply:
    stored = task.bucket.complete(
        task.request.key,
        task.request.query["uploadId"],
        parts_listed(task.body.data),
        if_absent=task.request.if_absent and Does.IGNORES_CONDITION not in task.due,
    )
    fields: Fields = [("Bucket", task.request.bucket), ("Key", task.request.key), ("ETag", f'"{stored.etag}"')]
    return Reply(body=document("CompleteMultipartUploadResult", fields))


def _abort(task: Task) -> Reply:
    task.bucket.abort(task.request.key, task.request.query["uploadId"])
    return Reply(204)


def _list_objects(task: Task) -> Reply:
    start = task.request.query.get("start-after", "")
    if start and Does.REFUSES_FOREIGN_START in task.due and not start.startswith(task.request.query.get("prefix", "")):
        raise S3Error(501, "NotImplemented", "A header you provided implies functionality that is not implemented")
    return Reply(body=list_objects(task.bucket, task.request, repeats=Does.REPEATS_TOKEN in task.due))


def _list_uploads(task: Task) -> Reply:
    return Reply(body=list_uploads(task.bucket, task.request))


def _list_parts(task: Task) -> Reply:
    return Reply(body=list_parts(task.bucket, task.request))


def _stored(task: Task) -> Stored:
    """What is kept of a body. Raises `S3Error` where it is refused."""
    request, body, due = task.request, task.body, task.due
    limit = due.get(Does.LIMITS_SIZE)
    if limit and len(body.data) > limit.size:
        raise S3Error(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
    sums = sums_in({**request.headers, **body.trailers})
    if Does.IGNORES_CHECKSUMS in due:
        sums = []
    else:
        check_sums(request.headers, body)
    etag = hashlib.md5(body.data, usedforsecurity=False).hexdigest()
    stored = Stored(body.data, etag, (*request.metadata, *sums))
    if Does.WRONG_ETAG in due:
        stored = replace(stored, etag="0" * 32)
    if Does.ALTERS in due:
        stored = replace(stored, data=_altered(stored.data))
    if Does.KEEPS_FRAMING in due:
        stored = replace(stored, data=body.raw if body.raw != body.data else framed(body.data))
    return stored


def _altered(data: bytes) -> bytes:
    """The same with a bit turned over in the middle."""
    middle = len(data) // 2
    return data[:middle] + bytes(byte ^ 1 for byte in data[middle : middle + 1]) + data[middle + 1 :]


def _place(request: Request, upload: Upload) -> Fields:
    return [("Bucket", request.bucket), ("Key", upload.key), ("UploadId", upload.id)]


def _window(asked: str, size: int) -> slice | None:
    """The range that is asked for; None for all. Raises `S3Error` 416 where it begins after the end."""
    found = _RANGE.match(asked)
    if not found or not any(found.groups()):
        return None
    first, last = found.groups()
    start = int(first) if first else max(size - int(last), 0)
    if start >= size:
        raise S3Error(416, "InvalidRange", "The requested range is not satisfiable")
    return slice(start, min(int(last) + 1, size) if first and last else size)


_OPERATIONS: dict[str, Callable[[Task], Reply]] = {
    "PutObject": _put,
    "GetObject": _get,
    "HeadObject": _get,
    "DeleteObject": _delete,
    "CreateMultipartUpload": _begin,
    "UploadPart": _put_part,
    "CompleteMultipartUpload": _complete,
    "AbortMultipartUpload": _abort,
    "ListObjectsV2": _list_objects,
    "ListMultipartUploads": _list_uploads,
    "ListParts": _list_parts,
}
