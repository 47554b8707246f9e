"""`scrapy crawl`: Scrapy's own, with a verdict in one line and an exit code that tells the truth."""

import argparse
import os
from typing import Any, NoReturn

from scrapy.commands import crawl
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import NotConfigured, UsageError

from crawler.command import complain, tell
from crawler.errors import ConfigurationError, ExitCode, NewswarcError, OutOfSpaceError
from crawler.extensions.delivery import Delivery


class Command(crawl.Command):
    """Run a spider, publish what it captured, return the verdict."""

    def long_desc(self) -> str:
        """For --help."""
        example = "scrapy crawl world -a site=ria -a section=science -s ARCHIVE_STORE=/srv/news"
        return f"{self.short_desc()}. Example: {example}. README.md lists what -a takes"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl. The exit codes are those of `crawler.errors.ExitCode`."""
        if len(args) != 1:
            raise UsageError("name one spider: scrapy crawl world", print_help=False)
        try:
            crawler = self._crawler_of(args[0])
            self._crawl(crawler, opts.spargs)
            self.exitcode = _exit_code(crawler)
        except NewswarcError as error:
            complain(error)
            self.exitcode = error.exit_code
        except (ValueError, TypeError, NotConfigured) as error:
            complain(ConfigurationError(f"Scrapy does not accept a setting: {error}; check the values given with -s"))
            self.exitcode = ExitCode.USAGE

    def _crawler_of(self, name: str) -> Crawler:
        if self.crawler_process is None:
            raise RuntimeError("Scrapy makes the process before the command runs")
        known = self.crawler_process.spider_loader.list()
        if name not in known:
            raise ConfigurationError(f"no spider {name!r}: there is {', '.join(known)}")
        return self._create_crawler(name)

    def _crawl(self, crawler: Crawler, arguments: dict[str, Any]) -> None:
        """Run to the end. Raises whatever kept the crawl from beginning."""
        process: Any = self.crawler_process
        if not isinstance(process, AsyncCrawlerProcess):
            raise ConfigurationError("newswarc needs the asyncio reactor: leave TWISTED_REACTOR as it is")
        crawling = process.crawl(crawler, **arguments)
        process.start()
        if crawling.done() and not crawling.cancelled() and (error := crawling.exception()) is not None:
            raise error


def _exit_code(crawler: Crawler) -> ExitCode:
    delivery = Delivery.of(crawler)
    if not delivery.settle():
        _stop_at_once()
    if delivery.failure is not None and delivery.publication is None:
        complain(delivery.failure, "what was captured is kept for the next run" if delivery.kept else "")
        return delivery.failure.exit_code
    if delivery.publication is None:
        tell("interrupted: the run was not published; run the same command again")
        return ExitCode.INTERRUPTED
    if delivery.failure is not None:
        complain(delivery.failure)
    verdict, entry = delivery.publication.verdict, delivery.publication.entry
    where = f"snapshot {entry.snapshot_id} (log {entry.seq})" if entry else "nothing to publish"
    took = f"; {delivery.run.seconds:.1f} s" if delivery.run is not None else ""
    held = delivery.run.held_back if delivery.run is not None else 0.0
    waits = f", held back for {held:.0f} s" if held >= 1 else ""
    waits += f", the store was asked again {delivery.store_retries} times" if delivery.store_retries else ""
    tell(f"{verdict}; {where}{took}{waits}")
    full = isinstance(delivery.failure, OutOfSpaceError)
    return ExitCode.OUT_OF_SPACE if full else verdict.exit_code


def _stop_at_once() -> NoReturn:
    """Told twice to stop. A publication under way dies as it would by SIGKILL: the spool keeps all that it needs."""
    tell("interrupted: stopped at once, the spool keeps everything; run the same command again")
    os._exit(ExitCode.INTERRUPTED)
