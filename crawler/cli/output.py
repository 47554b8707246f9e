"""What all commands share: where they read from, and how they print for people and for programs."""

import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import orjson

from crawler.archive.repository import Repository
from crawler.archive.spool import Spool
from crawler.options import ArchiveOptions, StoreAccess
from crawler.storage.store import ObjectStore, open_store

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
"""What steers a terminal, turns or hides text, or cannot be printed at all."""


def safe(text: str) -> str:
    """The text with everything neutralised that could steer a terminal, or turn what stands around it."""
    return _CONTROL.sub("�", text)


@dataclass(frozen=True, slots=True)
class Context:
    """What a command works with."""

    options: ArchiveOptions
    """The settings."""
    access: StoreAccess
    """How S3 is reached."""
    project: Path
    """Directory that ARCHIVE_SPOOL is relative to: that of scrapy.cfg."""
    user_agent: str = ""
    """User-Agent of a crawl with these settings."""
    out: TextIO = sys.stdout
    """Where results go; messages go to the logs and stderr."""

    def store(self) -> ObjectStore:
        """The store that ARCHIVE_STORE names."""
        return open_store(self.options.store, self.access)

    def repository(self) -> Repository:
        """The repository in it."""
        return Repository(self.store())

    def spool(self) -> Spool:
        """The spool of that store in this project."""
        return Spool(self.project / self.options.spool, self.store().uri)

    def note(self, text: str) -> None:
        """A line for people beside the results."""
        print(f"newswarc: {safe(text)}", file=sys.stderr)

    def say(self, text: str) -> None:
        """Print a line for people, with everything neutralised that could steer a terminal."""
        print(safe(text), file=self.out)

    @property
    def in_colour(self) -> bool:
        """True on a terminal, unless NO_COLOR (no-color.org) is set or the terminal is a dumb one."""
        return self.out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def say_styled(self, text: str) -> None:
        """Print a line for people that may hold colours: whoever made it has made its parts `safe`."""
        print(text, file=self.out)

    def say_json(self, value: Any) -> None:  # noqa: ANN401  any JSON value
        """Print one JSON value for programs, with escapes for what could steer a terminal."""
        print(_json_text(value), file=self.out)

    def say_json_list(self, values: Iterable[Any]) -> None:
        """Print a JSON list for programs, one value after the other: none but the last is held."""
        before = "["
        for value in values:
            print(before, _json_text(value), sep="\n", end="", file=self.out)
            before = ","
        print("[]" if before == "[" else "\n]", file=self.out)


def _json_text(value: Any) -> str:  # noqa: ANN401  any JSON value
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z).decode()
    return _CONTROL.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    """The same character for a JSON reader, and nothing for a terminal: such characters stand in JSON strings only."""
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def size_text(count: int) -> str:
    """Bytes as people read them: ``412 kB``."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 10 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
