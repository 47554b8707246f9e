"""A field has fallen where that is neither small nor chance: the rule that the verdict on a run follows."""

import random
from fractions import Fraction
from math import comb, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sites.any_site import ANY_SITE
from crawler.sites.sputnik import SPUTNIK_INTERNATIONAL
from crawler.state.coverage import FIELDS, Coverage
from crawler.state.drift import ALIKE, MOST_CHANCE, STEADY, chance, drift, falls
from crawler.state.verdict import RunCounts, judge

SOURCES = ("site:h1", "site:h2", "json-ld:headline", "tag", "none", "no_title", "rejected:meta:date", "unnamed")
rows = st.dictionaries(st.sampled_from(SOURCES), st.integers(0, 200), max_size=6)
coverages = st.builds(Coverage, st.dictionaries(st.sampled_from(FIELDS), rows, max_size=4))


def titles(**counts: int) -> Coverage:
    """Counts of the title: `site`, `second` selector, `ld`, `none`."""
    names = {"site": "site:h1.article__title", "second": "site:h1", "ld": "json-ld:headline", "none": "none"}
    return Coverage({"title": {names[name]: count for name, count in counts.items()}})


def fallen(now: Coverage, *before: Coverage) -> list[str]:
    return [fall.field for fall in falls(now, before)]


def test_a_selector_that_stops_matching_is_named_with_what_serves_instead() -> None:
    before = [titles(site=39, ld=1)] * 4 + [titles(site=40)]
    (fall,) = falls(titles(ld=40), before)
    assert str(fall) == (
        "title: h1.article__title matched on 98% of pages in the last 5 runs and on 0% of 40 now "
        "(json-ld:headline serves instead)"
    )


def test_a_field_that_is_gone_is_named_though_no_selector_of_the_site_had_it() -> None:
    before = Coverage({"dateline": {"text": 35, "none": 5}})
    (fall,) = falls(Coverage({"dateline": {"text": 2, "none": 38}}), [before])
    assert str(fall) == (
        "dateline: text matched on 88% of pages in the last run and on 5% of 40 now (nothing serves instead)"
    )


def test_times_that_are_suddenly_impossible_are_a_fall() -> None:
    before = Coverage({"published_at": {"meta:date": 40}})
    (fall,) = falls(Coverage({"published_at": {"rejected:meta:date": 40}}), [before])
    assert "meta:date is there and cannot be believed" in str(fall)


def test_one_selector_that_gives_way_to_another_of_the_site_is_no_fall() -> None:
    """Old and new pages mix: the site's own layer has the field as before."""
    assert fallen(titles(second=40), titles(site=40)) == []


def test_a_section_by_the_first_tag_is_no_worse_than_one_by_a_selector() -> None:
    assert fallen(Coverage({"section": {"tag": 40}}), Coverage({"section": {"site:.breadcrumbs a": 40}})) == []


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (titles(ld=3), "three pages say nothing"),
        (titles(site=30, ld=10), "a quarter is no fall"),
        (titles(), "no page was read"),
    ],
)
def test_little_is_no_alarm(now: Coverage, why: str) -> None:
    assert fallen(now, titles(site=200)) == [], why


def test_a_field_that_many_articles_lack_may_come_and_go_with_the_news() -> None:
    """One that nearly all have may not."""
    before = [titles(site=24, none=16)] * 5
    assert fallen(titles(site=12, none=28), *before) == []
    assert fallen(titles(none=40), *before) == ["title"]
    assert fallen(titles(site=26, none=14), *[titles(site=39, none=1)] * 5) == ["title"]


def test_what_was_seldom_there_is_not_missed() -> None:
    assert fallen(titles(none=40), titles(site=4, none=36)) == []


def test_a_first_run_is_compared_with_nothing() -> None:
    assert fallen(titles(ld=40)) == []


def test_headlines_that_half_of_the_pages_lack_need_no_run_before() -> None:
    now = Coverage({"title": {"no_title": 20, "site:h1": 20}, "text": {"no_body": 4}})
    said = drift(now, [], SPUTNIK_INTERNATIONAL)
    assert said.startswith("title: none of h1.article__title, .article__title, h1 matched on 20 of 40 pages: the site")
    assert "text" not in said, "four pages say nothing"
    assert drift(now, [], ANY_SITE).startswith("title: no layer has it on 20 of 40 pages")
    assert drift(now, [], None)


