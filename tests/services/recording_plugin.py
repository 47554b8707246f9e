"""A pytest plugin for Scrapy's own test suite: its HTTP/1.1 handler is ours, and every exchange is recorded.

It is loaded with ``-p recording_plugin`` before the suite's modules are, so that they find our handler wherever they
look for Scrapy's. ``--report-to FILE`` writes what was counted.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir

import orjson
import pytest
import scrapy.core.downloader.handlers.http11
import scrapy.settings.default_settings
from scrapy.statscollectors import StatsCollector

from crawler.archive.captures import capture_records
from crawler.archive.http_message import HttpMessage, parse_response
from crawler.archive.stored import read_captures
from crawler.archive.warc import LocatedRecord
from crawler.capture.sink import CaptureSink
from crawler.capture.wire import WireDownloadHandler
from crawler.evidence import Capture, Evidence
from crawler.exporters.warc import Receipt
from crawler.items import CaptureRef


@dataclass
class Memory:
    """A recorder that turns captures into records and back, and counts them."""

    directory: Path = field(default_factory=lambda: Path(gettempdir()))
    captures: int = 0
    flags: Counter[str] = field(default_factory=Counter)
    mismatches: list[str] = field(default_factory=list)
    test: str = ""
    """The test that runs."""

    async def put(self, evidence: Evidence, message: HttpMessage | None = None) -> Receipt:
        receipt: Receipt = asyncio.get_running_loop().create_future()
        receipt.set_result(self._taken(evidence, message) if isinstance(evidence, Capture) else None)
        return receipt

    def fail(self, error: Exception) -> None:
        raise AssertionError(error)

    def _taken(self, capture: Capture, message: HttpMessage | None) -> CaptureRef:
        message = message or parse_response(capture.response, capture.method)
        records = capture_records(capture, message, message.payload_digest()[0], "urn:uuid:1")
        (stored,) = read_captures([LocatedRecord(record, 0, 0) for record in records], "memory")
        self.captures += 1
        self.flags.update(capture.flags)
        if "body_mismatch" in capture.flags:
            self.mismatches.append(self.test)
        return stored.ref


MEMORY = Memory()


class MemorySink(CaptureSink):
    """The sink of every crawler of the suite."""

    def __init__(self, stats: StatsCollector, maxsize: int) -> None:
        super().__init__(stats, maxsize)
        self.recorder = MEMORY


scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler = WireDownloadHandler  # type: ignore[misc]
scrapy.settings.default_settings.EXTENSIONS = {f"{__name__}.MemorySink": 0}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--report-to", type=Path, required=True)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "flaky: the mark of a plugin that repeats tests; nothing is repeated here")


def pytest_runtest_logstart(nodeid: str) -> None:
    MEMORY.test = nodeid


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    outcomes = {name: len(reports) for name, reports in terminalreporter.stats.items() if name}
    report = {
        "outcomes": outcomes,
        "captures": MEMORY.captures,
        "flags": MEMORY.flags,
        "mismatches": sorted(MEMORY.mismatches),
    }
    path: Path = config.getoption("--report-to")
    path.write_bytes(orjson.dumps(report))
