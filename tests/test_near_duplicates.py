"""A text that is nearly another article's names it: the oldest one, the same way live, from lines and derived."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.articles import clean
from crawler.articles.similarity import fingerprint, similarity
from crawler.items import Article, Block
from crawler.state.history import History
from tests.edited_texts import ARABIC, CHINESE, EDITS, REWRITTEN, RUSSIAN, STORY, THE_SAME_DAY
from tests.test_clean import ARTICLE

SNAPSHOT = "20260402120000-world-abcdef"
RECALL = 0.95
"""Of the edits of `EDITS` so many are found."""


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    opened = History(tmp_path / "history.sqlite")
    yield opened
    opened.close()


def article(number: int, text: str) -> Article:
    blocks = tuple(Block("paragraph", part) for part in text.split("\n\n"))
    return clean(replace(ARTICLE, article_id=f"site:{number}", title=f"Headline {number}", blocks=blocks))


def identified(history: History, number: int, text: str) -> Article:
    event = history.identified(article(number, text), SNAPSHOT)
    assert event is not None
    return event


def original_of(event: Article) -> str | None:
    return event.near_duplicate_of.article_id if event.near_duplicate_of is not None else None


def test_nearly_all_that_desks_do_to_a_story_is_seen_through(history: History) -> None:
    identified(history, 1, STORY)
    found = {name: original_of(identified(history, 2 + n, edit(STORY))) for n, (name, edit) in enumerate(EDITS.items())}
    missed = [name for name, original in found.items() if original != "site:1"]
    assert len(missed) <= (1 - RECALL) * len(found), missed


def test_no_other_story_is_taken_for_a_copy(history: History) -> None:
    stories = [STORY, *THE_SAME_DAY, RUSSIAN, ARABIC, CHINESE, *(edit(STORY) for edit in REWRITTEN.values())]
    events = [identified(history, number, story) for number, story in enumerate(stories)]
    assert [event.near_duplicate_of for event in events] == [None] * len(stories)


@pytest.mark.parametrize("text", [STORY, RUSSIAN, ARABIC, CHINESE], ids=["English", "Russian", "Arabic", "Chinese"])
def test_a_text_of_any_script_is_found_with_its_last_words_changed(history: History, text: str) -> None:
    identified(history, 1, text)
    event = identified(history, 2, text[: -len(text) // 30])
    assert original_of(event) == "site:1"
    assert event.near_duplicate_of is not None
    assert 0.8 <= event.near_duplicate_of.score <= 1


def test_the_score_is_of_two_decimals_and_near_the_true_share(history: History) -> None:
    identified(history, 1, STORY)
    event = identified(history, 2, EDITS["a paragraph added"](STORY))
    assert event.near_duplicate_of is not None
    score = event.near_duplicate_of.score
    assert score == round(score, 2)
    assert abs(score - 0.92) < 0.08


def test_the_same_text_is_a_duplicate_and_no_near_one(history: History) -> None:
    identified(history, 1, STORY)
    event = identified(history, 2, STORY)
    assert (event.duplicate_of, event.near_duplicate_of) == ("site:1", None)


def test_versions_of_one_article_are_no_near_duplicates_of_each_other(history: History) -> None:
    identified(history, 1, STORY)
    event = identified(history, 1, EDITS["a sentence dropped"](STORY))
    assert (event.event, event.near_duplicate_of) == ("revision", None)


def test_a_near_duplicate_of_a_near_duplicate_refers_to_the_first(history: History) -> None:
    identified(history, 1, STORY)
    identified(history, 2, EDITS["a paragraph added"](STORY))
    assert original_of(identified(history, 3, EDITS["two of these"](EDITS["a paragraph added"](STORY)))) == "site:1"


def test_an_earlier_version_is_found_after_it_was_revised(history: History) -> None:
    identified(history, 1, STORY)
    identified(history, 1, THE_SAME_DAY[0])
    assert original_of(identified(history, 2, EDITS["words changed"](STORY))) == "site:1"


def test_a_copy_that_becomes_its_own_story_loses_its_original(history: History) -> None:
    identified(history, 1, STORY)
    assert original_of(identified(history, 2, EDITS["words changed"](STORY))) == "site:1"
    assert original_of(identified(history, 2, THE_SAME_DAY[1])) is None


def test_short_texts_have_no_fingerprint() -> None:
    assert fingerprint("A caption under a video, such as many articles have.") is None
    assert fingerprint("一座桥") is None


def test_case_and_punctuation_do_not_count_and_order_does() -> None:
    one, other = fingerprint(STORY), fingerprint(STORY.upper().replace("“", '"'))
    turned = fingerprint(" ".join(reversed(STORY.split())))
    assert one is not None
    assert other is not None
    assert turned is not None
    assert similarity(one.signature, other.signature) == 1
    assert similarity(one.signature, turned.signature) < 0.1


def test_a_text_without_end_is_signed_in_bounded_time() -> None:
    assert fingerprint("word " * 4_000_000) is not None


def test_what_is_dropped_is_no_original_any_more(history: History) -> None:
    identified(history, 1, STORY)
    history.drop_pending()
    assert original_of(identified(history, 2, EDITS["words changed"](STORY))) is None
    assert original_of(identified(history, 3, STORY)) == "site:2"


def test_a_cache_signed_by_another_method_is_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    History(path).close()
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("UPDATE signed_by SET method = 0")
    database.execute("INSERT INTO commits VALUES (1, 'x', 'y')")
    database.close()
    history = History(path)
    assert history.head().seq == 0
    history.close()


def test_of_a_part_that_is_committed_only_what_later_parts_decided_stays(history: History) -> None:
    later = SNAPSHOT.replace("120000", "130000")
    identified(history, 1, STORY)
    assert history.identified(article(2, THE_SAME_DAY[0]), later) is not None
    history.drop_pending_of(SNAPSHOT)
    assert original_of(identified(history, 3, EDITS["words changed"](STORY))) is None
    assert original_of(identified(history, 4, EDITS["paragraphs joined"](f"News. {THE_SAME_DAY[0]}"))) == "site:2"
