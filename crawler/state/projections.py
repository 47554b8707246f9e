"""Derives from sealed WARCs what is not evidence itself: article lines and index.

Used after a crash, on a conflict between two writers, and whenever the projections of a run are in doubt.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from crawler.archive.captures import StoredCapture, read_captures
from crawler.archive.cdxj import cdxj_line
from crawler.archive.content_coding import BODY_LIMIT, decoded
from crawler.archive.jsonl import article_line
from crawler.archive.spool import SpooledRun
from crawler.archive.warc import read_records
from crawler.articles.clean import clean
from crawler.articles.extract import extract_article
from crawler.articles.page import page_text
from crawler.errors import NotAnArticleError
from crawler.items import Article
from crawler.sites import get_site
from crawler.sites.site import Site
from crawler.state.history import History
from crawler.state.verdict import RunCounts

logger = logging.getLogger(__name__)


def derive(run: SpooledRun, history: History) -> RunCounts:
    """Write lines and index of a run anew from its sealed WARCs, with identity decided against `history`.

    Returns what the WARCs show of the run: captures, articles due, their events, and under ``error`` the
    pages on which the extractor itself failed.
    """
    seen = Counter[str]()
    due: set[str] = set()
    site = get_site(run.facts.site) if run.facts.site else None
    run.drop_projections()
    history.drop_pending()
    with run.index_path.open("wb") as index, run.lines_path.open("wb") as lines:
        for path, key in run.sealed():
            for stored in stored_captures(path, key):
                index.write(cdxj_line(stored))
                seen["captures"] += 1
                if stored.link is not None:
                    due.add(stored.link.article_id)
                try:
                    article = article_of(stored, site)
                except Exception:
                    # As in the crawl: the line of such a page fails and is counted, every other line is published.
                    ref = stored.ref
                    logger.exception("%s at byte %d of %s: the extractor failed", stored.url, ref.offset, ref.warc)
                    seen["error"] += 1
                    continue
                if article is None:
                    continue
                event = history.identified(article, run.facts.snapshot_id)
                seen[(event.event if event else None) or "unchanged"] += 1
                if event is not None:
                    lines.write(article_line(event))
    return RunCounts(
        due=len(due),
        new=seen["article"],
        revised=seen["revision"],
        unchanged=seen["unchanged"],
        captures=seen["captures"],
        failures={"error": seen["error"]} if seen["error"] else {},
    )


def stored_captures(path: Path, key: str) -> Iterator[StoredCapture]:
    """Captures of a WARC file whose key in the store is `key`."""
    with path.open("rb") as stream:
        yield from read_captures(read_records(stream, key), key)


def article_of(stored: StoredCapture, site: Site | None) -> Article | None:
    """The cleaned article that a capture holds, with the capture as its evidence; None if it holds none."""
    if site is None or stored.link is None or stored.truncated or stored.ref.status != 200:
        return None
    message = stored.message
    content_type = message.value(b"content-type")
    robots = [value.decode("latin-1") for value in message.values(b"x-robots-tag")]
    try:
        body = decoded(message.payload, message.values(b"content-encoding"), BODY_LIMIT)
        html = page_text(body, content_type.decode("latin-1") if content_type else None, stored.url)
        article = extract_article(
            html, stored.url, site=site, link=stored.link, robots_header=", ".join(robots) or None
        )
        return replace(clean(article), captures=(stored.ref,))
    except NotAnArticleError:
        return None
