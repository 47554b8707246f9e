"""The public benchmarks beside the checkout: the fields of pages of which nothing is known, not below their floors."""

import gzip
import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import pytest

from crawler.articles import dates, metadata
from tests.benchmarks.extractors import day_as_written
from tests.reference import REFERENCE
from tests.test_titles import reading_of

SETS = REFERENCE / "extraction"

pytestmark = pytest.mark.skipif(not SETS.is_dir(), reason="the folder ../shared/reference/extraction is not here")


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text.casefold())))


def names(authors: str | Iterable[str]) -> set[str]:
    return {plain(name) for name in (authors.split(";") if isinstance(authors, str) else authors)} - {""}


def right(page: dict[str, Any]) -> dict[str, bool]:
    """For each field of which there is a truth, whether ours is the same."""
    reading, truth = reading_of(page["html"], page["url"]), page["truth"]
    moment = dates.published(reading)
    found = {
        "title": plain(metadata.title(reading)[0]) == plain(truth.get("title") or ""),
        "authors": names(metadata.authors(reading)[0]) == names(truth.get("authors") or ""),
        "date": day_as_written(moment.at, moment.raw) == str(truth.get("date"))[:10],
    }
    return {field: same for field, same in found.items() if truth.get(field)}


@pytest.mark.parametrize(
    ("name", "floors"),
    [
        ("news424", {"title": 0.92, "authors": 0.76, "date": 0.84}),
        ("fundus", {"title": 0.85, "authors": 0.86, "date": 0.975}),
    ],
)
def test_title_authors_and_date_are_found_on_pages_of_unknown_sites(name: str, floors: dict[str, float]) -> None:
    with gzip.open(SETS / f"{name}.open.jsonl.gz", "rt", encoding="utf-8") as lines:
        scores = [right(json.loads(line)) for line in lines]
    for field, floor in floors.items():
        marks = [score[field] for score in scores if field in score]
        share = sum(marks) / len(marks)
        assert share >= floor, f"{field} of {name}: {share:.3f} of {len(marks)} pages, the floor is {floor}"
