"""The headline of a page of which nothing is known: a vote of all the places that may hold it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborNode

from crawler.articles.generic.publisher import Publisher, key, publisher_of
from crawler.articles.reading import Found, PageReading
from crawler.articles.text import short_line

_MARKS = r"[|\-–—―:·•»›：｜/~]"
_PART = re.compile(rf"\s+{_MARKS}+\s+|\s*(?:[|»›]|::)\s*|\s*[：｜]\s*")
_REST = re.compile(rf"\s*\W*\s*{_MARKS}.{{2,}}", re.DOTALL)
_KICKER = re.compile(r"[^:|]{3,50}[:|]\s+")
_CUT = re.compile(r"\s*(?:…|\.\.\.)$")
_WORDS = re.compile(r"\w+")
_CALLED_HEADLINE = 'h2, [itemprop~="headline"], [class*="headline" i], [data-testid*="headline" i]'
_MAX_CLIMB = 5
_AGREED_SPACES = 4
_MAX_HEADINGS = 30
_LIKE = 3.0
"""Weight of a heading that is like what else the page says: only two that agree outvote it."""

_MAX_TEXT = 5000
_MAX_LENGTH = 500
"""Characters of a headline; what is longer is a text in the wrong element."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that may be the headline."""

    text: str
    source: str
    weight: float


def headline(reading: PageReading) -> Found:
    """The headline and where its form was found; empty where the page has none.

    What people see, the `h1`, counts most; JSON-LD and `og:title` that agree outvote it. A page's `title` and
    `twitter:title` that repeat `og:title` were made from it, and say nothing new.
    """
    if agreed := _agreed(reading):
        return agreed, "h1"
    publisher = publisher_of(reading.structured, reading.url)
    told = list(_told(reading, publisher))
    heading = _heading(reading, told, publisher)
    candidates = [_whole(candidate, told, heading) for candidate in ([heading] if heading else []) + told]
    if not candidates:
        return "", ""
    votes: dict[str, float] = {}
    for name, weight in _weighed(candidates):
        votes[name] = votes.get(name, 0) + weight
    winner = max(votes, key=lambda name: votes[name])  # of equals the first, which is what people see
    found = next(candidate for candidate in candidates if _plain(candidate.text) == winner)
    return found.text, found.source


def _agreed(reading: PageReading) -> str:
    """An `h1` that `og:title` repeats, which nothing can outvote; a text of a few words may be the site's name."""
    told = _plain(reading.structured.meta("og:title"))
    if told.count(" ") < _AGREED_SPACES:
        return ""
    headings = reading.structured.headings[:_MAX_HEADINGS]
    found = next(((node, text) for node in headings if _plain(text := short_line(node, _MAX_TEXT)) == told), None)
    return found[1] if found and not _in_breadcrumb(found[0]) else ""


def _told(reading: PageReading, publisher: Publisher) -> Iterator[Candidate]:
    """What the page tells machines, without the publisher's name, best first."""
    structured = reading.structured
    title = short_line(structured.title_element, _MAX_TEXT) if structured.title_element is not None else ""
    places = (
        (structured.ld("headline")[:1] or structured.ld("name")[:1], "json-ld:headline", 2.0),
        (structured.metas("og:title"), "meta:og:title", 2.0),
        (structured.metas("twitter:title", "parsely-title", "sailthru.title", "dc.title"), "meta:twitter:title", 1.0),
        ([title], "html:title", 1.0),
    )
    for texts, source, weight in places:
        text = next((text[:_MAX_LENGTH] for text in texts if text), "")
        bare = without_publisher(text, publisher)
        if bare and not publisher.owns(bare):
            yield Candidate(bare, source, weight)


def without_publisher(text: str, publisher: Publisher) -> str:
    """A title without the name of the site, its section beside it, and a date, at either end."""
    parts = [match.span() for match in _PART.finditer(text)]
    end = len(text)
    for start, stop in reversed(parts):
        if publisher.owns(text[stop:end]) and len(_WORDS.findall(text[:start])) > 1:
            end = start
    if parts and end > parts[0][1] and publisher.owns(text[: parts[0][0]]):
        return text[parts[0][1] : end].strip()
    return text[:end].strip()


