"""JSON-LD as pages write it is read; what cannot be mended is passed over."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.articles.json_ld import LinkedData

ARTICLE = {"@type": "NewsArticle", "headline": "A Ship Comes In", "author": {"@type": "Person", "name": "Noor Haddad"}}


def read(source: str | dict[str, Any] | list[Any]) -> LinkedData:
    return LinkedData([source if isinstance(source, str) else json.dumps(source)])


@pytest.mark.parametrize(
    "kind",
    [
        "Article", "NewsArticle", "BlogPosting", "LiveBlogPosting", "OpinionNewsArticle", "ReviewNewsArticle",
        "BackgroundNewsArticle", "TechArticle", "https://schema.org/NewsArticle", "schema:NewsArticle",
        ["Thing", "http://schema.org/Article"],
    ],
)  # fmt: skip
def test_every_kind_of_article_is_one_however_its_type_is_written(kind: Any) -> None:  # noqa: ANN401
    assert read(ARTICLE | {"@type": kind}).article["headline"] == "A Ship Comes In"


@pytest.mark.parametrize(
    "data",
    [
        [{"@type": "Organization", "name": "x"}, ARTICLE],
        {"@graph": [{"@type": "WebSite"}, ARTICLE]},
        {"@type": "WebPage", "mainEntity": ARTICLE},
        [[ARTICLE]],
    ],
)
def test_c16_an_article_is_found_wherever_it_stands(data: Any) -> None:  # noqa: ANN401
    assert read(data).article["headline"] == "A Ship Comes In"


GOOD = json.dumps(ARTICLE)


@pytest.mark.parametrize(
    "source",
    [
        GOOD.replace("}}", "},}"),
        GOOD.replace('{"@type": "News', '{ // made by hand, "really"\n"@type": "News'),
        "/* an article */" + GOOD,
        GOOD.replace("A Ship", "A\\' Ship").replace("\\' Ship", " \\Ship"),
        GOOD.replace("Noor Haddad", "Noor\tHaddad"),
        GOOD.replace("Noor Haddad", "Noor\nHaddad"),
        GOOD.replace('"', "&quot;"),
        '{"@type": "WebSite"}' + GOOD,
        '{"@type": "WebSite"};\n' + GOOD + ";",
        GOOD + "]",
        "<!-- " + GOOD + " -->",
        "//<![CDATA[\n" + GOOD + "\n//]]>",
    ],
    ids=range(12),
)
def test_c16_the_common_faults_are_mended(source: str) -> None:
    found = read(source)
    assert found.article["headline"].endswith("Ship Comes In")
    assert found.authors() == [("Noor Haddad", False)]


def test_a_comment_sign_or_a_comma_inside_a_string_stays() -> None:
    article = ARTICLE | {"url": "https://x.example/a", "description": "One, ] two, } /* three */"}
    assert read(json.dumps(article).replace("}}", "},}")).article["description"] == "One, ] two, } /* three */"
    assert read(json.dumps(article)[:-1] + ",}").article["url"] == "https://x.example/a"


def test_c10_half_a_surrogate_pair_becomes_a_replacement_character() -> None:
    source = GOOD.replace("Noor", "\\ud83d Noor")
    assert read(source).authors() == [("\ufffd Noor Haddad", False)]
    assert "\ufffd Noor Haddad".encode()


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Noor Haddad", [("Noor Haddad", False)]),
        (["Noor Haddad", {"name": "Wei Lin"}], [("Noor Haddad", False), ("Wei Lin", False)]),
        ({"@type": "Person", "name": ["Noor Haddad"]}, [("Noor Haddad", False)]),
        ({"@type": "Person", "givenName": "Noor", "familyName": "Haddad"}, [("Noor Haddad", False)]),
        ({"@type": "NewsMediaOrganization", "name": "The Gull"}, [("The Gull", True)]),
        ([{"name": "Noor Haddad"}, [{"name": "Wei Lin"}]], [("Noor Haddad", False), ("Wei Lin", False)]),
        ({"@id": "#noor"}, [("Noor Haddad", False)]),
        ({"name": "J&#243;n"}, [("Jón", False)]),
        ({"name": 7}, []),
        (None, []),
    ],
)
def test_authors_are_read_in_every_form(author: Any, expected: list[tuple[str, bool]]) -> None:  # noqa: ANN401
    person = {"@id": "#noor", "@type": "Person", "name": "Noor Haddad"}
    assert read({"@graph": [ARTICLE | {"author": author}, person]}).authors() == expected


def test_the_article_that_says_who_is_taken_before_a_card_that_does_not() -> None:
    card = {"@type": "NewsArticle", "headline": "Another"}
    assert read([card, ARTICLE]).article["headline"] == "A Ship Comes In"


@pytest.mark.parametrize(
    "source",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        '"' * 200_001,
        "\\" * 200_000,
        "// " * 100_000,
        '{"a": "' + "\\" * 99_999,
        ", " * 99_999,
        '"/*' * 100_000,
        "/*" * 200_000,
        '\\"' * 200_000,
    ],
    ids=range(10),
)
def test_json_without_end_is_given_up_at_once(source: str) -> None:
    began = time.process_time()
    assert read(source).article == {}
    assert time.process_time() - began < 2, "mending takes linear time"


@given(text=st.text(st.characters(exclude_categories=[]), max_size=200))
def test_any_text_is_read_or_passed_over(text: str) -> None:
    read(text)
    read(GOOD.replace("A Ship", text)).authors()


@given(cut=st.integers(0, len(GOOD)), at=st.integers(0, len(GOOD)), put=st.sampled_from(list('{}[]",:\\/*\n&')))
def test_json_cut_and_damaged_anywhere_is_read_or_passed_over(cut: int, at: int, put: str) -> None:
    damaged = (GOOD[:at] + put + GOOD[at + 1 :])[:cut]
    assert all(isinstance(name, str) for name, _ in read(damaged).authors())
