"""Removes content codings (RFC 9110 section 8.4) piece by piece, with a limit on what may come out."""

import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli
from isal import isal_zlib

from crawler.errors import NotAnArticleError

if sys.version_info >= (3, 14):  # pragma: no cover
    from compression import zstd
else:
    from backports import zstd

BODY_LIMIT = 64 << 20
"""Bytes that a page may decode to; DOWNLOAD_MAXSIZE of this project."""

_PIECE = 1 << 15
"""Bytes that a decoder is given, and may give, at once: decoders copy what they do not use of their input."""

_MOST_CODINGS = 5
"""No honest server applies more; thousands fit into one header field."""

_MOST_MEMBERS = 10_000
"""Members of 20 bytes that hold nothing would take a decoder minutes."""

_ZSTD_OPTIONS: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 23}
"""The window is 8 MiB at most, as RFC 9659 section 3 has it for HTTP."""

_DAMAGE: tuple[type[Exception], ...] = (
    zlib.error,
    isal_zlib.error,  # type: ignore[assignment]  # its stub declares an instance
    zstd.ZstdError,
    brotli.error,
)

_GZIP = zlib.MAX_WBITS | 16
_GZIP_MEMBER = re.compile(rb"\x1f\x8b")
_ZSTD_FRAME = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")
"""A frame or a skippable frame (RFC 8878 section 3.1)."""


def coding_fault(parts: Iterable[bytes | memoryview], codings: list[bytes], limit: int) -> str | None:
    """What is wrong with the coded data that `parts` are in order; None for whole data and where nothing is coded.

    Answers None exactly where `decoded` gives a payload, but holds no more than a piece of it at a time.
    """
    try:
        for _ in _unpacked(parts, _known(codings), limit):
            pass
    except NotAnArticleError as error:
        return str(error)
    return None


def can_be_removed(codings: list[bytes]) -> bool:
    """True where there are content codings and all of them are known."""
    names = [name for name in (part.strip().lower() for part in b",".join(codings).split(b",")) if name]
    return bool(names) and all(name in _DECODERS or name == b"identity" for name in names)


def decoded(payload: bytes, codings: list[bytes], limit: int) -> bytes:
    """`payload` with its content codings removed, the last applied first; an unknown coding is left as it is.

    `codings` are the values of Content-Encoding. Bytes behind the end of the coded data are passed over, as browsers
    do; only behind brotli data they count as damage. Raises `NotAnArticleError` (reason ``undecodable``) for data that
    is damaged or ends early, and when more than `limit` bytes come out.
    """
    names = _known(codings)
    return b"".join(_unpacked((payload,), names, limit)) if names else payload


def is_coded(codings: list[bytes]) -> bool:
    """True if `codings`, the values of Content-Encoding, end in one that is known here."""
    return bool(codings and _known(codings))


def _known(codings: list[bytes]) -> list[bytes]:
    """Names of the codings to remove, in that order, up to the first that is unknown."""
    names = [name.strip().lower() for name in b",".join(codings).split(b",")]
    known: list[bytes] = []
    for name in reversed([name for name in names if name not in (b"", b"identity")]):
        if name not in _DECODERS:
            break
        known.append(name)
    return known


def _unpacked(parts: Iterable[bytes | memoryview], names: list[bytes], limit: int) -> Iterator[bytes]:
    """Pieces of the data with all these codings removed. Raises `NotAnArticleError`."""
    if not names:
        return iter(())
    if len(names) > _MOST_CODINGS:
        raise _undecodable(f"it has {len(names)} content codings")
    for name in names[:-1]:
        parts = _without(name, parts, limit)
    return _without(names[-1], parts, limit)


def _without(name: bytes, parts: Iterable[bytes | memoryview], limit: int) -> Iterator[bytes]:
    """Pieces with one coding removed; `parts` are read to their end, so that no fault in them is passed over."""
    source = _Source(parts)
    size = 0
    try:
        for piece in _DECODERS[name](source):
            size += len(piece)
            if size > limit:
                raise _undecodable(
                    f"it unpacks to more than {limit} bytes; raise DOWNLOAD_MAXSIZE if the page is honest"
                )
            yield piece
        source.drain()
    except EOFError as error:
        raise _undecodable(f"{name.decode('latin-1')} data ends early: the page was cut") from error
    except _DAMAGE as error:
        raise _undecodable(f"{name.decode('latin-1')} data is damaged ({error})") from error


def _undecodable(why: str) -> NotAnArticleError:
    return NotAnArticleError("undecodable", f"the body could not be decoded: {why}")


