"""Derives from sealed WARCs what is not evidence itself: article lines and index.

Used after a crash, on a conflict between two writers, and whenever the projections of a run are in doubt.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from crawler.archive.cdxj import cdxj_line
from crawler.archive.content_coding import BODY_LIMIT, decoded
from crawler.archive.jsonl import article_line
from crawler.archive.originals import Originals
from crawler.archive.repository import Repository
from crawler.archive.spooled_run import SpooledRun
from crawler.archive.stored import Stored, StoredAttempt, StoredCapture, StoredFacts, read_stored
from crawler.archive.warc import read_records
from crawler.articles.clean import clean
from crawler.articles.evidence import with_capture
from crawler.articles.extract import extract_article
from crawler.articles.page import page_text
from crawler.errors import DamagedArchiveError, NotAnArticleError, ObjectMissingError
from crawler.evidence import not_whole
from crawler.items import Absence, Article
from crawler.sites import get_site
from crawler.sites.site import Site
from crawler.state.coverage import CoverageCount, missed, places
from crawler.state.history import History
from crawler.state.texts import repeats_another
from crawler.state.verdict import RunCounts

logger = logging.getLogger(__name__)


def derive(run: SpooledRun, history: History, repository: Repository) -> RunCounts:
    """Write lines and index of a run anew from its sealed WARCs, with identity decided against `history`.

    Returns what the WARCs show of the run: captures, articles due, their events, under ``error`` the pages on which
    the extractor itself failed, and under ``lost_original`` the revisits that lead nowhere. Raises `StoreError`.
    """
    run.drop_projections()
    history.drop_pending()
    with run.index_path.open("wb") as index, run.lines_path.open("wb") as lines:
        derivation = _Derivation(run, history, Originals(partial(_open_warc, run, repository)), lines)
        for path, key in run.sealed():
            for stored in stored_in(path, key):
                if not isinstance(stored, StoredAttempt):
                    index.write(cdxj_line(stored))
                derivation.add(stored)
    return derivation.counts()


class _Derivation:
    """One pass over the WARCs of a run."""

    def __init__(self, run: SpooledRun, history: History, originals: Originals, lines: BinaryIO) -> None:
        self._snapshot_id = run.facts.snapshot_id
        self._gone_hours = run.facts.gone_hours
        self._site = get_site(run.facts.site) if run.facts.site else None
        self._history = history
        self._originals = originals
        self._lines = lines
        self._due: set[str] = set()
        self._seen = Counter[str]()
        self._fields = CoverageCount()

    def add(self, stored: Stored) -> None:
        """Take one capture, attempt or fact."""
        if isinstance(stored, StoredFacts):
            self._due |= stored.declared()
            return
        if stored.link is not None:
            self._due.add(stored.link.article_id)
        if isinstance(stored, StoredAttempt):
            return
        self._seen["captures"] += 1
        if stored.absent and self._site is not None:
            self._add_absence(stored)
        if self._site is None or stored.link is None or stored.truncated or not_whole(stored.ref.status, stored.flags):
            return
        try:
            page = self._originals.resolved(stored)
        except (DamagedArchiveError, ObjectMissingError) as error:  # any other error of the store ends the publication
            logger.error("%s gives no line: %s", stored.url, error)  # noqa: TRY400  its message says it all
            self._seen["lost_original"] += 1
            return
        self._add_article(page, self._site)

    def _add_article(self, stored: StoredCapture, site: Site) -> None:
        try:
            article = article_of(stored, site)
        except NotAnArticleError as error:
            self._fields.add(missed(error.reason))
            return
        except Exception:
            # As in the crawl: the line of such a page fails and is counted, every other line is published.
            ref = stored.ref
            logger.exception("%s at byte %d of %s: the extractor failed", stored.url, ref.offset, ref.warc)
            self._seen["error"] += 1
            return
        event = self._history.identified(article, self._snapshot_id)
        self._fields.add(places(article))
        self._seen[(event.event if event else None) or "unchanged"] += 1
        if event is not None:
            self._seen["duplicates"] += repeats_another(event)
            self._lines.write(article_line(event))

    def _add_absence(self, stored: StoredCapture) -> None:
        if stored.link is None:
            return
        if self._history.is_gone(stored.link.article_id):
            self._seen["unchanged"] += 1
            return
        absence = Absence(stored.link, stored.url, stored.ref)
        event = self._history.absent(absence, self._snapshot_id, self._gone_hours)
        if event is not None:
            self._seen["gone"] += 1
            self._lines.write(article_line(event))

    def counts(self) -> RunCounts:
        """What was seen."""
        seen = self._seen
        return RunCounts(
            due=len(self._due),
            new=seen["article"],
            revised=seen["revision"],
            unchanged=seen["unchanged"],
            duplicates=seen["duplicates"],
            gone=seen["gone"],
            restored=seen["restored"],
            captures=seen["captures"],
            failures={reason: seen[reason] for reason in ("error", "lost_original") if seen[reason]},
            coverage=self._fields.coverage(),
        )


@contextmanager
def _open_warc(run: SpooledRun, repository: Repository, key: str, offset: int) -> Iterator[BinaryIO]:
    """A WARC of the run or, for what it refers to, of a committed snapshot."""
    mine = key in {known for _, known in run.sealed()}
    with run.open_warc(key, offset) if mine else repository.store.open(key, offset) as stream:
        yield stream


def stored_in(path: Path, key: str) -> Iterator[Stored]:
    """What stands in a WARC file whose key in the store is `key`."""
    with path.open("rb") as stream:
        yield from read_stored(read_records(stream, key), key)


def article_of(stored: StoredCapture, site: Site) -> Article:
    """The cleaned article on a whole page, with the capture as its evidence. Raises `NotAnArticleError`."""
    message = stored.message
    content_type = message.value(b"content-type")
    robots = [value.decode("latin-1") for value in message.values(b"x-robots-tag")]
    body = decoded(message.payload, message.values(b"content-encoding"), BODY_LIMIT)
    page = page_text(body, content_type.decode("latin-1") if content_type else None, stored.url)
    article = extract_article(
        page.text,
        stored.url,
        site=site,
        link=stored.link,
        robots_header=", ".join(robots) or None,
        flags=page.flags,
    )
    return clean(with_capture(article, stored.ref))
