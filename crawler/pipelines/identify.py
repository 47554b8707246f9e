"""Decides whether an article is new, revised, unchanged, gone or restored."""

import logging

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.errors import CaptureError
from crawler.extensions.delivery import Delivery
from crawler.items import Absence, Article
from crawler.state.run_stats import RunStats

logger = logging.getLogger(__name__)


class IdentifyPipeline:
    """Item pipeline: gives articles their event and version, drops unchanged ones; makes absences events or failures.

    Looking up and remembering happen in one step without an await between: an article under two URLs gives one line.
    """

    def __init__(self, delivery: Delivery, stats: RunStats) -> None:
        self._delivery = delivery
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "IdentifyPipeline":
        """Build for a crawl."""
        return cls(Delivery.of(crawler), RunStats(crawler.stats))

    def process_item(self, item: object) -> object:
        """The article with its event. Raises DropItem for what gives no line."""
        if not isinstance(item, Article | Absence):
            return item
        try:
            event = self._identified(item) if isinstance(item, Article) else self._gone(item)
        except CaptureError as error:
            self._delivery.fail(error)
            raise DropItem(f"the run stops: {error}", log_level="DEBUG") from error
        self._stats.event(event)
        return event

    def _identified(self, article: Article) -> Article:
        event = self._delivery.identified(article)
        self._stats.covered(article)
        if event is None:
            self._stats.unchanged()
            raise DropItem(f"unchanged: {article.article_id}", log_level="DEBUG")
        return event

    def _gone(self, absence: Absence) -> Article:
        article_id = absence.link.article_id
        if self._delivery.is_gone(article_id):
            self._stats.unchanged()
            raise DropItem(f"still gone: {article_id}", log_level="DEBUG")
        event = self._delivery.absent(absence)
        if event is None:
            status = absence.capture.status if absence.capture else 404
            self._stats.article_failed(f"http_{status}")
            logger.warning("%s: HTTP %d", absence.link.url, status)
            raise DropItem(f"not there: {article_id}", log_level="DEBUG")
        return event
