"""Removes content codings (RFC 9110 section 8.4) from a payload, with a limit on what may come out."""

import sys
import zlib
from collections.abc import Callable

import brotli

from crawler.errors import NotAnArticleError

if sys.version_info >= (3, 14):  # pragma: no cover
    from compression import zstd
else:
    from backports import zstd

BODY_LIMIT = 64 << 20
"""Bytes that a page may decode to; DOWNLOAD_MAXSIZE of this project."""


def decoded(payload: bytes, codings: list[bytes], limit: int) -> bytes:
    """`payload` with its content codings removed, the last applied first; an unknown coding is left as it is.

    `codings` are the values of Content-Encoding. Bytes behind the end of the coded data are passed over, as browsers
    do. Raises `NotAnArticleError` (reason ``undecodable``) for data that is damaged or ends early, and when more than
    `limit` bytes come out.
    """
    names = [name.strip().lower() for name in b",".join(codings).split(b",") if name.strip()]
    for name in reversed(names):
        decode = _DECODERS.get(name)
        if decode is None:
            return payload
        try:
            payload, complete = decode(payload, limit + 1)
        except (zlib.error, zstd.ZstdError, brotli.error, EOFError) as error:
            raise _undecodable(f"{name.decode('latin-1')} data is damaged ({error})") from error
        if len(payload) > limit:
            raise _undecodable(f"it unpacks to more than {limit} bytes; raise DOWNLOAD_MAXSIZE if the page is honest")
        if not complete:
            raise _undecodable(f"{name.decode('latin-1')} data ends early: the page was cut")
    return payload


def _undecodable(why: str) -> NotAnArticleError:
    return NotAnArticleError("undecodable", f"the body could not be decoded: {why}")


def _gunzip(data: bytes, limit: int) -> tuple[bytes, bool]:
    out = b""
    complete = not data
    while data.startswith(b"\x1f\x8b") or (data and not complete):
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        out += member.decompress(data, limit - len(out))
        complete = member.eof
        data = member.unused_data if member.eof and len(out) < limit else b""
    return out, complete


def _inflate(data: bytes, limit: int) -> tuple[bytes, bool]:
    try:
        return _one_stream(zlib.decompressobj(), data, limit)
    except zlib.error:  # some servers send raw deflate data without the zlib frame
        return _one_stream(zlib.decompressobj(-zlib.MAX_WBITS), data, limit)


def _one_stream(stream: "zlib._Decompress", data: bytes, limit: int) -> tuple[bytes, bool]:
    return stream.decompress(data, limit), stream.eof


def _unbrotli(data: bytes, limit: int) -> tuple[bytes, bool]:
    decoder = brotli.Decompressor()
    out = decoder.process(data, output_buffer_limit=limit)
    while not decoder.is_finished() and len(out) < limit:
        more = decoder.process(b"", output_buffer_limit=limit - len(out))
        if not more:
            break
        out += more
    return bytes(out), bool(decoder.is_finished())


def _unzstd(data: bytes, limit: int) -> tuple[bytes, bool]:
    out = b""
    complete = not data
    while data and len(out) < limit and (not out or data.startswith(b"\x28\xb5\x2f\xfd")):
        frame = zstd.ZstdDecompressor()
        out += frame.decompress(data, limit - len(out))
        complete = frame.eof
        data = frame.unused_data if frame.eof else b""
    return out, complete


def _identity(data: bytes, limit: int) -> tuple[bytes, bool]:
    return data[:limit], True


_DECODERS: dict[bytes, Callable[[bytes, int], tuple[bytes, bool]]] = {
    b"gzip": _gunzip,
    b"x-gzip": _gunzip,
    b"deflate": _inflate,
    b"br": _unbrotli,
    b"zstd": _unzstd,
    b"identity": _identity,
}
