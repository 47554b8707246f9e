"""One crawl in one process: ``python -m tests.benchmarks.crawls VARIANT BASE DIRECTORY`` prints what it cost, as JSON.

What the crawl writes goes into the directory.
"""

import re
import resource
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson
from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Response

from crawler.items import ArticleLink
from tests.benchmarks.measured import Measured
from tests.benchmarks.pages import FIRST_LISTING
from tests.benchmarks.variants import COMMON, VARIANTS

LINK = "archive_link"
"""`LINK_META`, written out: the bare crawl does not import what it is compared with."""

_ARTICLE = re.compile(rb'class="list__title" href="(/\d{8}/[^"]*-(\d+)\.html)">([^<]*)<')
_MORE = re.compile(rb'class="list__more" data-url="([^"]*)"')
_SEEN = datetime(2026, 4, 1, 12, tzinfo=UTC)


class PagesSpider(Spider):
    """Follows the listing and its articles, keeps nothing; says what links declared, as the product's spider does."""

    name = "pages"

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.pages = 0

    async def start(self) -> AsyncIterator[Request]:
        """The first page of the listing."""
        yield Request(self.base + FIRST_LISTING, dont_filter=True)

    def parse(self, response: Response) -> Iterator[Request]:
        """The articles of a page of the listing, and the next page."""
        self.pages += 1
        for path, number, title in _ARTICLE.findall(response.body):
            url = self.base + path.decode()
            link = ArticleLink(url, f"any:{number.decode()}", "section", response.url, "World", title.decode(), _SEEN)
            yield Request(url, self.parse_article, dont_filter=True, meta={LINK: link})
        for path in _MORE.findall(response.body):
            yield Request(self.base + path.decode(), dont_filter=True)

    def parse_article(self, response: Response) -> None:
        """Counted, no more."""
        self.pages += response.status == 200


@dataclass(frozen=True, slots=True)
class _Clocks:
    """CPU of the process, CPU of the thread that asks, and the time, in seconds."""

    cpu: float
    thread: float
    wall: float


class Meter:
    """Extension. Reads the clocks when the spider is opened, before any extension behind it does something."""

    def __init__(self, crawler: Crawler) -> None:
        self.opened = _clocks()
        crawler.signals.connect(self.spider_opened, signals.spider_opened)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Meter":
        return cls(crawler)

    def spider_opened(self) -> None:
        self.opened = _clocks()


def crawl(variant: str, base: str, directory: Path) -> Measured:
    """Crawl the whole site."""
    settings = COMMON | VARIANTS[variant]
    extensions = {Meter: -1, **settings.get("EXTENSIONS", {})}
    process = AsyncCrawlerProcess(settings | {"EXTENSIONS": extensions, "EXCHANGES_DIRECTORY": str(directory)})
    crawler = process.create_crawler(PagesSpider)
    process.crawl(crawler, base=base)
    process.start()
    ended = _clocks()
    meter, spider = crawler.get_extension(Meter), crawler.spider
    if meter is None or not isinstance(spider, PagesSpider):
        raise RuntimeError("the crawl did not begin: its log says why")
    return Measured(
        variant=variant,
        pages=spider.pages,
        captures=crawler.stats.get_value("archive/captures", 0),
        cpu_seconds=ended.cpu - meter.opened.cpu,
        reactor_cpu_seconds=ended.thread - meter.opened.thread,
        cpu_seconds_with_start_up=ended.cpu,
        wall_seconds=ended.wall - meter.opened.wall,
        peak_rss_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << (0 if sys.platform == "darwin" else 10),
        bytes_written=sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()),
    )


def _clocks() -> _Clocks:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return _Clocks(used.ru_utime + used.ru_stime, time.thread_time(), time.perf_counter())


if __name__ == "__main__":
    print(orjson.dumps(crawl(sys.argv[1], sys.argv[2], Path(sys.argv[3]))).decode())
