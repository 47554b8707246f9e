"""What the errors of botocore mean: what may pass, and what to do about the rest. No word of a store is repeated."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError

from crawler.errors import NewswarcError, StoreError
from crawler.storage.retrying import Passing, RefusedError, retry_after_seconds

JUDGED: tuple[type[Exception], ...] = (boto.BotoCoreError, boto.ClientError, ResponseParserError, HTTPError, OSError)
"""urllib3's errors are there because boto3 lets some pass while a body is read."""

_PASSING_STATUS = {408, 429}
_LASTING_STATUS = {501, 505, 507}
"""Of those from 500 on, which mean that the server, or what stands before it, fails now."""
_PASSING_CODES = {
    "409",  # a conflict that nothing is said about
    "BandwidthLimitExceeded",
    "ConditionalRequestConflict",
    "IncompleteBody",
    "InternalError",
    "OperationAborted",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequests",
}
_CODE = re.compile(r"[A-Za-z0-9.]{1,64}\Z")
_KEYS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or what boto3 finds by itself (environment, files, roles)"
_SKEWED = "set the clock of this machine: it is too far from the store's"
_REGION = "set AWS_REGION_NAME to the region of the bucket, and AWS_ENDPOINT_URL to its endpoint"
_ON_THE_WAY = "the bytes were changed on their way; run again, and look at what lies between here and the store"
_FULL = "the store is full: make room there"
_HINTS = {
    "403": f"the key may not do that, or is not valid: check {_KEYS}; it needs to read, write and list in the bucket",
    "AccessDenied": f"the key may not do that: let it read, write and list in the bucket, or check {_KEYS}",
    "AuthorizationHeaderMalformed": _REGION,
    "BadDigest": _ON_THE_WAY,
    "EntityTooLarge": "lower ARCHIVE_PART_BYTES",
    "ExpiredToken": "the session token is over: renew AWS_SESSION_TOKEN with its keys",
    "IllegalLocationConstraintException": _REGION,
    "InsufficientStorage": _FULL,
    "InvalidAccessKeyId": f"the store does not know the key: check {_KEYS}",
    "InvalidDigest": _ON_THE_WAY,
    "InvalidToken": "check AWS_SESSION_TOKEN",
    "NoSuchBucket": "create the bucket first, or set ARCHIVE_STORE",
    "PermanentRedirect": _REGION,
    "QuotaExceeded": _FULL,
    "RequestTimeTooSkewed": _SKEWED,
    "SignatureDoesNotMatch": f"the secret key does not fit: check {_KEYS}",
    "XAmzContentSHA256Mismatch": _ON_THE_WAY,
}
_OTHERWISE = "check ARCHIVE_STORE, AWS_ENDPOINT_URL and AWS_REGION_NAME"
_UNTRUSTED = (
    "CERTIFICATE_VERIFY_FAILED",
    "NO_CERTIFICATE_OR_CRL_FOUND",  # in the file that AWS_VERIFY names
    "doesn't match",  # urllib3 compares the names itself for boto3
    "no appropriate subjectAltName",
)
"""What OpenSSL and urllib3 say of a certificate that no repetition makes better."""
_UNKNOWN_HEADER = {"400", "InvalidArgument", "InvalidRequest", "UnsupportedHeader"}
_DENIED = {"403", "AccessDenied", "Forbidden"}
_MISSING = {"404", "NoSuchKey", "NotFound"}


def judge_of(what: str) -> Callable[[Exception], Passing | StoreError]:
    """A judge (see `Patience.ask`) for a request that was to do `what`."""

    def judge(error: Exception) -> Passing | StoreError:
        if isinstance(error, boto.ClientError):
            return _answered(error, what)
        if isinstance(error, boto.HTTPClientError) and isinstance(cause := error.kwargs.get("error"), NewswarcError):
            raise cause  # of the file that was being sent
        return _not_answered(error, what)

    return judge


def is_missing(error: RefusedError) -> bool:
    """True if there is no such object."""
    return error.status == 404 and error.code in _MISSING


def is_denied(error: RefusedError) -> bool:
    """True if the key lacks a right, and is valid otherwise."""
    return error.status == 403 and error.code in _DENIED


def is_there_already(error: RefusedError) -> bool:
    """True if a put-if-absent found an object. RFC 9110, 13.2.2 wants 412; some stores have their own 409, or 304."""
    return error.status in (304, 412) or (error.status == 409 and error.code.endswith("AlreadyExists"))


def may_refuse_conditions(error: RefusedError) -> bool:
    """True if the store may not know If-None-Match. Not all say so by 501: only asking without it tells."""
    return is_not_implemented(error) or (error.status == 400 and error.code in _UNKNOWN_HEADER)


def is_not_implemented(error: RefusedError) -> bool:
    """True if the store does not know the request, or one of its headers."""
    return error.status in (405, 501) or error.code in ("NotImplemented", "MethodNotAllowed")


def header_of(answer: dict[str, Any], name: str) -> str | None:
    """A header of an answer, or of an error's, by its lower-case name."""
    value = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get(name)
    return None if value is None else str(value)


def _answered(error: boto.ClientError, what: str) -> Passing | StoreError:
    answer: dict[str, Any] = error.response
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0)
    code = str(answer.get("Error", {}).get("Code") or status)
    if not _CODE.match(code):
        code = str(status)
    words = f"HTTP {status}" if code == str(status) else f"HTTP {status} {code}"
    failing = status >= 500 and status not in _LASTING_STATUS
    if failing or status in _PASSING_STATUS or code in _PASSING_CODES:
        return Passing(words, retry_after_seconds(header_of(answer, "retry-after"), datetime.now(UTC)))
    refused = RefusedError(f"cannot {what}: {words}; {_HINTS.get(code, _OTHERWISE)}", code, status)
    refused.date = header_of(answer, "date")
    return refused


def _not_answered(error: Exception, what: str) -> Passing | StoreError:
    kind = type(error).__name__
    if isinstance(error, boto.NoCredentialsError | boto.PartialCredentialsError):
        return StoreError(f"cannot {what}: there are no credentials ({kind}); set {_KEYS}")
    if isinstance(error, boto.CredentialRetrievalError | boto.MetadataRetrievalError):
        return Passing(f"credentials are due, and cannot be had where boto3 gets them ({kind})", maybe_done=False)
    if isinstance(error, boto.SSLError) and any(words in str(error.kwargs.get("error")) for words in _UNTRUSTED):
        advice = (
            "set AWS_VERIFY to a PEM file with the certificate of the authority that signed it, "
            "and AWS_ENDPOINT_URL to the name that it is for"
        )
        return StoreError(f"cannot {what}: the certificate of the store is not trusted; {advice}")
    if isinstance(error, boto.ConnectionError) and not isinstance(error, boto.SSLError):
        return Passing(f"no connection ({kind})", maybe_done=False)
    if isinstance(
        error,
        boto.HTTPClientError | boto.IncompleteReadError | ResponseParserError | boto.SSLError | HTTPError | OSError,
    ):
        return Passing(f"no whole answer ({kind})")
    return StoreError(f"cannot {what}: boto3 refuses to ask ({kind}); {_OTHERWISE}")
