"""Fixtures that many tests share."""

import os
from pathlib import Path

import pytest

from tests.running import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A fresh project directory."""
    return Project(tmp_path / "project")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where FORBID_SKIPS is set, as in .ci/run, a skipped test fails the run: what is not tested must not look well."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("FORBID_SKIPS") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
