"""robots.txt by RFC 9309: what an answer means, and whether a URL may be fetched."""

from dataclasses import dataclass, field

from protego import Protego

SIZE_LIMIT = 512_000
"""Bytes of a robots.txt that are read (RFC 9309 section 2.5 asks for at least 500 KiB)."""


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host."""

    url: str
    """URL of the robots.txt."""
    cause: str
    """What the rules follow from, for messages: ``HTTP 503``, ``no address for that host``."""
    record_id: str | None = None
    """WARC-Record-ID of the answer; None where there was none."""
    rules: Protego | None = field(default=None, compare=False)
    """Parsed rules; None where there are none."""
    everything_allowed: bool = False
    """True where the host has no rules (4xx, section 2.3.1.3)."""

    def allows(self, url: str, user_agent: str) -> bool:
        """True if the URL may be fetched under that product token."""
        return self.everything_allowed or (self.rules is not None and bool(self.rules.can_fetch(url, user_agent)))

    def refusal(self, url: str) -> str:
        """Why the URL may not be fetched, and what to do, in one sentence."""
        if self.rules is not None:
            return f"{self.url} disallows {url}: ask the publisher, or crawl another section"
        return (
            f"{self.url} cannot be read ({self.cause}), so nothing there may be fetched: check the address, try later"
        )

    @property
    def reason(self) -> str:
        """Short reason of a refusal, for stats."""
        return "robots_disallowed" if self.rules is not None else "robots_unreachable"


def robots_of(url: str, status: int, body: bytes, record_id: str | None = None) -> Robots:
    """What the answer to a request for robots.txt means (section 2.3.1); server errors are complete disallow."""
    if 200 <= status < 300:
        return Robots(
            url, f"HTTP {status}", record_id, rules=Protego.parse(body[:SIZE_LIMIT].decode("utf-8", "replace"))
        )
    return Robots(url, f"HTTP {status}", record_id, everything_allowed=400 <= status < 500 and status != 429)


def unreachable_robots(url: str, cause: str) -> Robots:
    """The host gave no answer: complete disallow (section 2.3.1.4)."""
    return Robots(url, cause)
