"""CDXJ as other tools read it: parsed here, not with our own code."""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson


@dataclass(frozen=True)
class IndexLine:
    """One line of an index."""

    key: str
    """SURT."""
    timestamp: str
    """Fourteen digits."""
    fields: dict[str, str]

    @property
    def place(self) -> tuple[str, str]:
        """File and offset of the record: what makes a line unique."""
        return self.fields["filename"], self.fields["offset"]

    @property
    def moment(self) -> tuple[str, str]:
        """What a replay can be asked for; two exchanges of one second share it."""
        return self.key, self.timestamp

    @property
    def url(self) -> str:
        return self.fields["url"]


def merged_index(archive: Path) -> bytes:
    """The indexes of all snapshots as one, unpacked and sorted by bytes."""
    lines: list[bytes] = []
    for path in archive.glob("cdxj/*.cdxj.gz"):
        lines += gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    return b"".join(sorted(lines))


def index_lines(index: bytes) -> list[IndexLine]:
    """The lines of an index in order."""
    return [_parsed(line) for line in index.splitlines()]


def by_place(lines: Iterable[IndexLine]) -> dict[tuple[str, str], IndexLine]:
    """Lines by the record that they stand for."""
    return {line.place: line for line in lines}


def _parsed(line: bytes) -> IndexLine:
    key, timestamp, fields = line.split(b" ", 2)
    return IndexLine(key.decode(), timestamp.decode(), orjson.loads(fields))
