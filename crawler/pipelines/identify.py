"""Decides whether an article is new, revised or unchanged."""

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.errors import CaptureError
from crawler.extensions.delivery import Delivery
from crawler.items import Article
from crawler.state.run_stats import RunStats


class IdentifyPipeline:
    """Item pipeline: gives articles their event and version, drops unchanged ones.

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
        """The article with its event. Raises DropItem for an unchanged one."""
        if not isinstance(item, Article):
            return item
        try:
            event = self._delivery.identified(item)
        except CaptureError as error:
            self._delivery.fail(error)
            raise DropItem(f"the run stops: {error}", log_level="DEBUG") from error
        self._stats.covered(item)
        if event is None:
            self._stats.unchanged()
            raise DropItem(f"unchanged: {item.article_id}", log_level="DEBUG")
        self._stats.event(event)
        return event
