"""Replays an archive with pywb, the Python wayback machine, and asks it for captures."""

import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from crawler.archive.digests import digest
from tests.services.environments import Environment
from tests.services.indexes import IndexLine, index_lines, merged_index

TIME_LIMIT = 30
"""Seconds until pywb must answer; it takes about one."""
ATTEMPTS = 3
"""A port that was free may be taken before pywb listens on it; then another is tried."""
COLLECTION = "web"
CODINGS = "gzip, deflate, br, zstd"


@dataclass(frozen=True)
class Answer:
    """What pywb answered."""

    status: int
    headers: HTTPMessage
    body: bytes

    def shows(self, line: IndexLine) -> bool:
        """True if status and payload are those of the record that the line stands for. For `Replay.raw` alone.

        A resource has no status, and a revisit of a page that the server called unchanged has that of the page.
        """
        return (str(self.status), digest(self.body)) == (line.fields.get("status", "200"), line.fields["digest"])


@dataclass(frozen=True)
class Replay:
    """A running pywb with the archive as its only collection."""

    port: int
    lines: list[IndexLine]
    """The index that it replays, in order."""

    def raw(self, line: IndexLine) -> Answer:
        """The capture as it was received (modifier ``id_``). All codings are accepted, so that none is removed."""
        return self.get(f"/{COLLECTION}/{line.timestamp}id_/{line.url}", {"Accept-Encoding": CODINGS})

    def page(self, line: IndexLine) -> Answer:
        """The capture as a browser shows it: links lead into the replay, content coding is removed."""
        return self.get(f"/{COLLECTION}/{line.timestamp}/{line.url}")

    def get(self, target: str, headers: dict[str, str] | None = None) -> Answer:
        """Any request. Redirects are answers. A connection for each: on a kept one, each answer waits 40 ms."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=TIME_LIMIT)
        try:
            connection.request("GET", target, headers=headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()


@contextmanager
def replayed(archive: Path, tools: Environment) -> Iterator[Replay]:
    """The archive in that directory, replayed while the block runs. `tools` holds pywb."""
    with TemporaryDirectory(prefix="pywb-") as name:
        directory = Path(name)
        index = merged_index(archive)
        _configure(directory, archive, index)
        process, port = _start(directory, tools)
        try:
            yield Replay(port, index_lines(index))
        finally:
            _stop(process)


def _configure(directory: Path, archive: Path, index: bytes) -> None:
    """Index, path index (file name and place, sorted) and configuration; JSON is YAML."""
    (directory / "index.cdxj").write_bytes(index)
    paths = sorted(f"{path.name}\t{path.resolve()}\n".encode() for path in archive.glob("warc/**/*.warc.gz"))
    (directory / "paths.txt").write_bytes(b"".join(paths))
    collection = {"index": str(directory / "index.cdxj"), "archive_paths": str(directory / "paths.txt")}
    settings = {"enable_auto_colls": False, "framed_replay": False, "collections": {COLLECTION: collection}}
    (directory / "config.yaml").write_bytes(orjson.dumps(settings))


def _start(directory: Path, tools: Environment) -> tuple["subprocess.Popen[bytes]", int]:
    log = directory / "log"
    for _ in range(ATTEMPTS):
        port = _free_port()
        command = tools.command("wayback", "-b", "127.0.0.1", "-p", str(port), "-d", str(directory))
        with log.open("wb") as out:
            process = subprocess.Popen(command, cwd=directory, stdout=out, stderr=subprocess.STDOUT)
        if _answers(process, port):
            return process, port
        _stop(process)
    raise AssertionError(f"pywb does not answer:\n{log.read_text(errors='replace')[-4000:]}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(TIME_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """True as soon as it answers, False when it has ended or the time is up."""
    deadline = time.monotonic() + TIME_LIMIT
    pause = threading.Event()
    while process.poll() is None and time.monotonic() < deadline:
        try:
            return Replay(port, []).get(f"/{COLLECTION}/").status == 200
        except OSError:
            pause.wait(0.05)
    return False
