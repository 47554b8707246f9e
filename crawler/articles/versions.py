"""The versions of an article, each with what has changed since the one before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crawler.articles.diff import Paragraph, diff_text, diff_words
from crawler.items import JsonObject


@dataclass(frozen=True, slots=True)
class Version:
    """One line of an article."""

    line: JsonObject
    """The line."""
    compared: bool
    """True where there was a text before to compare with, and there is one now."""
    title: Paragraph = ()
    """What has changed in the headline."""
    text: tuple[Paragraph, ...] = ()
    """What has changed in the body."""


def versions(lines: Iterable[JsonObject]) -> Iterator[Version]:
    """Lines of one article in their order. That of a gone article has no text: what follows it is compared with its
    last version. Two lines are held at a time.
    """
    before: JsonObject | None = None
    for line in lines:
        if line["event"] == "gone":
            yield Version(line, compared=False)
            continue
        if before is None:
            yield Version(line, compared=False)
        else:
            title, text = diff_words(before["title"], line["title"]), diff_text(before["text"], line["text"])
            yield Version(line, compared=True, title=title, text=text)
        before = line
