"""Notes what fails when a crawl closes: Scrapy logs it, goes on and ends as if all were well.

So a pipeline of the project whose `close_spider` cannot write what it gathered would be a complete run.
"""

import logging

from scrapy.crawler import Crawler

_ENGINE = logging.getLogger("scrapy.core.engine")


class CloseFailures(logging.Handler):
    """Listens to the engine of one crawl, whatever LOG_LEVEL is, from `listen` to `stop`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(logging.ERROR)
        self.seen = False
        """True once something failed."""
        self._crawler = crawler

    def listen(self) -> None:
        """Begin."""
        _ENGINE.addHandler(self)

    def stop(self) -> None:
        """End."""
        _ENGINE.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Called by logging: an error with its exception is a failure; the engine names the spider with it."""
        if record.exc_info and getattr(record, "spider", None) is self._crawler.spider:
            self.seen = True
