"""Each field of each page is counted once, by where it came from, within bounds."""

from dataclasses import replace

from crawler.articles.clean import clean
from crawler.articles.extract import extract_article
from crawler.items import Article
from crawler.state.coverage import (
    FIELDS,
    MOST_SOURCES,
    OTHER,
    Coverage,
    CoverageCount,
    missed,
    places,
    sources,
    table,
    together,
)
from crawler.state.run_stats import RunStats
from tests.site.articles import SampleSite
from tests.site.pages import article_page


class Stats:
    """A stats collector, as Scrapy has one."""

    def __init__(self) -> None:
        self.values: dict[str, int] = {}

    def inc_value(self, key: str, count: int = 1, start: int = 0) -> None:
        self.values[key] = self.values.get(key, start) + count

    def set_value(self, key: str, value: int) -> None:
        self.values[key] = value

    def get_value(self, key: str, default: int | None = None) -> int | None:
        return self.values.get(key, default)

    def get_stats(self) -> dict[str, int]:
        return self.values


def sample(number: int = 0) -> Article:
    found = SampleSite(articles=12, oddities=False).listed[number]
    base = "https://sputnikglobe.com"
    return clean(extract_article(article_page(found, base, 1).decode(), base + found.path))


def test_every_field_of_a_page_is_counted_once() -> None:
    counted = dict(places(sample()))
    assert tuple(counted) == FIELDS
    assert counted["title"] == "site:h1.article__title"
    assert counted["text"] == "site:.article__body"


def test_a_field_without_a_value_is_counted_as_such_whatever_provenance_says() -> None:
    article = replace(sample(), subtitle=None, authors=())
    counted = dict(places(replace(article, provenance={**article.provenance, "subtitle": "site:.lead"})))
    assert (counted["subtitle"], counted["authors"]) == ("none", "none")


def test_a_time_that_cannot_be_believed_is_no_value() -> None:
    article = replace(sample(), published_at=None, provenance={"published_at": "rejected:meta:date"})
    assert dict(places(article))["published_at"] == "rejected:meta:date"


def test_a_page_without_a_headline_counts_for_the_headline_alone() -> None:
    assert list(missed("no_title")) == [("title", "no_title")]
    assert list(missed("no_body")) == [("text", "no_body")]
    assert list(missed("not_html")) == []


def test_the_stats_of_a_crawl_and_a_derivation_count_the_same() -> None:
    stats, derived = RunStats(Stats()), CoverageCount()
    for number in range(12):
        stats.covered(sample(number))
        derived.add(places(sample(number)))
    stats.article_failed("no_title")
    derived.add(missed("no_title"))
    assert stats.coverage().as_rows() == derived.coverage().as_rows()
    assert stats.counts(0).coverage.pages("title") == 13
    assert stats.counts(0).coverage.pages("text") == 12


def test_sources_without_end_are_counted_together() -> None:
    stats, derived = RunStats(Stats()), CoverageCount()
    article = sample()
    for number in range(100):
        odd = replace(article, provenance={**article.provenance, "title": f"site:h{number}"})
        stats.covered(odd)
        derived.add(places(odd))
    row = derived.coverage().row("title")
    assert len(row) == MOST_SOURCES + 1
    assert row[OTHER] == 100 - MOST_SOURCES
    assert stats.coverage() == derived.coverage()


def test_parts_and_what_came_after_them_are_the_whole() -> None:
    first = Coverage({"title": {"site:h1": 3, "none": 1}})
    whole = Coverage({"title": {"site:h1": 5, "none": 1}, "text": {"site:p": 2}})
    rest = whole.since(first)
    assert rest.as_rows() == {"title": {"site:h1": 2}, "text": {"site:p": 2}}
    assert together([first, rest]).as_rows() == whole.as_rows()


def test_the_table_shows_each_field_by_layer_and_the_sources_behind() -> None:
    coverage = Coverage({"title": {"site:h1": 30, "site:h2": 5, "json-ld:headline": 4, "no_title": 1}})
    head, line = table(coverage)
    assert head.split() == ["field", "pages", "site", "json-ld", "none"]
    assert line.split() == ["title", "40", "88%", "10%", "2%"]
    assert sources(coverage) == ["title         site:h1 75%, site:h2 12%, json-ld:headline 10%, no_title 2%"]


def test_a_table_of_nothing_is_a_heading() -> None:
    assert len(table(Coverage())) == 1
    assert sources(Coverage()) == []
