"""What a run did, kept in Scrapy's stats under ``archive/…`` and read back as `RunCounts`."""

from collections.abc import Iterable
from typing import Any, Protocol

from crawler.items import Article
from crawler.state.coverage import Coverage, Place, missed, places, told_apart
from crawler.state.texts import repeats_another
from crawler.state.verdict import RunCounts

_FAILED = "archive/failed/"
_COUNTED = {"article": "new", "revision": "revised", "gone": "gone", "restored": "restored"}
"""What an event is counted as."""
_SOURCE_FAILURE = "archive/sources/failure"
_FIELDS = "archive/fields/"


class StatsLike(Protocol):
    """What is asked of Scrapy's stats collector."""

    def inc_value(self, key: str, count: int = 1, start: int = 0) -> None:
        """Add to a counter."""

    def set_value(self, key: str, value: Any) -> None:  # noqa: ANN401  stats hold any type
        """Set a value."""

    def get_value(self, key: str, default: Any = None) -> Any:  # noqa: ANN401  stats hold any type
        """Read a value."""

    def get_stats(self) -> dict[str, Any]:
        """All values."""


class RunStats:
    """Counts for the verdict. Holds nothing itself: every instance over the same stats is the same."""

    def __init__(self, stats: StatsLike) -> None:
        self._stats = stats

    def source_due(self) -> None:
        """A source page is asked for."""
        self._stats.inc_value("archive/sources/due")

    def source_read(self) -> None:
        """A source page declared at least one article."""
        self._stats.inc_value("archive/sources/read")

    def article_due(self) -> None:
        """A source declared an article that this run fetches."""
        self._stats.inc_value("archive/articles/due")

    def event(self, article: Article) -> None:
        """An article is new, revised, gone or restored."""
        name = _COUNTED[article.event or "article"]
        self._stats.inc_value(f"archive/articles/{name}")
        if repeats_another(article):
            self._stats.inc_value("archive/articles/duplicates")

    def unchanged(self) -> None:
        """An article is as it was known, or still gone."""
        self._stats.inc_value("archive/articles/unchanged")

    def covered(self, article: Article) -> None:
        """An article was extracted whole, whether it is new or not."""
        self._place(places(article))

    def skipped(self) -> None:
        """An article belongs to a section that the run is not after."""
        self._stats.inc_value("archive/articles/skipped")

    def requisite(self) -> None:
        """A requisite of a page came."""
        self._stats.inc_value("archive/requisites")

    def requisite_failed(self, reason: str) -> None:
        """A requisite could not be fetched."""
        self._stats.inc_value("archive/requisites/failed")
        self._stats.inc_value(f"archive/requisites/failed/{reason}")

    def article_failed(self, reason: str) -> None:
        """An article was not delivered, for this reason."""
        self._stats.inc_value(_FAILED + reason)
        self._place(missed(reason))

    def source_failed(self, reason: str, message: str) -> None:
        """A source declared nothing; the first message of a run becomes part of its verdict."""
        self._stats.inc_value(_FAILED + reason)
        if self._stats.get_value(_SOURCE_FAILURE) is None:
            self._stats.set_value(_SOURCE_FAILURE, message)

    def counts(self, captures: int) -> RunCounts:
        """Everything so far; `captures` is the recorder's own count."""
        value = self._stats.get_value
        failures = {
            key.removeprefix(_FAILED): int(count)
            for key, count in self._stats.get_stats().items()
            if key.startswith(_FAILED)
        }
        if errors := value("spider_exceptions/count", 0):
            failures["error"] = errors
        return RunCounts(
            sources=value("archive/sources/due", 0),
            sources_read=value("archive/sources/read", 0),
            due=value("archive/articles/due", 0),
            new=value("archive/articles/new", 0),
            revised=value("archive/articles/revised", 0),
            unchanged=value("archive/articles/unchanged", 0),
            gone=value("archive/articles/gone", 0),
            restored=value("archive/articles/restored", 0),
            duplicates=value("archive/articles/duplicates", 0),
            skipped=value("archive/articles/skipped", 0),
            captures=captures,
            requisites=value("archive/requisites", 0),
            requisites_failed=value("archive/requisites/failed", 0),
            source_failure=value(_SOURCE_FAILURE),
            failures=failures,
            coverage=self.coverage(),
        )

    def coverage(self) -> Coverage:
        """Which source gave each field so far."""
        rows: dict[str, dict[str, int]] = {}
        for key, count in self._stats.get_stats().items():
            if key.startswith(_FIELDS):
                name, _, source = key.removeprefix(_FIELDS).partition("/")
                rows.setdefault(name, {})[source] = int(count)
        return Coverage(rows)

    def _place(self, counted: Iterable[Place]) -> None:
        for name, source in counted:
            key = f"{_FIELDS}{name}/{source}"
            if self._stats.get_value(key) is None:
                key = f"{_FIELDS}{name}/{told_apart(source, self.coverage().row(name))}"
            self._stats.inc_value(key)
