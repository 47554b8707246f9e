"""The word diff: what it says of the old text gives the new one, and it is readable and bounded."""

from collections.abc import Iterable
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.articles.diff import Paragraph, Run, diff_text, diff_words, is_same

WORDS = st.lists(st.sampled_from(["a", "b", "the", "port", ",", " ", "  ", "\n", "\n\n", "é", "\u202e"]), max_size=30)
TEXTS = WORDS.map("".join) | st.text(max_size=60)


def without(op: str, runs: Iterable[Run]) -> str:
    return "".join(run.text for run in runs if run.op != op)


def side(unwanted: str, paragraphs: Iterable[Paragraph]) -> str:
    """One of the two texts: the paragraphs that have anything but runs of the other."""
    kept = [runs for runs in paragraphs if any(run.op != unwanted for run in runs)]
    return "\n\n".join(without(unwanted, runs) for runs in kept)


def shown(runs: Paragraph) -> str:
    marks = {"same": "{}", "deleted": "[-{}-]", "inserted": "{{+{}+}}"}
    return "".join(marks[run.op].format(run.text) for run in runs)


@given(TEXTS, TEXTS)
def test_the_words_of_a_diff_give_both_texts(old: str, new: str) -> None:
    runs = diff_words(old, new)
    assert (without("inserted", runs), without("deleted", runs)) == (old, new)


@given(TEXTS, TEXTS)
def test_the_paragraphs_of_a_diff_give_both_texts(old: str, new: str) -> None:
    found = diff_text(old, new)
    assert (side("inserted", found), side("deleted", found)) == (old, new)


@given(TEXTS)
def test_a_text_is_the_same_as_itself(text: str) -> None:
    assert all(is_same(runs) for runs in diff_text(text, text))


def test_words_are_shown_where_they_changed() -> None:
    runs = diff_words("The port of Lisbon reopens, officials say.", "The port of Porto reopens soon, officials say.")
    assert shown(runs) == "The port of [-Lisbon-]{+Porto+} reopens{+ soon+}, officials say."


def test_a_replaced_phrase_stays_whole() -> None:
    assert shown(diff_words("It was a very cold day.", "It was the hottest year.")) == (
        "It was [-a very cold day-]{+the hottest year+}."
    )


def test_a_paragraph_that_was_put_in_before_an_edited_one_stands_alone() -> None:
    old = "One.\n\nThe ship left the harbour at dawn.\n\nThree."
    new = "One.\n\nSomething else entirely was said.\n\nThe ship left the harbour at noon.\n\nThree."
    assert [shown(runs) for runs in diff_text(old, new)] == [
        "One.",
        "{+Something else entirely was said.+}",
        "The ship left the harbour at [-dawn-]{+noon+}.",
        "Three.",
    ]


def test_what_moved_is_taken_out_and_put_in() -> None:
    assert [shown(runs) for runs in diff_text("a\n\nb\n\nc", "b\n\nc\n\na")] == ["[-a-]", "b", "c", "{+a+}"]


def live_blog(updates: int, edited: int) -> tuple[str, str]:
    """A page to which updates were put on top, and old ones of which were edited."""
    old = [
        " ".join(f"word{(n * 7 + k * k) % 5000} the of and," for k in range(100)) + f" update {n}"
        for n in range(updates)
    ]
    new = [f"{text} and more" if number % edited == 0 else text for number, text in enumerate(old)]
    return "\n\n".join(old), "\n\n".join([f"A new update, number {n}." for n in range(50)] + new)


def test_a_live_blog_of_megabytes_is_compared_by_its_words() -> None:
    old, new = live_blog(2000, edited=3)
    assert len(old) > 4_000_000
    found = diff_text(old, new)
    assert sum(is_same(runs) for runs in found) == 2000 - 667
    assert sum(len(runs) == 2 and runs[1] == Run("inserted", " and more") for runs in found) == 667


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n\n".join(["* * *", "x y"] * 4000), "\n\n".join(["x y", "* * *"] * 4000 + ["z"])),
        (" ".join("ab"[n * n % 7 % 2] for n in range(400_000)), " ".join("ab"[n * n % 5 % 2] for n in range(400_000))),
        ("\n\n".join(f"{n} a b a b" for n in range(20_000)), "\n\n".join(f"a b a b {n}" for n in range(20_000))),
        ("", "word " * 1_000_000),
        ("!" * 2_000_000, "?" * 2_000_000),
    ],
    ids=["two paragraphs", "two words", "all edited", "from nothing", "one word"],
)
def test_no_text_takes_long(old: str, new: str) -> None:
    began = process_time()
    found = diff_text(old, new)
    assert process_time() - began < 20
    assert (side("inserted", found), side("deleted", found)) == (old, new)
