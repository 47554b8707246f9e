"""Listings of the S3 API, page by page."""

import base64
from itertools import islice
from urllib.parse import quote

from tests.faults.s3_objects import CHECKSUM_ELEMENTS, Bucket, S3Error
from tests.faults.s3_requests import Request
from tests.faults.s3_xml import Fields, document, iso


def list_objects(bucket: Bucket, request: Request, *, repeats: bool) -> bytes:
    """ListObjectsV2. `repeats` gives the first page and its token for ever. Raises `S3Error` for delimiters."""
    query, limit = request.query, request.limit("max-keys")
    if query.get("delimiter"):
        raise S3Error(501, "NotImplemented", "This server lists no folders.")
    prefix, token = query.get("prefix", ""), query.get("continuation-token", "")
    after = _key_of(token) if token and not repeats else query.get("start-after", "")
    page = list(islice(bucket.after(prefix, after), limit + 1))
    more = repeats or len(page) > limit
    page = page[:limit]
    encoded = query.get("encoding-type") == "url"
    fields: Fields = [("Name", request.bucket), ("Prefix", _text(prefix, encoded=encoded)), ("MaxKeys", str(limit))]
    fields += [("KeyCount", str(len(page))), ("IsTruncated", str(more).lower())]
    fields += [("EncodingType", "url")] if encoded else []
    fields += [("NextContinuationToken", _token(page[-1][0] if page else ""))] if more else []
    fields += [("ContinuationToken", token)] if token else []
    for key, stored in page:
        described: Fields = [("Key", _text(key, encoded=encoded)), ("LastModified", iso(stored.modified_at))]
        described += [("ETag", f'"{stored.etag}"'), ("Size", str(len(stored.data))), ("StorageClass", "STANDARD")]
        fields.append(("Contents", described))
    return document("ListBucketResult", fields)


def list_uploads(bucket: Bucket, request: Request) -> bytes:
    """ListMultipartUploads: by key, then by age."""
    query, limit = request.query, request.limit("max-uploads")
    encoded = query.get("encoding-type") == "url"
    marker = (query.get("key-marker", ""), query.get("upload-id-marker", ""))
    found = sorted(bucket.uploads.values(), key=lambda upload: (upload.key, upload.id))
    found = [upload for upload in found if upload.key.startswith(query.get("prefix", ""))]
    found = [upload for upload in found if (upload.key, upload.id) > marker and (marker[1] or upload.key != marker[0])]
    more, page = len(found) > limit, found[:limit]
    fields: Fields = [("Bucket", request.bucket), ("MaxUploads", str(limit)), ("IsTruncated", str(more).lower())]
    fields += [("EncodingType", "url")] if encoded else []
    if more:
        last = page[-1]
        fields += [("NextKeyMarker", _text(last.key, encoded=encoded)), ("NextUploadIdMarker", last.id)]
    for upload in page:
        described: Fields = [("Key", _text(upload.key, encoded=encoded)), ("UploadId", upload.id)]
        fields.append(("Upload", [*described, ("Initiated", iso(upload.began_at))]))
    return document("ListMultipartUploadsResult", fields)


def list_parts(bucket: Bucket, request: Request) -> bytes:
    """ListParts of one upload. Raises `S3Error` 404."""
    query, limit = request.query, request.limit("max-parts")
    upload = bucket.upload(request.key, query["uploadId"])
    marker = int(query.get("part-number-marker", "0"))
    found = sorted((number, part) for number, part in upload.parts.items() if number > marker)
    more, page = len(found) > limit, found[:limit]
    fields: Fields = [("Bucket", request.bucket), ("Key", upload.key), ("UploadId", upload.id)]
    fields += [("MaxParts", str(limit)), ("IsTruncated", str(more).lower())]
    fields += [("NextPartNumberMarker", str(page[-1][0]))] if more else []
    for number, part in page:
        described: Fields = [("PartNumber", str(number)), ("LastModified", iso(part.modified_at))]
        described += [("ETag", f'"{part.etag}"'), ("Size", str(len(part.data)))]
        sums = dict(part.headers)
        described += [(element, sums[header]) for element, header in CHECKSUM_ELEMENTS.items() if header in sums]
        fields.append(("Part", described))
    return document("ListPartsResult", fields)


def _text(key: str, *, encoded: bool) -> str:
    return quote(key) if encoded else key


def _token(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def _key_of(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token).decode()
    except ValueError:
        raise S3Error(400, "InvalidArgument", "The continuation token provided is incorrect") from None
