"""``s3://bucket/prefix``: what `ARCHIVE_STORE` may say, after the naming rules of S3 buckets."""

import re
from dataclasses import dataclass

from crawler.errors import ConfigurationError
from crawler.storage.store import is_key

SCHEME = "s3:"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_BUCKET = re.compile(rf"(?=.{{3,63}}\Z){_LABEL}(?:\.{_LABEL})*\Z")
_ADDRESS = re.compile(r"\d+(?:\.\d+){3}\Z")
_EXAMPLE = "write it like s3://bucket/prefix"


@dataclass(frozen=True, slots=True)
class S3Name:
    """Where in S3 an archive is."""

    bucket: str
    prefix: str
    """What the keys of the archive are put behind: empty, or ends in ``/``."""

    @property
    def uri(self) -> str:
        """As a person writes it."""
        return f"s3://{self.bucket}/{self.prefix}".removesuffix("/")


def s3_name(uri: str) -> S3Name:
    """Read ``s3://bucket/prefix``. Raises `ConfigurationError`, which never repeats what may hold a secret."""
    rest = uri[len(SCHEME) :]
    if not rest.startswith("//"):
        raise ConfigurationError(f"ARCHIVE_STORE begins with s3: but not with s3://; {_EXAMPLE}")
    if any(mark in rest for mark in "@?#%:"):
        raise ConfigurationError(
            "ARCHIVE_STORE holds more than a bucket and a prefix (it is not repeated here, it may hold a secret): "
            f"{_EXAMPLE}, and give keys and endpoint by AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL"
        )
    bucket, _, prefix = rest[2:].partition("/")
    if not _BUCKET.match(bucket) or _ADDRESS.match(bucket):
        raise ConfigurationError(
            "ARCHIVE_STORE names no bucket that S3 allows: 3 to 63 lower-case letters, digits, dots and hyphens, "
            f"letter or digit at both ends and beside each dot, no IP address; {_EXAMPLE}"
        )
    prefix = prefix.removesuffix("/")
    if prefix and not is_key(prefix):
        raise ConfigurationError(
            "ARCHIVE_STORE: the prefix behind the bucket may have letters, digits and ._=- between single slashes, "
            f"each part beginning with a letter or digit; {_EXAMPLE}"
        )
    return S3Name(bucket, f"{prefix}/" if prefix else "")
