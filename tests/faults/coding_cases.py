"""Content codings (RFC 9110 section 8.4): whole, cut and lying. What is on record is always what was sent."""

import gzip
import sys
import zlib

import brotli

from tests.faults.script import OK, PAGE, Script, answered

if sys.version_info >= (3, 14):  # pragma: no cover
    from compression import zstd
else:
    from backports import zstd

TEXT = b"".join(b"<p>paragraph %d</p>" % number for number in range(60))
PACKED = {
    "gzip": gzip.compress(TEXT, mtime=0),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstd.compress(TEXT),
}


def coded(codings: str, body: bytes, flags: str | None = None) -> Script:
    """A body that is said to have these codings."""
    return answered(OK + f"Content-Encoding: {codings}\r\n".encode(), body, flags)


CODINGS = (
    {f"{name}-packed": coded(name, body) for name, body in PACKED.items()}
    | {f"{name}-packed-and-cut": coded(name, body[:-9], "undecodable") for name, body in PACKED.items()}
    | {f"{name}-that-is-none": coded(name, PAGE, "undecodable") for name in PACKED}
    | {
        "raw-deflate": coded("deflate", zlib.compress(TEXT)[2:-4]),
        "gzip-with-trailing-garbage": coded("gzip", PACKED["gzip"] + b"<!-- served by cache 7 -->"),
        "gzip-in-two-members": coded("gzip", PACKED["gzip"] * 2),
        "gzip-within-br": coded("gzip, br", brotli.compress(PACKED["gzip"])),
        "coding-in-upper-case": coded("GZIP", PACKED["gzip"]),
        "unknown-coding": coded("rot13", b"<uGzy>"),
        "identity-coding": coded("identity", PAGE),
        "coded-but-empty": coded("gzip", b""),
    }
)
