"""Requisites: what a browser fetches beside a page so that it looks right. Every address passes the same gate."""

import re
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from w3lib.url import safe_url_string

from crawler.evidence import RequisiteKind

MAX_REQUISITES = 500
"""Requisites that are taken of one page or stylesheet."""

MAX_URL = 2083
"""Characters: longer URLs are passed over; browsers of the archived years took no longer ones."""

MAX_OFFERS = 20_000
"""Addresses that are looked at in one page or stylesheet, the useless ones included."""

MAX_CSS = 4 << 20
"""Bytes or characters: a longer stylesheet is not read."""

MAX_CSS_MARKS = 200_000
"""Punctuation marks and runs of white space in the CSS of one page or stylesheet; 800 kB of usual CSS have them.

The parser makes objects of each: up to 400 bytes and ten microseconds.
"""

_EDGES = "".join(map(chr, range(0x21)))
_LINE_BREAKS = re.compile("[\t\n\r]")
_HOST = re.compile(r"[^\x00-\x20\x7f-\U0010ffff\"#%/:<>?@\[\\\]^`{|}]+|\[[0-9a-fA-F:.]+\]")


@dataclass(frozen=True, slots=True)
class Requisite:
    """A file that a page or a stylesheet needs."""

    url: str
    """Absolute http or https URL, without fragment, percent-encoded."""
    kind: RequisiteKind
    """What it is used as."""


@dataclass(slots=True)
class RequisiteGate:
    """Lets usable addresses through, once each, in their order; `base_url` is what relative ones are relative to."""

    base_url: str
    offers_left: int = MAX_OFFERS
    marks_left: int = MAX_CSS_MARKS
    found: dict[str, RequisiteKind] = field(default_factory=dict)

    def offer(self, address: str | None, kind: RequisiteKind) -> None:
        """Take an address as the page wrote it, or pass it over.

        What is named as a stylesheet anywhere is one: pages preload stylesheets under other names.
        """
        if not address or self.full:
            return
        self.offers_left -= 1
        url = absolute(address, self.base_url)
        if url is not None and (url not in self.found or kind == "stylesheet"):
            self.found[url] = kind

    @property
    def full(self) -> bool:
        """Nothing more is taken."""
        return len(self.found) >= MAX_REQUISITES or self.offers_left <= 0

    def requisites(self) -> tuple[Requisite, ...]:
        """Everything that came through."""
        return tuple(Requisite(url, kind) for url, kind in self.found.items())


def absolute(address: str, base_url: str) -> str | None:
    """The http or https URL that a browser fetches for an address (URL standard, 4.4); None for any other address.

    Without its fragment; an address that is only a fragment means the page itself and is none, too.
    """
    address = _LINE_BREAKS.sub("", address.strip(_EDGES))
    if not address or address.startswith("#") or len(address) > MAX_URL:
        return None
    head = re.split(r"[?#]", address, maxsplit=1)[0]
    try:
        url = safe_url_string(urljoin(base_url, head.replace("\\", "/") + address[len(head) :]))
        url = urldefrag(url).url
        parts = urlsplit(url)
        host = parts.netloc.removesuffix(f":{parts.port}")
    except ValueError:  # no URL
        return None
    usable = parts.scheme in ("http", "https") and _HOST.fullmatch(host) is not None and len(url) <= MAX_URL
    return url if usable else None