class _Source:
    """Coded data in small pieces; what a decoder did not use of one can be put back."""

    def __init__(self, parts: Iterable[bytes | memoryview]) -> None:
        self._pieces = _even(parts)
        self._back = b""

    def take(self) -> bytes | memoryview:
        """The next piece, never empty. Raises EOFError at the end."""
        piece, self._back = self._back or next(self._pieces, b""), b""
        if not piece:
            raise EOFError
        return piece

    def put_back(self, unused: bytes) -> None:
        """Give back the end of the piece that was taken last."""
        self._back = unused

    def peek(self, count: int) -> bytes:
        """The next `count` bytes, fewer at the end. They stay to be taken."""
        while len(self._back) < count and (piece := next(self._pieces, None)):
            self._back += piece
        return self._back[:count]

    def drain(self) -> None:
        """Read all that is left."""
        for _ in self._pieces:
            pass


def _even(parts: Iterable[bytes | memoryview]) -> Iterator[bytes | memoryview]:
    """The data in pieces of `_PIECE` bytes, whatever parts it came in: no decoder's answer may hang on the split."""
    held = bytearray()
    for part in parts:
        view = memoryview(part)
        while len(held) + len(view) >= _PIECE:
            cut = _PIECE - len(held)
            yield bytes(held) + view[:cut] if held else view[:cut]
            held.clear()
            view = view[cut:]
        held += view
    if held:
        yield bytes(held)


def _gunzip(source: _Source) -> Iterator[bytes]:
    """Gzip members (RFC 1952 section 2.2)."""
    return _members(source, _GZIP_MEMBER, lambda: _inflated(_gzip_stream(source.peek(4)), source))


def _gzip_stream(head: bytes) -> "zlib._Decompress | isal_zlib.Decompress":
    """ISA-L takes half of zlib's time, but misreads a header with optional fields where it comes in two pieces."""
    plain = head[3:] == b"\x00"
    return isal_zlib.decompressobj(_GZIP) if plain else zlib.decompressobj(_GZIP)


def _inflate(source: _Source) -> Iterator[bytes]:
    """Zlib data (RFC 1950), or the raw deflate data (RFC 1951) that some servers send; the first two bytes tell."""
    try:
        zlib.decompressobj().decompress(source.peek(2))
        stream = zlib.decompressobj()
    except zlib.error:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
    yield from _inflated(stream, source)


def _inflated(stream: "zlib._Decompress | isal_zlib.Decompress", source: _Source) -> Iterator[bytes]:
    piece = b""
    while not stream.eof:
        more = len(piece) == _PIECE  # what is full may have left something behind
        data = stream.unconsumed_tail or (b"" if more else source.take())
        piece = stream.decompress(data, _PIECE)
        yield piece
    source.put_back(stream.unused_data)


def _unbrotli(source: _Source) -> Iterator[bytes]:
    """Brotli data (RFC 7932). The decoder cannot say where its data ended, so that what stands behind is damage."""
    decoder = brotli.Decompressor()
    piece = b""
    while not decoder.is_finished():
        # A limit below the decoder's block gives single blocks of 32 KiB; until none comes it has more to give.
        piece = decoder.process(b"" if piece else source.take(), output_buffer_limit=1)
        yield piece
    if source.peek(1):
        raise brotli.error("bytes behind its end")


def _unzstd(source: _Source) -> Iterator[bytes]:
    """Zstandard frames, skippable ones among them (RFC 8878 section 3.1)."""
    return _members(source, _ZSTD_FRAME, lambda: _zstd_frame(source))


def _zstd_frame(source: _Source) -> Iterator[bytes]:
    frame = zstd.ZstdDecompressor(options=_ZSTD_OPTIONS)
    while not frame.eof:
        yield frame.decompress(source.take() if frame.needs_input else b"", _PIECE)
    source.put_back(frame.unused_data)


def _members(source: _Source, mark: re.Pattern[bytes], member: Callable[[], Iterator[bytes]]) -> Iterator[bytes]:
    """Pieces of all members that stand one behind the other; what has no `mark` behind the first is passed over."""
    count = 0
    while source.peek(1) and (not count or mark.match(source.peek(4))):
        if count == _MOST_MEMBERS:
            raise _undecodable(f"it has more than {_MOST_MEMBERS} members")
        yield from member()
        count += 1


_DECODERS: dict[bytes, Callable[[_Source], Iterator[bytes]]] = {
    b"gzip": _gunzip,
    b"x-gzip": _gunzip,
    b"deflate": _inflate,
    b"br": _unbrotli,
    b"zstd": _unzstd,
}
