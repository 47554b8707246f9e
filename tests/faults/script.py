"""A script: what one server does, what it is asked, and what the archive must say of it."""

from dataclasses import dataclass, field
from ssl import TLSVersion

from crawler.items import JsonObject
from tests.faults.raw_server import Answer

PAGE = b"<html>hello</html>"
OK = b"HTTP/1.1 200 OK\r\n"


@dataclass(frozen=True)
class Script:
    """What one server does, what it is asked, and what the archive must say of it."""

    answers: tuple[Answer, ...] = ()
    requests: tuple[JsonObject, ...] = field(default_factory=lambda: ({},))
    """Arguments of the requests beside their URL; `proxy` stands for this server, ``{port}`` in a URL for its port."""
    tls: TLSVersion | None = None
    """The only version of TLS that the server speaks."""
    blurts: bytes = b""
    """What the server says at the first byte that comes; it answers nothing then."""
    tunnel: bool = False
    """True to reach it through a proxy that is asked to CONNECT."""
    kept: tuple[bytes, ...] | None = None
    """The response blocks on record; None: all that was sent, answer by answer."""
    flags: str | None = None
    truncated: str | None = None
    attempts: tuple[tuple[str, bytes], ...] = ()
    """Reason of each failed attempt on record, and the bytes that came before it failed."""
    by_byte: "Script | None" = None
    """What is on record where bytes come one by one, if it differs: the client stops at the first that it dislikes."""
    anywhere: bool = False
    """True where the client stops reading in the middle: what is on record is a beginning of what stands here."""

    @property
    def responses(self) -> list[bytes]:
        """The response blocks on record, in order."""
        return [answer.sent for answer in self.answers] if self.kept is None else list(self.kept)

    @property
    def size(self) -> int:
        """Bytes that the server sends."""
        return sum(len(answer.sent) for answer in self.answers)


def whole(head: bytes, body: bytes = PAGE) -> Answer:
    """A response with a Content-Length, after which the connection is kept."""
    return Answer((head + b"Content-Length: %d\r\n\r\n%s" % (len(body), body),), "keep")


def heard(*kept: bytes, flags: str | None = None, truncated: str | None = None) -> Script:
    """What is on record, for `by_byte`."""
    return Script(kept=kept, flags=flags, truncated=truncated)


def heard_no_head(received: bytes) -> Script:
    """That nothing but an attempt is on record, for `by_byte`."""
    return Script(kept=(), attempts=(("broken", received),))


def answered(head: bytes, body: bytes = PAGE, flags: str | None = None) -> Script:
    """One ordinary request, answered so."""
    return Script((whole(head, body),), flags=flags)


def raw(*chunks: bytes, flags: str | None = None, truncated: str | None = None) -> Script:
    """One ordinary request, answered with just these bytes; then the connection is closed."""
    return Script((Answer(chunks),), flags=flags, truncated=truncated)


def unanswered(reason: str, *chunks: bytes) -> Script:
    """One ordinary request that these bytes give no response to."""
    return Script((Answer(chunks),), kept=(), attempts=((reason, b"".join(chunks)),))
