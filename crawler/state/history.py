"""What is known of every article: a local SQLite cache of the commit log, rebuilt from the store whenever in doubt."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

import orjson

from crawler.archive.cdxj import IndexLine, read_index
from crawler.archive.jsonl import read_lines
from crawler.archive.keys import crawl_date, log_key, timestamp14
from crawler.archive.log import ListedObject, LogEntry, entry_sha256
from crawler.archive.repository import EMPTY, Head, Repository
from crawler.archive.spool import spool_failure
from crawler.articles.identify import Known, identify, known_from, known_from_line
from crawler.articles.similarity import fingerprint
from crawler.errors import CaptureError, ObjectMissingError
from crawler.items import Absence, Article, JsonObject
from crawler.state import absences, last_runs
from crawler.state.absences import Absences
from crawler.state.coverage import Coverage
from crawler.state.history_file import HistoryFile
from crawler.state.payloads import committed_original, is_requisite_type
from crawler.state.texts import COMMITTED_TEXTS, PENDING_TEXTS, Original, Texts

_IN_MEMORY = 1 << 20
"""Bytes of an object that are held in memory while it is fetched; a longer one waits on the disk."""
_PENDING = ("pending_articles", *PENDING_TEXTS, *absences.PENDING, "pending_of")
_COMMITTED = ("commits", "articles", "originals", "requisites", "runs", *COMMITTED_TEXTS, *absences.COMMITTED)


class History:
    """Known articles, committed ones from the store and pending ones of the run in progress.

    A cache: a damaged, foreign or outdated file is thrown away and read again from the log. One of a newer version
    is refused with `ConfigurationError`. Not safe for two threads at once.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = HistoryFile(path)
        self._run = self._file.run
        self._texts = Texts(self._file)
        self._absences = Absences(self._file.run)

    def catch_up(self, repository: Repository) -> Head:
        """Apply the commits that this cache has not seen; returns the head. Raises `DamagedArchiveError`.

        A file that turns out to be damaged is made anew at once: all that is committed is in the store.
        """
        try:
            return self._caught_up(repository)
        except CaptureError:
            if not self._file.damaged:
                raise
        self._file.open_again()
        return self._caught_up(repository)

    def _caught_up(self, repository: Repository) -> Head:
        """Each commit in a transaction of its own, when all of it is here: nobody waits for the store with the lock.

        A process that shares the file may apply the same commits at the same time.
        """
        head = self.head()
        if not self._continues(head, repository):
            with self._file.transaction():
                for table in _COMMITTED if self.head() == head else ():
                    self._run(f"DELETE FROM {table}")  # noqa: S608  constants
        for entry, made in repository.entries(self.head()):
            if self.head().seq < made.seq:
                self._fetch_and_apply(entry, made, repository)
        return self.head()

    def _fetch_and_apply(self, entry: LogEntry, made: Head, repository: Repository) -> None:
        with ExitStack() as held:
            fetched = [
                (listed, held.enter_context(self._fetched(listed, repository)))
                for folder in ("articles", "cdxj")
                for listed in entry.of(folder)
            ]
            with self._file.transaction():
                if self.head().sha256 == entry.parent_sha256:
                    self._apply(entry, made, fetched)

    @contextmanager
    def _fetched(self, listed: ListedObject, repository: Repository) -> Iterator[BinaryIO]:
        with SpooledTemporaryFile(_IN_MEMORY, dir=str(self.path.parent)) as copy:
            try:
                with repository.open(listed) as stream:
                    shutil.copyfileobj(stream, copy, _IN_MEMORY)
                copy.seek(0)
            except OSError as error:
                raise spool_failure(error) from error
            yield cast("BinaryIO", copy)

    def head(self) -> Head:
        """The last commit that is applied here."""
        row = self._run("SELECT seq, sha256 FROM commits ORDER BY seq DESC LIMIT 1").fetchone()
        return Head(*row) if row else EMPTY

    def commit_of(self, snapshot_id: str) -> int | None:
        """Number of the commit that published a snapshot, None where it is not published."""
        row = self._run("SELECT seq FROM commits WHERE snapshot_id = ?", (snapshot_id,)).fetchone()
        return int(row[0]) if row else None

    def last_runs(self, series: str, extractor: str, but: str, since: str) -> list[Coverage]:
        """What the last complete runs of a series found: see `crawler.state.last_runs`."""
        return last_runs.last_runs(self._run, series, extractor, but, since)

    def known(self, article_id: str) -> Known | None:
        """The latest version of an article, pending ones first."""
        for table in ("pending_articles", "articles"):
            row = self._run(
                f"SELECT version, content_digest, fields FROM {table} WHERE article_id = ?",  # noqa: S608  two constants
                (article_id,),
            ).fetchone()
            if row:
                return Known(article_id, row[0], row[1], orjson.loads(row[2]))
        return None

    def identified(self, article: Article, snapshot_id: str) -> Article | None:
        """The event that `article` is, remembered as pending; None if the article is unchanged."""
        event = identify(article, self.known(article.article_id), gone=self._absences.is_gone(article.article_id))
        self._absences.present(article.article_id, snapshot_id)
        if event is None:
            return None
        text = fingerprint(event.text)
        original = self._texts.original(event.article_id, text)
        event = replace(
            event,
            snapshot_id=snapshot_id,
            crawl_date=crawl_date(snapshot_id),
            duplicate_of=original.duplicate_of,
            near_duplicate_of=original.near_duplicate_of,
        )
        self._remember("pending_", known_from(event))
        is_copy = original != Original()
        self._texts.remember("pending_", event.article_id, text, is_copy=is_copy)
        self._absences.describe(event)
        self._run("INSERT INTO pending_of VALUES (?, ?)", (snapshot_id, event.article_id))
        return event

    def is_gone(self, article_id: str) -> bool:
        """True for an article whose last event is ``gone``."""
        return self._absences.is_gone(article_id)

    def absent(self, absence: Absence, snapshot_id: str, gone_hours: float) -> Article | None:
        """The event ``gone``, remembered as pending, where this sighting confirms one that is `gone_hours` older."""
        return self._absences.confirmed(absence, snapshot_id, gone_hours)

    def _is_accepted(self, record_id: str, payload: tuple[object, ...]) -> bool:
        """True for the evidence of a line, and for the very payload of a page that was accepted before."""
        sql = "SELECT 1 FROM accepted_records WHERE record_id = ?"
        known = "SELECT 1 FROM originals WHERE payload_digest = ? AND transfer = ?"
        return self._run(f"{sql} UNION ALL {known}", (record_id, *payload)).fetchone() is not None

    def requisite_due(self, url: str, since: datetime) -> bool:
        """True, once in a run, for a requisite whose last answer on record is older."""
        row = self._run("SELECT date FROM requisites WHERE url = ?", (url,)).fetchone()
        if row and row[0] >= timestamp14(since):
            return False
        return self._run("INSERT OR IGNORE INTO asked_requisites VALUES (?)", (url,)).rowcount > 0

    def drop_pending(self) -> None:
        """Forget the run in progress: it is committed, or its decisions are made again."""
        with self._file.transaction():
            for table in _PENDING:
                self._run(f"DELETE FROM {table}")  # noqa: S608  constants

    def drop_pending_of(self, snapshot_id: str) -> None:
        """Forget a part of the run in progress that is committed, but what a later part has decided since."""
        with self._file.transaction():
            self._run("DELETE FROM pending_of WHERE snapshot_id = ?", (snapshot_id,))
            left = "SELECT article_id FROM pending_of"
            for table in ("pending_articles", *absences.PENDING):
                self._run(f"DELETE FROM {table} WHERE article_id NOT IN ({left})")  # noqa: S608  constants
            self._texts.keep_pending_of_articles(left)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _continues(self, head: Head, repository: Repository) -> bool:
        """True if the log still holds the commit that this cache ends with."""
        if head == EMPTY:
            return True
        try:
            data = repository.store.get(log_key(head.seq), 64 << 20)
        except ObjectMissingError:
            return False
        return entry_sha256(data) == head.sha256

    def _apply(self, entry: LogEntry, made: Head, fetched: list[tuple[ListedObject, BinaryIO]]) -> None:
        """Lines first: they say which captures in the index are evidence."""
        for listed, stream in fetched:
            if listed.key.startswith("articles/"):
                for line in read_lines(stream, listed.key):
                    self._absences.apply_line(line)
                    if line["event"] != "gone":
                        self._remember("", known_from_line(line))
                        is_copy = bool(line.get("duplicate_of") or line.get("near_duplicate_of"))
                        self._texts.remember("", line["article_id"], fingerprint(line["text"]), is_copy=is_copy)
                        self._accept(line)
            else:
                for indexed in read_index(stream, listed.key):
                    self._remember_original(indexed)
                    self._absences.apply_index(indexed)
        self._absences.apply_answers()
        self._run("DELETE FROM accepted_records")
        last_runs.remember_run(self._run, entry)
        self._run("INSERT INTO commits VALUES (?, ?, ?)", (made.seq, made.sha256, entry.snapshot_id))

    def _accept(self, line: JsonObject) -> None:
        for capture in line.get("captures") or ():
            self._run("INSERT OR IGNORE INTO accepted_records VALUES (?)", (capture["record_id"],))

    def _remember_original(self, line: IndexLine) -> None:
        """Remember when a requisite was answered, and a response that revisits may refer to.

        Such a one is a requisite, or a page that was accepted as an article.
        """
        is_requisite = "requisite" in line.fields
        if is_requisite and line.fields.get("status", "200") < "429":  # any other answer may be better next time
            self._run("INSERT OR REPLACE INTO requisites VALUES (?, ?)", (line.fields["url"], line.timestamp))
        row = committed_original(line)
        if row is None or (is_requisite and not is_requisite_type(line.fields["mime"])):
            return
        if not is_requisite and not self._is_accepted(line.fields["record"], row[:2]):
            return
        # A payload is stored in full again only where its original is lost: the newest serves.
        self._run("INSERT OR REPLACE INTO originals VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def _remember(self, tables: str, known: Known) -> None:
        """Remember a version."""
        self._run(
            f"INSERT OR REPLACE INTO {tables}articles VALUES (?, ?, ?, ?)",  # noqa: S608  two constants
            (known.article_id, known.version, known.content_digest, orjson.dumps(known.fields)),
        )
