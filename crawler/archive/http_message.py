"""Reads an HTTP/1 message from its raw bytes: head, body, payload. RFC 9112; never raises on hostile bytes.

The *body* is what stands after the head, transfer coding included; the *payload* is the body without transfer coding,
content coding kept: what WARC-Payload-Digest is taken over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.archive.digests import digest_and_size

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}")
_BODILESS = frozenset({204, 304})
_INTERIM = re.compile(rb"HTTP/\d\.\d[ \t]+1(?!01)\d\d(?!\d)")
_PIECE = 1 << 20
"""Bytes that are looked at together: a body is never copied whole for a comparison or a digest."""


@dataclass(frozen=True, slots=True)
class HttpMessage:
    """An HTTP/1 message, taken apart but neither changed nor copied."""

    raw: bytes
    """All bytes that came."""
    start_line: bytes
    """Status line or request line, as received, without its line end."""
    status: int
    """Status code of a response, 0 if the status line holds none."""
    fields: tuple[tuple[bytes, bytes], ...]
    """Header fields in order: name as received, value without surrounding white space, folds joined by one space."""
    head_end: int
    """Where the body begins in `raw`; 0 where there is no whole head."""
    end: int
    """Where the message ends in `raw`."""
    complete: bool
    """False if the head or the body ended before its framing says."""
    chunked: bool = False
    """True where the body has chunk framing."""
    decorated: bool = False
    """True where chunks have extensions or trailers follow them: bytes that the payload does not hold."""

    @property
    def head(self) -> bytes:
        """Everything up to and including the blank line."""
        return self.raw[: self.head_end]

    @property
    def body(self) -> bytes:
        """The message's body as on the wire; bytes that came after its end are not part of it."""
        return self.raw[self.head_end : self.end]

    @property
    def payload(self) -> bytes:
        """The body without transfer coding."""
        return b"".join(self.payload_parts())

    @property
    def surplus(self) -> int:
        """Bytes that came after the end of the message."""
        return len(self.raw) - self.end

    def values(self, name: bytes) -> list[bytes]:
        """Values of all fields of that name, in order."""
        wanted = name.lower()
        return [value for field, value in self.fields if field.lower() == wanted]

    def value(self, name: bytes) -> bytes | None:
        """Value of the last field of that name, None without one."""
        values = self.values(name)
        return values[-1] if values else None

    def payload_parts(self) -> Iterator[memoryview]:
        """The payload in pieces that share the memory of `raw`."""
        view = memoryview(self.raw)
        spans = chunk_spans(self.raw, self.head_end) if self.chunked else iter(((self.head_end, self.end),))
        for start, stop in spans:
            for at in range(start, stop, _PIECE):
                yield view[at : min(at + _PIECE, stop)]

    def payload_is(self, body: bytes) -> bool:
        """True if the payload is exactly `body`."""
        at = 0
        for part in self.payload_parts():
            if body[at : at + len(part)] != part.tobytes():
                return False
            at += len(part)
        return at == len(body)

    def payload_digest(self) -> tuple[str, int]:
        """Digest and size of the payload, as WARC-Payload-Digest gives it."""
        return digest_and_size(self.payload_parts())


def parse_response(raw: bytes, method: str = "GET") -> HttpMessage:
    """Take a response apart. `method` is the request's: the answer to HEAD has no body."""
    head_end, fields = _head(raw)
    if not head_end:
        return HttpMessage(raw, b"", 0, (), 0, len(raw), complete=False)
    line = _first_line(raw)
    message = HttpMessage(raw, line, _status(line), fields, head_end, head_end, complete=True)
    if method == "HEAD" or message.status in _BODILESS or message.status // 100 == 1:
        return message
    return _framed(message)


def final_response(raw: bytes) -> bytes:
    """`raw` without the interim responses (1xx, RFC 9110 section 15.2) before the final one. 101 ends HTTP: kept."""
    at = 0
    while interim := _INTERIM.match(raw, at):
        end = _END_OF_HEAD.search(raw, interim.end())
        if end is None:
            break
        at = end.end()
    return raw[at:] if at else raw