def test_a_field_is_named_once_and_many_are_named_in_short() -> None:
    names = ("title", "subtitle", "authors", "section", "tags")
    before = Coverage({name: {"site:x": 40} for name in names})
    now = Coverage({name: {"none": 40} for name in names[1:]} | {"title": {"no_title": 40}})
    said = drift(now, [before], SPUTNIK_INTERNATIONAL)
    assert said.count("title: ") == 2, said  # title and subtitle
    assert "; and section, tags: the site's markup has changed" in said


def test_the_verdict_raises_the_gate_for_it_and_says_all_that_is_wrong() -> None:
    counts = RunCounts(sources=1, sources_read=1, due=10, new=10)
    assert judge(counts, 0.9, "finished", "title: gone").name == "over the gate"
    assert judge(counts, 0.9, "finished", "title: gone").sentence.endswith("; title: gone")
    few = judge(RunCounts(sources=1, sources_read=1, due=10), 0.9, "finished", "title: gone").sentence
    assert "under 90%" in few
    assert few.endswith("; title: gone")


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 30), st.integers(0, 30))
def test_the_chance_is_that_of_the_distribution(found_past: int, more_past: int, found_now: int, more_now: int) -> None:
    """In fractions, without logarithms."""
    pages_past, pages_now = max(found_past + more_past, 1), found_now + more_now
    steady = 100 * found_past >= STEADY * pages_past
    weight = Fraction(1) if steady else min(Fraction(1), Fraction(ALIKE, pages_past))
    found, without = found_past * weight + Fraction(1, 2), (pages_past - found_past) * weight + Fraction(1, 2)
    exact = sum(
        comb(pages_now, few) * _rising(found, few) * _rising(without, pages_now - few) for few in range(found_now + 1)
    ) / _rising(found + without, pages_now)
    assert chance(found_past, pages_past, found_now, pages_now) == pytest.approx(float(exact), abs=1e-9)


def _rising(number: Fraction, factors: int) -> Fraction:
    return prod((number + step for step in range(factors)), start=Fraction(1))


@given(coverages, st.lists(coverages, max_size=6))
def test_anything_can_be_judged(now: Coverage, before: list[Coverage]) -> None:
    said = drift(now, before, SPUTNIK_INTERNATIONAL)
    assert len(said) < 1500
    assert {fall.field for fall in falls(now, before)} <= set(FIELDS)


@given(st.lists(rows, min_size=1, max_size=5), rows, st.data())
def test_a_better_run_never_alarms_where_a_worse_one_does_not(
    before: list[dict[str, int]], now: dict[str, int], data: st.DataObject
) -> None:
    """Some of the pages that did not have the field from the site's selectors have it."""
    past = [Coverage({"title": row}) for row in before]
    better = dict(now)
    for source in ("json-ld:headline", "none", "no_title", "rejected:meta:date", "unnamed"):
        moved = data.draw(st.integers(0, better.get(source, 0)))
        better[source] = better.get(source, 0) - moved
        better["site:h1"] = better.get("site:h1", 0) + moved
    if not fallen(Coverage({"title": now}), *past):
        assert not fallen(Coverage({"title": better}), *past)


def test_chance_alone_raises_hardly_any_alarm() -> None:
    """2,000 runs of twelve fields whose shares do not change: fewer than one in a hundred may be called fallen."""
    dice = random.Random(6)  # noqa: S311  a simulation
    alarms = 0
    for _ in range(2000):
        shares = {name: dice.random() for name in FIELDS}
        size = dice.choice((3, 8, 20, 40))
        runs = [_a_run(dice, shares, size) for _ in range(6)]
        alarms += bool(fallen(runs[0], *runs[1:]))
    assert alarms < 2000 * len(FIELDS) * MOST_CHANCE, alarms


def _a_run(dice: random.Random, shares: dict[str, float], size: int) -> Coverage:
    rows = {}
    for name, share in shares.items():
        found = sum(dice.random() < share for _ in range(size))
        rows[name] = {"site:x": found, "none": size - found}
    return Coverage(rows)
