"""Generates the articles of the sample site: same arguments, same articles, any number. No I/O."""

import random
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from tests.site import prose

FIRST_ID = 1_120_000_000
NEWEST = int(datetime(2026, 4, 1, 12, 0, tzinfo=UTC).timestamp())
MINUTES_APART = 37


@dataclass(frozen=True)
class SampleBlock:
    """One block of a body."""

    kind: str
    text: str


@dataclass(frozen=True)
class SampleLink:
    """A link to another article of the site, inside the body."""

    title: str
    path: str
    section: str | None = None


@dataclass(frozen=True)
class SampleArticle:
    """What an extractor should find."""

    id: int
    path: str
    title: str
    lead: str | None
    place: str | None
    blocks: tuple[SampleBlock, ...]
    caption: str
    credit: str
    read_more: SampleLink
    card: SampleLink
    tags: tuple[str, ...]
    author: str | None
    published: int
    modified: int | None


@dataclass(frozen=True)
class SampleSite:
    """One edition of the site. Edition n + 1 has one more article and two that were edited since edition n."""

    seed: int = 1
    articles: int = 12
    edition: int = 1
    oddities: bool = True
    variety: bool = False
    """Serve the special pages of `tests.site.variety` too."""

    @cached_property
    def listed(self) -> tuple[SampleArticle, ...]:
        """Articles on the section page, newest first."""
        added = self.edition - 1
        made = [_article(self.seed, number) for number in range(self.articles + added)]
        for edition in range(2, self.edition + 1):
            first, second = _edited_in(edition, self.articles)
            made[first] = _with_new_headline(made[first], self.seed, first)
            made[second] = _with_new_paragraph(made[second], edition)
        return tuple(reversed(made))

    @property
    def changed_since_previous(self) -> tuple[int, ...]:
        """Ids of the articles that this edition changed in headline or text."""
        if self.edition < 2:
            return ()
        return tuple(dict.fromkeys(FIRST_ID + number for number in _edited_in(self.edition, self.articles)))

    @property
    def moved(self) -> frozenset[int]:
        """Ids of listed articles that are linked by an old URL, which redirects."""
        return frozenset({FIRST_ID + 3} if self.oddities and self.articles > 3 else ())

    @property
    def flaky(self) -> frozenset[int]:
        """Ids of listed articles that answer 503 when they are asked for the first time."""
        return frozenset({FIRST_ID + 5} if self.oddities and self.articles > 5 else ())

    @property
    def withdrawn(self) -> frozenset[int]:
        """Ids of listed articles that always answer 404."""
        return frozenset({FIRST_ID + 7} if self.oddities and self.articles > 7 else ())


def _edited_in(edition: int, articles: int) -> tuple[int, int]:
    """Numbers of the articles that an edition edits: headline, text. None of the odd ones while there are others."""
    usable = [number for number in range(articles) if number not in (3, 5, 7)] or [0]
    return usable[(2 * edition) % len(usable)], usable[(2 * edition + 1) % len(usable)]


def _article(seed: int, number: int) -> SampleArticle:
    chance = random.Random(f"{seed}:{number}")  # noqa: S311  sample data
    topic = prose.TOPICS[number % len(prose.TOPICS)]
    city = prose.CITIES[(number // len(prose.TOPICS) + number) % len(prose.CITIES)]
    title = topic.headline.format(city=city)
    published = NEWEST + number * MINUTES_APART * 60
    return SampleArticle(
        id=FIRST_ID + number,
        path=_path(number, title, published),
        title=title,
        lead=topic.lead or None,
        place=city.upper() if number % 4 != 3 else None,
        blocks=_blocks(topic, city, number, chance),
        caption=topic.caption.format(city=city),
        credit=f"{chance.choice(prose.AGENCIES)} / {chance.choice(prose.PHOTOGRAPHERS)}",
        read_more=_link(seed, number + 5, None),
        card=_link(seed, number + 2, "World" if number % 2 else None),
        tags=("World", *topic.tags, city),
        author=chance.choice(prose.PHOTOGRAPHERS) if number % 3 == 0 else None,
        published=published,
        modified=published + 1140 if number % 3 == 1 else None,
    )


def _blocks(topic: prose.Topic, city: str, number: int, chance: random.Random) -> tuple[SampleBlock, ...]:
    facts = list(topic.facts)
    chance.shuffle(facts)
    blocks = [SampleBlock("paragraph", topic.opening.format(city=city))]
    blocks += [SampleBlock("paragraph", fact) for fact in facts[:2]]
    blocks.append(SampleBlock("quote", topic.quote))
    if number % 2:
        blocks.append(SampleBlock("heading", prose.SUBHEADS[number % len(prose.SUBHEADS)]))
    blocks += [SampleBlock("paragraph", fact) for fact in facts[2:]]
    if number % 5 == 2:
        blocks += [SampleBlock("list_item", item) for item in prose.LIST_ITEMS]
    blocks.append(SampleBlock("paragraph", prose.DISTANT.format(city=city, number=1000 + number)))
    blocks.append(SampleBlock("paragraph", _letters(number)))
    return tuple(blocks)


def _letters(number: int) -> str:
    """What only this article says: articles on one topic are no near duplicates."""
    chance = random.Random(number)  # noqa: S311  sample data
    each = (f"{chance.choice(prose.CITIES)} {chance.randrange(100, 1000)}" for _ in range(prose.LETTERS))
    return prose.LETTER.format(letters=", ".join(each))


def _link(seed: int, number: int, section: str | None) -> SampleLink:
    topic = prose.TOPICS[number % len(prose.TOPICS)]
    title = topic.headline.format(city=prose.CITIES[(seed + number) % len(prose.CITIES)])
    return SampleLink(title, _path(number + 100_000, title, NEWEST - 86_400), section)


def _path(number: int, title: str, published: int) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return f"/{datetime.fromtimestamp(published, UTC):%Y%m%d}/{slug}-{FIRST_ID + number}.html"


def _with_new_headline(article: SampleArticle, seed: int, number: int) -> SampleArticle:
    """The headline as the desk corrects it, and back when it is corrected again. The path stays."""
    topic = prose.TOPICS[number % len(prose.TOPICS)]
    city = prose.CITIES[(number // len(prose.TOPICS) + number) % len(prose.CITIES)]
    first, second = topic.headline.format(city=city), topic.corrected.format(city=city)
    return replace(article, title=second if article.title == first else first, modified=article.published + 4000 + seed)


def _with_new_paragraph(article: SampleArticle, edition: int) -> SampleArticle:
    added = SampleBlock(
        "paragraph", prose.EDITED if edition % 2 == 0 else prose.EDITED.replace("a spokesman", "the port")
    )
    return replace(article, blocks=(*article.blocks, added), modified=article.published + 60 * edition + 3000)
