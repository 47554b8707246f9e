"""Reads an HTTP/1 message from its raw bytes: head, body, payload. RFC 9112; never raises on hostile bytes.

The *body* is what stands after the head, transfer coding included; the *payload* is the body without transfer coding,
content coding kept: what WARC-Payload-Digest is taken over.
"""

import re
from dataclasses import dataclass

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}")
_BODILESS = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class HttpMessage:
    """An HTTP/1 message, taken apart but not changed."""

    start_line: bytes
    """Status line or request line, as received, without its line end."""
    fields: tuple[tuple[bytes, bytes], ...]
    """Header fields in order: name as received, value without surrounding white space, folds joined by one space."""
    head: bytes
    """Everything up to and including the blank line."""
    body: bytes
    """The message's body as on the wire; bytes that came after its end are not part of it."""
    payload: bytes
    """The body without transfer coding."""
    complete: bool
    """False if the head or the body ended before its framing says."""
    surplus: int
    """Bytes that came after the end of the message."""

    @property
    def status(self) -> int:
        """Status code of a response, 0 if the status line holds none."""
        parts = self.start_line.split(None, 2)
        return int(parts[1]) if len(parts) > 1 and re.fullmatch(rb"\d{3}", parts[1]) else 0

    def values(self, name: bytes) -> list[bytes]:
        """Values of all fields of that name, in order."""
        wanted = name.lower()
        return [value for field, value in self.fields if field.lower() == wanted]

    def value(self, name: bytes) -> bytes | None:
        """Value of the last field of that name, None without one."""
        values = self.values(name)
        return values[-1] if values else None


def parse_response(raw: bytes, method: str = "GET") -> HttpMessage:
    """Take a response apart. `method` is the request's: the answer to HEAD has no body."""
    head, fields = _head(raw)
    start_line = _first_line(head)
    if not head:
        return HttpMessage(start_line, (), raw, b"", b"", complete=False, surplus=0)
    rest = raw[len(head) :]
    message = HttpMessage(start_line, fields, head, b"", b"", complete=True, surplus=len(rest))
    if method == "HEAD" or message.status in _BODILESS or message.status < 200:
        return message
    body, payload, complete = _framed(message, rest)
    return HttpMessage(start_line, fields, head, body, payload, complete, len(rest) - len(body))


def final_response(raw: bytes) -> bytes:
    """`raw` without the interim responses (1xx, RFC 9110 section 15.2) before the final one. 101 ends HTTP: kept."""
    while True:
        head, _ = _head(raw)
        parts = _first_line(head).split(None, 2)
        if len(parts) < 2 or not re.fullmatch(rb"1\d\d", parts[1]) or parts[1] == b"101":
            return raw
        raw = raw[len(head) :]


def without_fields(raw: bytes, names: frozenset[bytes]) -> tuple[bytes, tuple[str, ...]]:
    """`raw` without the header lines of `names` (lower case), and the names that were cut, as written."""
    head, _ = _head(raw)
    kept: list[bytes] = []
    cut: list[str] = []
    cutting = False
    for line in head.splitlines(keepends=True):
        if not line.startswith((b" ", b"\t")):
            name = line.partition(b":")[0].strip()
            cutting = name.lower() in names
            if cutting:
                cut.append(name.decode("latin-1"))
        if not cutting:
            kept.append(line)
    return b"".join(kept) + raw[len(head) :], tuple(cut)


def _first_line(head: bytes) -> bytes:
    return head.partition(b"\n")[0].rstrip(b"\r")


def _head(raw: bytes) -> tuple[bytes, tuple[tuple[bytes, bytes], ...]]:
    end = _END_OF_HEAD.search(raw)
    if end is None:
        return b"", ()
    head = raw[: end.end()]
    fields: list[tuple[bytes, bytes]] = []
    for line in head.split(b"\n")[1:]:
        name, colon, value = line.rstrip(b"\r").partition(b":")
        if line.startswith((b" ", b"\t")) and fields:
            fields[-1] = (fields[-1][0], fields[-1][1] + b" " + line.strip())
        elif colon:
            fields.append((name.strip(), value.strip()))
    return head, tuple(fields)


def _framed(message: HttpMessage, rest: bytes) -> tuple[bytes, bytes, bool]:
    """Body, payload and whether they are complete. Transfer-Encoding wins over Content-Length (RFC 9112, 6.3)."""
    codings = b",".join(message.values(b"transfer-encoding")).lower().split(b",")
    if codings[-1].strip() == b"chunked":
        return dechunk(rest)
    lengths = {value.strip() for value in b",".join(message.values(b"content-length")).split(b",")} - {b""}
    if len(lengths) == 1 and re.fullmatch(rb"\d{1,18}", length := lengths.pop()):
        body = rest[: int(length)]
        return body, body, len(body) == int(length)
    return rest, rest, True


def dechunk(raw: bytes) -> tuple[bytes, bytes, bool]:
    """Body with its chunks, the chunks' data, and whether the last chunk and its trailers came (RFC 9112, 7.1)."""
    data: list[bytes] = []
    at = 0
    while True:
        line_end = raw.find(b"\n", at)
        size_line = raw[at:line_end].partition(b";")[0].strip() if line_end >= 0 else b""
        if not _CHUNK_SIZE.fullmatch(size_line):
            return raw, b"".join(data), False
        size = int(size_line, 16)
        at = line_end + 1
        if size == 0:
            end = _end_of_trailers(raw, at)
            return raw[: end if end >= 0 else None], b"".join(data), end >= 0
        data.append(raw[at : at + size])
        at += size
        if len(raw) < at + 2 or raw[at : at + 2] != b"\r\n":
            return raw, b"".join(data), False
        at += 2


def _end_of_trailers(raw: bytes, at: int) -> int:
    while (line_end := raw.find(b"\n", at)) >= 0:
        if not raw[at:line_end].strip():
            return line_end + 1
        at = line_end + 1
    return -1
