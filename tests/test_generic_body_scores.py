"""The generic body on the reference pages, by the scorer beside them: it must not fall below the targets."""

import gzip
import json
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.articles.generic.body import generic_body
from tests.reference import REFERENCE, needs_reference

FLOORS = {"scrapinghub": 0.965, "fundus": 0.958, "news424": 0.952}
MOST_LEAKS = 0.015


@pytest.fixture(scope="module")
def scorer() -> ModuleType:
    spec = spec_from_file_location("score", REFERENCE / "extraction" / "score.py")
    assert spec is not None, "the scorer is not beside the reference pages"
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pages_of(name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(REFERENCE / "extraction" / f"{name}.open.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def text_of(page: dict[str, Any]) -> str:
    root = LexborHTMLParser(page["html"]).root
    if root is None:
        return ""
    told = root.css_first('meta[property="og:title"]')
    title = root.css_first("title")
    headline = (told.attributes.get("content") if told is not None else "") or (title.text() if title else "")
    return "\n\n".join(block.text for block in generic_body(root, page["html"], page["url"], headline).blocks)


@needs_reference
@pytest.mark.parametrize("name", FLOORS)
def test_the_body_scores_at_least_its_target(name: str, scorer: ModuleType) -> None:
    rows = [scorer.score_page(page["truth"], {"text": text_of(page)}) for page in pages_of(name)]
    precision, recall = (_mean([row[key] for row in rows if key in row]) for key in ("p", "r"))
    f1 = 2 * precision * recall / (precision + recall)
    assert f1 >= FLOORS[name], f"{name}: F1 {f1:.4f}, precision {precision:.4f}, recall {recall:.4f}"
    leaks = [row["leak"] for row in rows if "leak" in row]
    assert not leaks or _mean(leaks) <= MOST_LEAKS, f"{name}: {_mean(leaks):.4f} of the captions stand in the body"


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