def without_fields(raw: bytes, names: frozenset[bytes]) -> tuple[bytes, tuple[str, ...]]:
    """`raw` without the header lines of `names` (lower case), and the names that were cut, as written."""
    lower = raw.lower()
    if not any(name in lower for name in names):
        return raw, ()
    head_end, _ = _head(raw)
    kept: list[bytes] = []
    cut: list[str] = []
    cutting = False
    for line in raw[:head_end].splitlines(keepends=True):
        if not line.startswith((b" ", b"\t")):
            name = line.partition(b":")[0].strip()
            cutting = name.lower() in names
            if cutting:
                cut.append(name.decode("latin-1"))
        if not cutting:
            kept.append(line)
    return b"".join(kept) + raw[head_end:], tuple(cut)


def _status(start_line: bytes) -> int:
    parts = start_line.split(None, 2)
    return int(parts[1]) if len(parts) > 1 and re.fullmatch(rb"\d{3}", parts[1]) else 0


def _first_line(head: bytes) -> bytes:
    return head[: head.find(b"\n")].rstrip(b"\r")


def _head(raw: bytes) -> tuple[int, tuple[tuple[bytes, bytes], ...]]:
    """Where the head ends, 0 where it does not, and its fields."""
    end = _END_OF_HEAD.search(raw)
    if end is None:
        return 0, ()
    fields: list[tuple[bytes, list[bytes]]] = []
    for line in raw[: end.end()].split(b"\n")[1:]:
        name, colon, value = line.rstrip(b"\r").partition(b":")
        if line.startswith((b" ", b"\t")) and fields:
            fields[-1][1].append(line.strip())
        elif colon:
            fields.append((name.strip(), [value.strip()]))
    return end.end(), tuple((name, b" ".join(parts)) for name, parts in fields)


def _framed(message: HttpMessage) -> HttpMessage:
    """The message with its end. Transfer-Encoding wins over Content-Length (RFC 9112, 6.3)."""
    size = len(message.raw)
    codings = b",".join(message.values(b"transfer-encoding")).lower().split(b",")
    if codings[-1].strip() == b"chunked":
        return _chunked(message)
    lengths = {value.strip() for value in b",".join(message.values(b"content-length")).split(b",")} - {b""}
    if len(lengths) == 1 and re.fullmatch(rb"\d{1,18}", length := lengths.pop()):
        end = message.head_end + int(length)
        return replace(message, end=min(end, size), complete=end <= size)
    return replace(message, end=size)


def _chunked(message: HttpMessage) -> HttpMessage:
    """A chunked message with its end, which is that of its trailers (RFC 9112, 7.1)."""
    raw, at, besides = message.raw, message.head_end, 0
    for start, stop in chunk_spans(raw, at):
        besides += start - at - len(b"%x\r\n" % (stop - start))
        at = stop + 2
    whole_chunks = at == message.head_end or raw[at - 2 : at] == b"\r\n"
    line_end = raw.find(b"\n", at)
    if not whole_chunks or line_end < 0 or not _is_last(raw[at:line_end]):
        return replace(message, end=len(raw), complete=False, chunked=True)
    end = _end_of_trailers(raw, line_end + 1)
    decorated = besides != 0 or raw[at:end] != b"0\r\n\r\n"
    return replace(message, end=end if end >= 0 else len(raw), complete=end >= 0, chunked=True, decorated=decorated)


def chunk_spans(raw: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Where the data of each chunk stands, from the size line at `at` on, to the last chunk or where framing breaks.

    A chunk that is cut gives what came of it.
    """
    while True:
        line_end = raw.find(b"\n", at)
        size_line = raw[at:line_end].partition(b";")[0].strip() if line_end >= 0 else b""
        if not _CHUNK_SIZE.fullmatch(size_line) or not (size := int(size_line, 16)):
            return
        start = line_end + 1
        stop = min(start + size, len(raw))
        yield start, stop
        at = start + size + 2
        if raw[start + size : at] != b"\r\n":
            return


def _is_last(line: bytes) -> bool:
    size = line.partition(b";")[0].strip()
    return _CHUNK_SIZE.fullmatch(size) is not None and int(size, 16) == 0


def _end_of_trailers(raw: bytes, at: int) -> int:
    while (line_end := raw.find(b"\n", at)) >= 0:
        if not raw[at:line_end].strip():
            return line_end + 1
        at = line_end + 1
    return -1
