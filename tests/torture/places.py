"""Stores that archives of the torture stand on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.running import Project
from tests.services.seaweedfs import seaweedfs, weed_program

STORES = ("local", "s3")
BUCKET = "archive"


@dataclass(frozen=True)
class Place:
    """A kind of store, and a directory to work in."""

    name: str
    path: Path
    project_at: Callable[[Path], Project]
    """Makes a project of its own at a path."""

    def project(self, name: str) -> Project:
        """A project of its own by name."""
        return self.project_at(self.path / name)


@contextmanager
def place(store: str, path: Path) -> Iterator[Place]:
    """A place while the block runs: ``local``, or ``s3`` on SeaweedFS. Raises `CannotFetchError`."""
    path.mkdir()
    if store == "local":
        yield Place("a directory", path, Project)
        return
    with seaweedfs(weed_program(path / "program" / "env"), path / "server") as server:
        server.make_bucket(BUCKET)
        yield Place("SeaweedFS", path, lambda at: server.project(at, BUCKET))
