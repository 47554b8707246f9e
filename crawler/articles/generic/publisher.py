"""What a page's publisher calls itself: needed to tell its name from a headline and from an author."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.articles.json_ld import texts
from crawler.articles.structured import Structured

_COMMON_LABELS = frozenset({"www", "news", "blog", "blogs", "amp", "com", "net", "org", "edu", "gov", "mobile", "info"})
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}")
_NO_LETTER = re.compile(r"[\W_]+")
_MAX_WORDS = 7
"""A name in more words is a slogan or a headline."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """The publisher of one page."""

    names: frozenset[str]
    """Keys of the names that it gives itself."""
    labels: frozenset[str]
    """Words of its host."""

    def owns(self, text: str) -> bool:
        """True for its name, in the forms that pages use: with a suffix, a domain, a desk; and for a bare date."""
        name = key(text)
        if not name or len(text.split()) > _MAX_WORDS:
            return False
        if name in self.names or name in self.labels or _DATE.fullmatch(text.strip()):
            return True
        longer = any(len(known) >= 4 and known in name and 2 * len(known) >= len(name) for known in self.names)
        shorter = len(name) >= 4 and any(name in known and 2 * len(name) >= len(known) for known in self.names)
        if len(text.split()) <= 3 and key(text.split()[0]) in self.labels:  # a desk of it
            return True
        return longer or shorter or any(label in name and 5 * len(label) >= 2 * len(name) for label in self.labels)


def publisher_of(structured: Structured, url: str) -> Publisher:
    """The publisher by the page's own words and by its host."""
    told = structured.metas("og:site_name", "application-name", "apple-mobile-web-app-title", "al:android:app_name")
    told += texts(structured.article.get("publisher")) + texts(structured.linked.page.get("publisher"))
    host = (urlsplit(url).hostname or "").split(".")
    labels = {key(label) for label in host[:-1]} - _COMMON_LABELS
    return Publisher(
        frozenset({name for text in told if len(text.split()) <= _MAX_WORDS and (name := key(text))}),
        frozenset(label for label in labels if len(label) >= 3) | {key("".join(host[-2:]))},
    )


def key(text: str) -> str:
    """Letters and digits alone, in one case: `Gull & Harbour` and `gullharbour` are one."""
    return _NO_LETTER.sub("", text.casefold())