def _heading(reading: PageReading, told: list[Candidate], publisher: Publisher) -> Candidate | None:
    """The `h1` that is the article's: the one most like what else the page says, never the site's name.

    An `h1` that ends a breadcrumb is there for search engines; what people see stands in another element then.
    """
    headings = reading.structured.headings[:_MAX_HEADINGS]
    shown = [node for node in headings if not _in_breadcrumb(node)]
    found = _best(shown, told, publisher, 0.0)
    if found is None and len(shown) < len(headings):
        others = [node for node in reading.root.css(_CALLED_HEADLINE)[:_MAX_HEADINGS] if node.tag != "h1"]
        crumb = _best(headings, told, publisher, 0.0)
        found = _best(others, told, publisher, 0.9) or (replace(crumb, weight=1.0) if crumb else None)
    return found


def _best(nodes: list[LexborNode], told: list[Candidate], publisher: Publisher, least: float) -> Candidate | None:
    """The first of the elements that is like what the page tells machines, or else the first that is long enough."""
    best: Candidate | None = None
    for node in nodes:
        text = short_line(node, _MAX_TEXT)[:_MAX_LENGTH]
        if not key(text) or publisher.owns(text):
            continue
        likeness = max((_likeness(text, candidate.text) for candidate in told), default=1.0)
        weight = _LIKE if likeness >= 0.3 else 1.5
        enough = likeness >= least and (likeness > 0.0 or len(_WORDS.findall(text)) > 3)
        if enough and (best is None or weight > best.weight):
            best = Candidate(_without_kicker(node, text, told), node.tag or "", weight)
        if best is not None and best.weight == _LIKE:
            break
    return best


def _in_breadcrumb(node: LexborNode) -> bool:
    around: LexborNode | None = node
    for _ in range(_MAX_CLIMB):
        if around is None:
            return False
        named = " ".join(f"{name} {value or ''}" for name, value in around.attributes.items())
        if around.tag in ("li", "nav") or "breadcrumb" in named.casefold():
            return True
        around = around.parent
    return False


def _likeness(one: str, other: str) -> float:
    """The share of the shorter text's words that the other has; of texts without spaces, the share of characters."""
    mine, others = (set(_WORDS.findall(text.casefold())) for text in (one, other))
    if min(len(mine), len(others)) < 3:
        mine, others = set(key(one)), set(key(other))
        return float(len(mine & others) >= 0.8 * max(len(mine), len(others), 1))
    return len(mine & others) / min(len(mine), len(others))


def _without_kicker(node: LexborNode, text: str, told: list[Candidate]) -> str:
    """The heading's own element of it that another layer takes for the end of the headline, where it has a kicker."""
    plain = [_plain(candidate.text) for candidate in told]
    if _plain(text) in plain:
        return text
    for part in node.iter():
        inside = short_line(part, _MAX_TEXT)
        name = _plain(inside)
        if len(name.split()) > 2 and any(other.endswith(name) for other in plain):
            return inside
    return text


def _whole(candidate: Candidate, told: list[Candidate], heading: Candidate | None) -> Candidate:
    """The candidate without what follows or leads a headline that others know: a section, a kicker, a site's name."""
    others = [other for other in told if other.source in ("json-ld:headline", "meta:og:title")]
    others += [heading] if heading else []
    for other in others:
        behind, before = candidate.text.removeprefix(other.text), candidate.text.removesuffix(other.text)
        kicker = other.source.startswith(("json-ld", "meta")) and before != candidate.text and _KICKER.fullmatch(before)
        if kicker or (behind != candidate.text and _REST.fullmatch(behind)):
            return Candidate(other.text, candidate.source, candidate.weight)
    return candidate


def _weighed(candidates: list[Candidate]) -> Iterator[tuple[str, float]]:
    """What each candidate votes for. A text that is cut short votes for the whole one."""
    names = [_plain(candidate.text) for candidate in candidates]
    known: set[str] = set()
    for candidate, name in zip(candidates, names, strict=True):
        bare = _plain(_CUT.sub("", candidate.text))
        whole = next((n for n in names if n != name and bare and n.startswith(bare)), None)
        cut = whole is not None and (
            bare != name or bool(_CUT.search(candidate.text)) or not whole[len(bare)].isspace()
        )
        name = whole if cut and whole else name
        made = name in known and candidate.source in ("meta:twitter:title", "html:title")
        yield name, candidate.weight / 4 if made else candidate.weight
        if candidate.source == "meta:og:title":
            known.add(name)


def _plain(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))
