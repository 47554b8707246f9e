"""What is compared: Scrapy settings by name. A variant is one entry, with what it has beside `COMMON`."""

from typing import Any

BASELINE = "bare"

COMMON: dict[str, Any] = {
    "CONCURRENT_ITEMS": 4,  # the project's own: Scrapy starts as many tasks for every page
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "COOKIES_ENABLED": False,
    "DOWNLOAD_DELAY": 0,
    "LOG_LEVEL": "WARNING",
    "METAREFRESH_ENABLED": False,
    "RETRY_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "TELNETCONSOLE_ENABLED": False,
    "USER_AGENT": "newswarc-benchmark/1",
}

VARIANTS: dict[str, dict[str, Any]] = {
    BASELINE: {},
    "capture": {
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawler.capture.wire.WireDownloadHandler"),
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
            "crawler.middlewares.content_coding.ContentCodingMiddleware": 590,
            "crawler.middlewares.fallback.FallbackMiddleware": 1000,
        },
        "EXTENSIONS": {"crawler.capture.sink.CaptureSink": 0, "tests.faults.record_exchanges.Recording": 1},
    },
}
"""`capture` is everything between the wire and a synced WARC: no extraction, nothing published."""
