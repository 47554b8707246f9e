"""Capture takes a bounded multiple of the largest body that may come, whatever the bodies are."""

import random
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from tests.faults.raw_server import Answer, RawServer
from tests.running import ROOT, TIME_LIMIT

MAXSIZE = 8 << 20
CONCURRENCY = 3
PAGES = 6
BODY = random.Random(1).randbytes(MAXSIZE - 4096)  # noqa: S311  bytes that no compression makes smaller
OK = b"HTTP/1.1 200 OK\r\n"


def chunked(size: int, extension: bytes = b"") -> bytes:
    pieces = (BODY[at : at + size] for at in range(0, len(BODY), size))
    framed = b"".join(b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces)
    return OK + b"Transfer-Encoding: chunked\r\n\r\n" + framed + b"0\r\n\r\n"


def bomb() -> bytes:
    """A gzip body that unpacks to sixteen times what a body may have."""
    packer = zlib.compressobj(9, wbits=31)
    data = b"".join(packer.compress(bytes(1 << 20)) for _ in range(16 * (MAXSIZE >> 20))) + packer.flush()
    return OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(data) + data


BODIES = {
    "content-length": OK + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY,
    "until-close": b"HTTP/1.0 200 OK\r\n\r\n" + BODY,
    "chunks-of-4-kB": chunked(4096),
    "chunks-of-16-bytes": chunked(16)[:MAXSIZE],
    "chunks-with-long-extensions": chunked(256, b";" + b"x" * 900),
    "longer-than-allowed": OK + b"\r\n" + BODY * 3,
    "cut": OK + b"Content-Length: %d\r\n\r\n" % (len(BODY) + 1) + BODY,
    "announced-as-too-long": OK + b"Content-Length: %d\r\n\r\n" % (2 * len(BODY)) + BODY,
    "gzip-bomb": bomb(),
}


DELIVERED = {"content-length", "until-close", "chunks-of-4-kB"}
"""The bodies that are whole and no longer than allowed."""


@pytest.mark.parametrize("name", BODIES)
def test_memory_stays_under_three_times_what_may_come_at_once(tmp_path: Path, name: str) -> None:
    answers = [Answer((BODIES[name],), "close")] * PAGES
    with RawServer(answers) as server:
        sizes = [str(number) for number in (PAGES, CONCURRENCY, MAXSIZE)]
        command = [sys.executable, "-m", "tests.faults.heavy_crawl", str(tmp_path), server.base, *sizes]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIME_LIMIT, check=False)
    assert done.returncode == 0, done.stderr
    grown, delivered = map(int, done.stdout.split())
    assert delivered == (PAGES if name in DELIVERED else 0), done.stderr
    assert len(server.requests) == PAGES, "the pages were not asked for: nothing is proved"
    allowed = 3 * MAXSIZE * CONCURRENCY
    assert grown < allowed, f"{grown >> 20} MiB, allowed are {allowed >> 20} MiB\n{done.stderr}"
    print(f"{name}: {grown >> 20} MiB of {allowed >> 20}")
