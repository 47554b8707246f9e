"""Fixtures that tests with other people's tools share."""

import pytest

from tests.services.environments import Environment, environment_with


@pytest.fixture(scope="session")
def web_archive_tools(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """pywb and cdxj-indexer, installed once in each process that runs tests with them."""
    return environment_with(tmp_path_factory.mktemp("tools") / "env", "pywb>=2.10,<3", "cdxj-indexer>=1.5,<2")
