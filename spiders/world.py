"""`scrapy crawl world`: what a news site declares of its World section now, and the articles themselves."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.articles.extract import extract_article
from crawler.capture.delivered import text_of
from crawler.capture.failures import failure
from crawler.capture.occasion import LINK_META
from crawler.discovery.sources import PAGES, Source, Wanted, further, planned, read_source
from crawler.errors import ConfigurationError, NotAnArticleError
from crawler.evidence import ABSENT, Declaration, is_absent, not_whole
from crawler.items import Absence, Article, ArticleLink
from crawler.options import ArchiveOptions
from crawler.sites import get_site
from crawler.sites.checks import check_site
from crawler.state.run_stats import RunStats

logger = logging.getLogger(__name__)

MAX_SOURCES = 2000
"""Sources that one run asks, whatever they name."""


class WorldSpider(Spider):
    """Asks discovery for links, yields requests, hands pages to the extractor; arguments are in `__init__`."""

    name = "world"

    def __init__(
        self,
        base: str = "",
        section: str = "world",
        edition: str = "international",
        site: str = "",
        sources: str = "section,feed",
        since: str = "",
        until: str = "",
        **unknown: str,
    ) -> None:
        super().__init__()
        if unknown:
            known = "base=, section=, edition=, site=, sources=, since= and until="
            raise ConfigurationError(f"spider world has no argument {', '.join(sorted(unknown))}: it takes -a {known}")
        self.site = get_site(site or f"sputnik-{edition}")
        check_site(self.site)
        self.site_name = self.site.name
        self.base = _checked_base(base or self.site.base)
        self.named_base = self.base if base else ""
        kinds = tuple(kind.strip() for kind in sources.split(",") if kind.strip())
        self.wanted = Wanted(section, kinds, _day("since", since), _day("until", until))
        self.sources = list(planned(self.site, self.base, self.wanted))
        self.arguments = {"base": self.base, "section": section, "site": self.site_name, "sources": ",".join(kinds)}
        self._asked: set[str] = set()
        self._declared: set[str] = set()
        self._unread = 0
        self._later: list[Source] = []

    @property
    def _run(self) -> RunStats:
        return RunStats(self.crawler.stats)

    async def start(self) -> AsyncIterator[Request]:
        """The sources that are known beforehand, cheapest first."""
        permitted = ArchiveOptions.from_settings(self.settings).services_permitted
        self.wanted = replace(self.wanted, more_pages=permitted)
        for source in self.sources:
            for request in self._ask(source):
                yield request

    def parse_source(self, response: Response, source: Source) -> Iterator[Request | Declaration]:
        """What a source declares, and requests for its articles and the further sources that it names."""
        if reason := not_whole(response.status, response.flags):
            message = f"{response.url} is not whole ({reason}): nothing is read from it"
            self._failed(reason, message, response.request)
        else:
            yield from self._declared_by(response, source)
        yield from self._read(source)

    def _declared_by(self, response: Response, source: Source) -> Iterator[Request | Declaration]:
        try:
            html = text_of(response).text if source.kind in PAGES else ""
            reading = read_source(source, response.body, html, response.url, self.site, self.wanted)
        except NotAnArticleError as error:
            self._failed(error.reason, _named(response.url, str(error)), response.request)
            return
        if reading.note:
            logger.warning("%s: %s", response.url, reading.note)
        if reading.links or reading.children or source.kind == "day_archive":  # some days have no news
            self._run.source_read()
        elif source.kind != "robots":
            message = f"{response.url} lists no article: if it shows some, its markup has changed"
            self._failed("empty_listing", message, response.request)
        if reading.links:
            yield Declaration(response.url, source.kind, reading.links)
        for link in reading.links:
            if link.article_id not in self._declared:
                self._declared.add(link.article_id)
                self._run.article_due()
                meta = {LINK_META: link, "handle_httpstatus_list": sorted(ABSENT)}
                yield self._request(link.url, self.parse_article, meta=meta)
        for named in further(source, reading, html, response.url, self.site, self.wanted):
            yield from self._ask(named)

    def parse_article(self, response: Response) -> Iterator[Article | Absence]:
        """The article on a page as it stands there, or that it is not there."""
        link: ArticleLink = response.meta[LINK_META]
        if is_absent(response.status, response.flags):
            yield Absence(link, response.url)
            return
        if reason := not_whole(response.status, response.flags):
            self._failed(reason, f"{response.url} is not whole ({reason}): no article is made", response.request)
            return
        robots = ", ".join(value.decode("latin-1") for value in response.headers.getlist("X-Robots-Tag"))
        try:
            page = text_of(response)
            yield extract_article(
                page.text,
                response.url,
                site=self.site,
                link=link,
                robots_header=robots or None,
                flags=page.flags,
            )
        except NotAnArticleError as error:
            if error.reason == "other_section":
                self._run.skipped()
            else:
                self._failed(error.reason, str(error), response.request)

    def fetch_failed(self, failed: Failure) -> Iterator[Request]:
        """A source or an article could not be fetched."""
        request: Request = failed.request  # type: ignore[attr-defined]
        reason, words = failure(failed.value or RuntimeError("the download failed"))
        self._failed(reason, _named(request.url, words), request)
        if "source" in request.cb_kwargs:
            yield from self._read(request.cb_kwargs["source"])

    def _ask(self, source: Source) -> Iterator[Request]:
        """A request for a source, once, and not without end: a sitemap may name sitemaps.

        Sources of all sections wait for those of the section, whose word on what belongs to it is evidence.
        """
        if source.section is None and self._unread:
            self._later.append(source)
        elif source.url not in self._asked and len(self._asked) < MAX_SOURCES:
            self._asked.add(source.url)
            self._unread += source.section is not None
            self._run.source_due()
            meta = {"dont_obey_robotstxt": True} if source.permitted else {}
            yield self._request(source.url, self.parse_source, cb_kwargs={"source": source}, meta=meta)

    def _read(self, source: Source) -> Iterator[Request]:
        """A source is done with; after the last of the section's own, the others have their turn."""
        self._unread -= source.section is not None
        if not self._unread:
            later, self._later = self._later, []
            for waiting in later:
                yield from self._ask(waiting)

    def _request(self, url: str, callback: Callable[..., Any], **more: Any) -> Request:  # noqa: ANN401  passed on
        """A request that no filter drops: each URL is asked for once by construction."""
        return Request(url, callback=callback, errback=self.fetch_failed, dont_filter=True, **more)

    def _failed(self, reason: str, message: str, request: Request | None) -> None:
        if request is not None and LINK_META in request.meta:
            self._run.article_failed(reason)
            logger.warning("%s", message)
        else:
            self._run.source_failed(reason, message)


def _named(url: str, words: str) -> str:
    """The words with the URL that they are about, unless they name one."""
    return words if "://" in words else f"{url}: {words}"


def _day(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigurationError(f"-a {name}={text!r} is no day: write it like {name}=2026-04-01") from None


def _checked_base(base: str) -> str:
    parts = urlsplit(base)
    if "@" in parts.netloc:
        raise ConfigurationError("-a base= holds a user name or password, which would be published: leave it out")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError(f"-a base={base!r} is no address of a site: write it like https://sputnikglobe.com")
    return base.rstrip("/")
