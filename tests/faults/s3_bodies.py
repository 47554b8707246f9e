"""Bodies as S3 takes them: `aws-chunked` framing, and checksums compared with what came."""

import base64
import hashlib
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.faults.s3_objects import CHECKSUM, S3Error

_SHA256 = re.compile(r"[0-9a-f]{64}")
_DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
}


@dataclass(frozen=True)
class Body:
    """The body of a request."""

    raw: bytes
    """As it came."""
    data: bytes
    """Without framing."""
    trailers: Mapping[str, str] = field(default_factory=dict)
    """Headers that came after the last chunk."""


def read_body(headers: Mapping[str, str], raw: bytes) -> Body:
    """Take off `aws-chunked` framing where the headers say that there is some. Raises `S3Error` where it is broken."""
    if "aws-chunked" not in headers.get("content-encoding", ""):
        return Body(raw, raw)
    data, rest = bytearray(), raw
    while True:
        line, _, rest = rest.partition(b"\r\n")
        try:
            size = int(line.partition(b";")[0], 16)
        except ValueError:
            raise S3Error(400, "IncompleteBody", "The framing of the request body is broken.") from None
        if not size:
            break
        data += rest[:size]
        rest = rest[size + 2 :]
    pairs = (line.partition(":") for line in rest.decode("ascii").splitlines() if line)
    return Body(raw, bytes(data), {name.lower(): value.strip() for name, _, value in pairs})


def framed(data: bytes) -> bytes:
    """What a gateway makes that puts framing around a body."""
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(data), data)


def check_sums(headers: Mapping[str, str], body: Body) -> None:
    """Compare every checksum that came with the body. Raises `S3Error` 400, as S3 does."""
    md5 = headers.get("content-md5")
    if md5 is not None and base64.b64decode(md5) != hashlib.md5(body.data, usedforsecurity=False).digest():
        raise S3Error(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
    for name, value in sums_in({**headers, **body.trailers}):
        algorithm = name.removeprefix(CHECKSUM)
        if algorithm not in _DIGESTS:
            raise S3Error(501, "NotImplemented", f"This server knows no {algorithm}.")
        if base64.b64decode(value) != _DIGESTS[algorithm](body.data):
            raise S3Error(400, "BadDigest", f"The {algorithm} you specified did not match the calculated checksum.")
    signed = headers.get("x-amz-content-sha256", "")
    if _SHA256.fullmatch(signed) and signed != hashlib.sha256(body.data).hexdigest():
        raise S3Error(400, "XAmzContentSHA256Mismatch", "The provided header does not match what was computed.")


def sums_in(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The checksum headers among others; not those that name an algorithm or a type."""
    others = (CHECKSUM + "algorithm", CHECKSUM + "type", CHECKSUM + "mode")
    return [(name, value) for name, value in headers.items() if name.startswith(CHECKSUM) and name not in others]


def has_sums(headers: Mapping[str, str]) -> bool:
    """True if a request has to do with checksums, in headers or in a trailer."""
    asks = CHECKSUM + "mode"
    return any(name == "x-amz-trailer" or (name.startswith(CHECKSUM) and name != asks) for name in headers)
