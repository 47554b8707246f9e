"""The benchmark of the site rules compares like with like: both sides read the same fields of the same page."""

import pytest

from crawler.articles import extract_article
from tests.benchmarks.pages import PAGE_BYTES
from tests.benchmarks.site_rules import Subject, costs, subjects


@pytest.fixture(scope="module")
def sample() -> Subject:
    return next(subjects())


def test_the_sample_page_is_as_heavy_as_real_ones(sample: Subject) -> None:
    assert 0.8 * PAGE_BYTES < len(sample.html.encode()) < 1.2 * PAGE_BYTES


@pytest.mark.parametrize("subject", list(subjects()), ids=lambda subject: subject.name)
def test_the_bare_set_finds_what_the_rules_find(subject: Subject) -> None:
    article, bare = extract_article(subject.html, subject.url), subject.bare.read(subject.html)
    assert bare["title"] == [article.title]
    assert bare["lead"] == [article.subtitle]
    assert bare["authors"] == list(article.authors)
    assert bare["section"] == [article.section]
    assert bare["tags"] == list(article.tags)
    assert bare["canonical"] == [article.canonical_url]
    assert bare["published"] == [article.published_raw]
    assert bare["credits"] == [f"© {article.images[0].credit}"]
    assert bare["captions"] == [article.images[0].caption]
    read_more = [text for text in bare["paragraphs"] if text.startswith("READ MORE")]
    assert len(bare["paragraphs"]) == len(article.blocks) + len(read_more)


def test_a_measurement_tells_both_sides_and_their_ratio(sample: Subject) -> None:
    found = costs(sample, rounds=2, pages=1)
    assert found.bare > 0
    assert found.rules > 0
    assert found.ratio > 0
