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


def decoded(payload: bytes, codings: list[bytes], limit: int) -> bytes:
    """`payload` with its content codings removed, the last applied first.

    `codings` are the values of Content-Encoding. Raises `NotAnArticleError` (reason ``undecodable``) for an unknown
    coding, for damaged data and when more than `limit` bytes come out.
    """
    names = [name.strip().lower() for name in b",".join(codings).split(b",") if name.strip()]
    for name in reversed(names):
        decode = _DECODERS.get(name)
        if decode is None:
            raise _undecodable(f"content coding {name!r} is not known")
        try:
            payload = decode(payload, limit + 1)
        except (zlib.error, zstd.ZstdError, brotli.error, EOFError) as error:
            raise _undecodable(f"{name.decode('latin-1')} data is damaged ({error})") from error
        if len(payload) > limit:
            raise _undecodable(f"decoded to more than {limit} bytes; raise DOWNLOAD_MAXSIZE if the page is honest")
    return payload


def _undecodable(why: str) -> NotAnArticleError:
    return NotAnArticleError("undecodable", f"the body could not be decoded: {why}")


def _gunzip(data: bytes, limit: int) -> bytes:
    out = b""
    while data and len(out) < limit:
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        out += member.decompress(data, limit - len(out))
        data = member.unused_data if member.eof else b""
    return out


def _inflate(data: bytes, limit: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, limit)
    except zlib.error:  # some servers send raw deflate data without the zlib frame
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, limit)


def _unbrotli(data: bytes, limit: int) -> bytes:
    decoder = brotli.Decompressor()
    out = decoder.process(data, output_buffer_limit=limit)
    while not decoder.is_finished() and len(out) < limit:
        more = decoder.process(b"", output_buffer_limit=limit - len(out))
        if not more:
            break
        out += more
    return bytes(out)


def _unzstd(data: bytes, limit: int) -> bytes:
    out = b""
    while data and len(out) < limit:
        frame = zstd.ZstdDecompressor()
        out += frame.decompress(data, limit - len(out))
        data = frame.unused_data if frame.eof else b""
    return out


def _identity(data: bytes, limit: int) -> bytes:
    return data[:limit]


_DECODERS: dict[bytes, Callable[[bytes, int], bytes]] = {
    b"gzip": _gunzip,
    b"x-gzip": _gunzip,
    b"deflate": _inflate,
    b"br": _unbrotli,
    b"zstd": _unzstd,
    b"identity": _identity,
}
