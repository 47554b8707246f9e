"""Gathers what a run is from its spider and settings."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import orjson
import scrapy
from scrapy.crawler import Crawler
from scrapy.utils.conf import closest_scrapy_cfg

import crawler as newswarc
from crawler.archive.digests import digest
from crawler.archive.keys import new_snapshot_id
from crawler.archive.spooled_run import RunFacts
from crawler.options import ArchiveOptions

_SHAPING = ("USER_AGENT", "ROBOTSTXT_OBEY", "DOWNLOAD_DELAY", "DOWNLOAD_MAXSIZE", "REDIRECT_MAX_TIMES", "RETRY_TIMES")
"""Scrapy settings that shape what is archived."""
_SHAPING_OPTIONS = (
    "collection",
    "contact",
    "private_hosts",
    "gate_share",
    "warc_bytes",
    "warc_seconds",
    "warc_compression",
    "revisit_bytes",
    "requisites",
    "requisites_days",
    "services_permitted",
    "gone_hours",
)
"""Our own settings that do; the others say how it is delivered."""


def run_facts(crawler: Crawler, options: ArchiveOptions, began_at: datetime) -> RunFacts:
    """Facts of a run that begins now."""
    spider = crawler.spider
    if spider is None:
        raise RuntimeError("a run begins when its spider is open")
    arguments = {name: str(value) for name, value in getattr(spider, "arguments", {}).items()}
    settings = {name: str(crawler.settings[name]) for name in _SHAPING}
    shape = {"spider": spider.name, "arguments": arguments, "settings": settings}
    shaping_options = {name: value for name, value in asdict(options).items() if name in _SHAPING_OPTIONS}
    return RunFacts(
        snapshot_id=new_snapshot_id(spider.name, began_at),
        spider=spider.name,
        site=getattr(spider, "site_name", ""),
        collection=options.collection,
        began_at=began_at,
        software=f"newswarc/{newswarc.__version__} Scrapy/{scrapy.__version__}",
        operator=options.contact,
        user_agent=str(crawler.settings["USER_AGENT"]),
        robots="obey" if crawler.settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        series=_series(spider.name, arguments),
        configuration_digest=digest(orjson.dumps(shape | {"options": shaping_options}, option=orjson.OPT_SORT_KEYS)),
        gone_hours=options.gone_hours,
    )


def _series(spider: str, arguments: Mapping[str, str]) -> str:
    """What runs are compared by: a site may move, its articles stay."""
    return " ".join([spider, *(f"{name}={value}" for name, value in sorted(arguments.items()) if name != "base")])


def project_directory() -> Path:
    """Directory of the scrapy.cfg of this project."""
    configuration = closest_scrapy_cfg()
    return Path(configuration).parent if configuration else Path.cwd()


def spool_directory(options: ArchiveOptions) -> Path:
    """Where the spool of this project is: ARCHIVE_SPOOL, relative to the project."""
    return project_directory() / options.spool
