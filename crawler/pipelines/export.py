"""Writes the line of each article to the spool."""

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.errors import CaptureError
from crawler.extensions.delivery import Delivery
from crawler.items import Article


class ExportPipeline:
    """Item pipeline; the last one."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ExportPipeline":
        """Build for a crawl."""
        return cls(Delivery.of(crawler))

    def process_item(self, item: object) -> object:
        """Export the article and pass it on."""
        if isinstance(item, Article):
            try:
                self._delivery.export(item)
            except CaptureError as error:
                self._delivery.fail(error)
                raise DropItem(f"the run stops: {error}", log_level="DEBUG") from error
        return item
