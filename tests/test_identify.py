"""New, revised or unchanged: decided on headline and text, and the same from a value as from a published line."""

import json
from dataclasses import replace

import pytest

from crawler.archive.jsonl import article_line
from crawler.articles import clean
from crawler.articles.identify import COMPARED, identify, known_from, known_from_line
from crawler.items import Article, Block, Image, Rights
from tests.test_clean import ARTICLE

FIRST = identify(clean(replace(ARTICLE, tags=("a", "b"), images=(Image("u", "c", None),))), None)
assert FIRST is not None


def revised(**changes: object) -> Article | None:
    assert FIRST is not None
    return identify(clean(replace(FIRST, **changes)), known_from(FIRST))  # type: ignore[arg-type]


def test_an_unknown_article_is_a_first_version() -> None:
    assert FIRST is not None
    assert (FIRST.event, FIRST.version, FIRST.changed_fields) == ("article", 1, ())


def test_a_known_article_with_the_same_text_is_unchanged() -> None:
    assert revised() is None


@pytest.mark.parametrize(
    "noise",
    [{"tags": ("b", "a")}, {"related": ()}, {"images": ()}, {"rights": Rights("x")}, {"url": "https://mirror/x"}],
)
def test_noise_makes_no_revision(noise: dict[str, object]) -> None:
    assert revised(**noise) is None


def test_a_changed_headline_or_text_is_a_revision_that_names_what_changed() -> None:
    headline = revised(title="Another", tags=("c",))
    assert headline is not None
    assert (headline.event, headline.version, headline.changed_fields) == ("revision", 2, ("title", "tags"))
    text = revised(blocks=(Block("paragraph", "Other."),))
    assert text is not None
    assert text.changed_fields == ("text",)


def test_a_gone_article_that_is_there_again_is_restored_whatever_it_says() -> None:
    assert FIRST is not None
    for title, changed in ((FIRST.title, ()), ("Another", ("title",))):
        restored = identify(clean(replace(FIRST, title=title)), known_from(FIRST), gone=True)
        assert restored is not None
        assert (restored.event, restored.version, restored.changed_fields) == ("restored", 2, changed)


def test_a_published_line_is_remembered_as_its_article_was() -> None:
    assert FIRST is not None
    assert known_from_line(json.loads(article_line(FIRST))) == known_from(FIRST)


def test_changed_fields_stand_in_the_order_of_the_line() -> None:
    order = [name for name in Article.__slots__ if name in COMPARED]
    assert list(COMPARED) == order
