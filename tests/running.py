"""Runs the product as a user would: `scrapy …` in a process of its own, in a project directory of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from crawler.archive.checks import Problem, check_snapshot
from crawler.archive.jsonl import read_lines
from crawler.archive.log import LogEntry
from crawler.archive.repository import Repository
from crawler.items import JsonObject
from crawler.options import StoreAccess
from crawler.storage.store import open_store

ROOT = Path(__file__).parent.parent
TIME_LIMIT = 60


@dataclass(frozen=True)
class Finished:
    """What a command printed and returned."""

    code: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"exit code {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"

    @property
    def json(self) -> Any:  # noqa: ANN401  any JSON value
        return orjson.loads(self.out)


class Project:
    """A directory with a scrapy.cfg, a spool and an archive of its own, running this checkout's code.

    `store` is another archive to write to: its ARCHIVE_STORE, how it is reached, and what the environment must hold.
    """

    def __init__(
        self, path: Path, store: str = "", access: StoreAccess | None = None, variables: Mapping[str, str] | None = None
    ) -> None:
        self.path = path
        self.archive = path / "archive"
        self.store = store
        self.access = access
        self.variables = dict(variables or {})
        self.spool = path / ".scrapy" / "archive"
        path.mkdir(exist_ok=True)
        (path / "scrapy.cfg").write_text("[settings]\ndefault = crawler.settings\n")

    def scrapy(self, *arguments: str, **environment: str) -> Finished:
        """Run to the end."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.path,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT,
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    def crawl(self, base: str, *arguments: str, **environment: str) -> Finished:
        """`scrapy crawl world` on a site, at full speed."""
        return self.scrapy(*self.crawl_arguments(base), *arguments, **environment)

    def crawl_arguments(self, base: str) -> tuple[str, ...]:
        return (
            "crawl",
            "world",
            "-a",
            f"base={base}",
            "-s",
            "DOWNLOAD_DELAY=0",
            "-s",
            "CONCURRENT_REQUESTS_PER_DOMAIN=8",
        )

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "scrapy", *self.arguments(*arguments)]

    def arguments(self, *arguments: str) -> list[str]:
        return [*arguments, *(("-s", f"ARCHIVE_STORE={self.store}") if self.store else ())]

    def environment(self, **extra: str) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT), **self.variables, **extra}

    @property
    def repository(self) -> Repository:
        return Repository(open_store(self.store or str(self.archive), self.access))

    def entries(self) -> list[LogEntry]:
        """The commit log."""
        return [entry for entry, _ in self.repository.entries()]

    def problems(self) -> list[Problem]:
        """What `verify --deep` finds."""
        return [problem for entry in self.entries() for problem in check_snapshot(self.repository, entry, deep=True)]

    def lines(self) -> list[JsonObject]:
        """All article lines in the order of the log."""
        lines: list[JsonObject] = []
        for entry in self.entries():
            for listed in entry.of("articles"):
                with self.repository.open(listed) as stream:
                    lines.extend(read_lines(stream, listed.key))
        return lines
