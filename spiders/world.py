"""`scrapy crawl world`: the first page of a news site's World section and the articles that it lists."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.articles.extract import extract_article
from crawler.articles.page import page_text
from crawler.capture.failures import failure
from crawler.capture.sink import DELIVERED_CUT, LINK_META
from crawler.discovery.section import links
from crawler.errors import ConfigurationError, NotAnArticleError
from crawler.items import Article, ArticleLink
from crawler.sites import get_site
from crawler.state.run_stats import RunStats

logger = logging.getLogger(__name__)


class WorldSpider(Spider):
    """Asks discovery for links, yields requests, hands pages to the extractor; arguments are in `__init__`."""

    name = "world"

    def __init__(
        self, base: str = "", section: str = "world", edition: str = "international", site: str = "", **unknown: str
    ) -> None:
        super().__init__()
        if unknown:
            names = ", ".join(sorted(unknown))
            raise ConfigurationError(
                f"spider world has no argument {names}: it takes -a base=, -a section=, -a edition= and -a site="
            )
        self.site = get_site(site or f"sputnik-{edition}")
        self.site_name = self.site.name
        self.section = section
        self.base = _checked_base(base or self.site.base)
        self.section_url = self.site.section_url(self.base, section)
        self.arguments = {"base": self.base, "section": section, "site": self.site_name}

    @property
    def _run(self) -> RunStats:
        return RunStats(self.crawler.stats)

    async def start(self) -> AsyncIterator[Request]:
        """The section page."""
        self._run.source_due()
        yield self._request(self.section_url, self.parse_listing, {})

    def parse_listing(self, response: Response) -> Iterator[Request]:
        """Requests for the articles that a section page lists."""
        try:
            found = links(_text(response), response.url, self.site, self.section)
        except NotAnArticleError as error:
            self._failed(error.reason, str(error), response.request)
            return
        if not found:
            message = f"{response.url} lists no article: if it shows some, its markup has changed"
            self._failed("empty_listing", message, response.request)
            return
        self._run.source_read()
        for link in found:
            self._run.article_due()
            yield self._request(link.url, self.parse_article, {LINK_META: link})

    def parse_article(self, response: Response) -> Iterator[Article]:
        """The article on a page, as it stands there."""
        link: ArticleLink = response.meta[LINK_META]
        if DELIVERED_CUT.keys() & set(response.flags):
            self._failed("cut", f"{response.url}: the response was cut", response.request)
            return
        robots = ", ".join(value.decode("latin-1") for value in response.headers.getlist("X-Robots-Tag"))
        try:
            yield extract_article(
                _text(response), response.url, site=self.site, link=link, robots_header=robots or None
            )
        except NotAnArticleError as error:
            self._failed(error.reason, str(error), response.request)

    def fetch_failed(self, failed: Failure) -> None:
        """The section page or an article could not be fetched."""
        request: Request = failed.request  # type: ignore[attr-defined]
        reason, words = failure(failed.value or RuntimeError("the download failed"))
        self._failed(reason, words if "://" in words else f"{request.url}: {words}", request)

    def _request(self, url: str, callback: Callable[[Response], Any], meta: dict[str, Any]) -> Request:
        """Each URL is asked for once a run by construction: discovery names an article once."""
        return Request(url, callback=callback, errback=self.fetch_failed, meta=meta, dont_filter=True)

    def _failed(self, reason: str, message: str, request: Request | None) -> None:
        if request is not None and LINK_META in request.meta:
            self._run.article_failed(reason)
            logger.warning("%s", message)
        else:
            self._run.source_failed(reason, message)


def _text(response: Response) -> str:
    content_type = response.headers.get("Content-Type")
    return page_text(response.body, content_type.decode("latin-1") if content_type else None, response.url)


def _checked_base(base: str) -> str:
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError(f"-a base={base!r} is no address of a site: write it like https://sputnikglobe.com")
    return base.rstrip("/")
