"""`ArchiveAddon`: switches capture and delivery on in any Scrapy project.

``ADDONS = {"crawler.addon.ArchiveAddon": 100}`` in the project's settings is all that is needed.
"""

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.settings import Settings

from crawler.capture.sink import CaptureSink
from crawler.capture.wire import WireDownloadHandler
from crawler.errors import ConfigurationError
from crawler.extensions.backpressure import Backpressure
from crawler.extensions.delivery import Delivery
from crawler.middlewares.content_coding import ContentCodingMiddleware
from crawler.middlewares.evidence import EvidenceMiddleware
from crawler.middlewares.fallback import FallbackMiddleware
from crawler.middlewares.requisites import RequisitesMiddleware
from crawler.middlewares.robots import RobotsMiddleware
from crawler.middlewares.url_length import UrlLengthMiddleware
from crawler.options import CREDENTIALS, ArchiveOptions, Hidden
from crawler.pipelines.clean import CleanPipeline
from crawler.pipelines.export import ExportPipeline
from crawler.pipelines.identify import IdentifyPipeline

_LENGTH_ORDER = 50
_ROBOTS_ORDER = 100
_CODING_ORDER = 590
"""Where Scrapy has its own of the last two."""

_FALLBACK_ORDER = 1000
"""Closest to the downloader: bodies have their content coding yet, and caches stand before it."""

_EVIDENCE_ORDER = 950
"""Close to the spider: other middlewares see articles that have their evidence."""

_REQUISITES_ORDER = 960
"""Closer still: its requests pass the evidence middleware, which notes how the crawl came to them."""


class ArchiveAddon:
    """Scrapy add-on. Settings of the project and the command line win over what it sets."""

    def update_settings(self, settings: Settings) -> None:
        """Enable handler, middlewares, pipelines and extensions. Raises `ConfigurationError` for a bad setting."""
        options = ArchiveOptions.from_settings(settings)
        if settings.getbool("HTTPCACHE_ENABLED"):
            message = (
                "HTTPCACHE_ENABLED is on: a page from a cache was not exchanged and has no evidence; switch it off"
            )
            raise ConfigurationError(message)
        # A handler that the project chose itself stays: its exchanges are put together again, and labelled.
        handlers = dict.fromkeys(("http", "https"), WireDownloadHandler) | settings.getdict("DOWNLOAD_HANDLERS")
        # At the priority that the setting has: a project that switches other schemes off must not switch capture off.
        settings.set("DOWNLOAD_HANDLERS", handlers, settings.getpriority("DOWNLOAD_HANDLERS") or "addon")
        for name in CREDENTIALS:
            if settings.get(name) is not None:  # Scrapy logs all settings that differ from their defaults
                settings.set(name, Hidden(settings[name]), settings.getpriority(name) or "addon")
        settings.set("USER_AGENT", options.user_agent, "addon")
        settings.setdefault_in_component_priority_dict("DOWNLOADER_MIDDLEWARES", RobotsTxtMiddleware, None)
        settings.setdefault_in_component_priority_dict("DOWNLOADER_MIDDLEWARES", RobotsMiddleware, _ROBOTS_ORDER)
        settings.setdefault_in_component_priority_dict("DOWNLOADER_MIDDLEWARES", HttpCompressionMiddleware, None)
        settings.setdefault_in_component_priority_dict("DOWNLOADER_MIDDLEWARES", ContentCodingMiddleware, _CODING_ORDER)
        settings.setdefault_in_component_priority_dict("DOWNLOADER_MIDDLEWARES", UrlLengthMiddleware, _LENGTH_ORDER)
        settings.setdefault_in_component_priority_dict("DOWNLOADER_MIDDLEWARES", FallbackMiddleware, _FALLBACK_ORDER)
        settings.setdefault_in_component_priority_dict("SPIDER_MIDDLEWARES", EvidenceMiddleware, _EVIDENCE_ORDER)
        settings.setdefault_in_component_priority_dict("SPIDER_MIDDLEWARES", RequisitesMiddleware, _REQUISITES_ORDER)
        for order, pipeline in enumerate((CleanPipeline, IdentifyPipeline, ExportPipeline), 1):
            settings.setdefault_in_component_priority_dict("ITEM_PIPELINES", pipeline, order * 100)
        for extension in (CaptureSink, Delivery, Backpressure):
            settings.setdefault_in_component_priority_dict("EXTENSIONS", extension, 0)
