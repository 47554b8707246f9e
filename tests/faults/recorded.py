"""Runs the crawl of `record_exchanges` against one raw server per script and reads back what it archived."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from crawler.archive.groups import read_groups
from crawler.archive.records import Record, parse_warc_fields
from crawler.archive.warc import read_records
from crawler.items import JsonObject
from tests.faults.connect_proxy import ConnectProxy
from tests.faults.raw_server import RawServer, self_signed, tls_context
from tests.faults.script import Script
from tests.running import ROOT, TIME_LIMIT


@dataclass(frozen=True)
class Group:
    """The records of one capture."""

    request: Record
    response: Record
    metadata: Record

    @property
    def records(self) -> tuple[Record, Record, Record]:
        return self.request, self.response, self.metadata

    @property
    def facts(self) -> dict[str, str]:
        return parse_warc_fields(self.metadata.block)


@dataclass(frozen=True)
class Attempt:
    """The records of a request that no response came for."""

    request: Record | None
    metadata: Record

    @property
    def facts(self) -> dict[str, str]:
        return parse_warc_fields(self.metadata.block)


@dataclass(frozen=True)
class Recorded:
    """What the crawl left, and what the servers saw."""

    path: Path
    warcinfo: Record
    groups: list[Group]
    attempts: list[Attempt]
    blocks: list[tuple[str, bytes]]
    """Record ids, as written, and blocks in file order."""
    stats: JsonObject
    reasons: dict[str, str]
    """Why a request failed, by URL, as the product counts it."""
    servers: dict[str, RawServer]
    tunnelled: list[bytes]
    """What the proxy was asked."""

    def of(self, name: str) -> list[Group]:
        """The captures of one script, in file order."""
        return [group for group in self.groups if f"/{name}/" in f"{group.response.value('WARC-Target-URI')}/"]

    def asked(self, name: str) -> list[bytes]:
        """The requests that its server received."""
        return [received.data for received in self.servers[name].requests]

    def attempts_of(self, name: str) -> list[Attempt]:
        """The failed attempts of one script, in file order."""
        return [found for found in self.attempts if f"/{name}/" in f"{found.metadata.value('WARC-Target-URI')}/"]


@contextmanager
def recording(
    scripts: Mapping[str, Script], directory: Path, *, in_pieces: bool = False, verify: bool = False
) -> Iterator[Recorded]:
    """One crawl over all scripts. The servers stand until the end.

    `in_pieces`: servers write, and the crawl reads, byte by byte; large answers in small pieces.
    """
    pem = self_signed(directory)
    with ExitStack() as stack:
        proxy = stack.enter_context(ConnectProxy())
        servers: dict[str, RawServer] = {}
        plan: list[JsonObject] = []
        for name, script in scripts.items():
            piece = max(1, script.size // 4_000) if in_pieces else 0
            tls = tls_context(pem, script.tls) if script.tls else None
            resets = any(answer.then == "reset" for answer in script.answers)  # it discards what waits to be sent
            servers[name] = stack.enter_context(RawServer(script.answers, tls, 0 if resets else piece))
            servers[name].blurts = script.blurts
            plan += _plan(name, script, servers[name], proxy, piece)
        (directory / "requests.json").write_bytes(orjson.dumps(plan))
        command = [sys.executable, "-m", "tests.faults.record_exchanges", str(directory), *(["verify"] * verify)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIME_LIMIT, check=False)
        assert (directory / "result.json").exists(), f"the crawl left nothing:\n{done.stderr}"
        yield _read(orjson.loads((directory / "result.json").read_bytes()), servers, proxy.requests)


def _plan(name: str, script: Script, server: RawServer, proxy: ConnectProxy, piece: int) -> Iterator[JsonObject]:
    """The requests of a script, for its server."""
    for number, arguments in enumerate(script.requests):
        meta = arguments.get("meta", {})
        if "proxy" in meta:
            meta = meta | {"proxy": server.base.replace("://", "://user:password@")}
        elif script.tunnel:
            meta = meta | {"proxy": proxy.base.replace("://", "://user:password@")}
        if piece:
            meta = meta | {"read_size": piece}
        url = arguments.get("url", f"{server.base}/{name}/{number or ''}").replace(
            "{port}", f"{server.server_address[1]}"
        )
        yield {**arguments, "url": url, "meta": meta}


def _read(result: JsonObject, servers: dict[str, RawServer], tunnelled: list[bytes]) -> Recorded:
    (path,) = map(Path, result["sealed"])
    with path.open("rb") as stream:
        located = list(read_records(stream, path.name))
    (info,), *parts = [[part.record for part in group] for group in read_groups(located, path.name)]
    return Recorded(
        path=path,
        warcinfo=info,
        groups=[Group(*group) for group in parts if len(group) == 3],
        attempts=[Attempt(group[0] if len(group) == 2 else None, group[-1]) for group in parts if len(group) < 3],
        blocks=[(f"<{part.record.record_id}>", part.record.block) for part in located],
        stats=result["stats"],
        reasons=result["reasons"],
        servers=servers,
        tunnelled=tunnelled,
    )
