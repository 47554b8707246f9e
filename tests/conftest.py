"""Fixtures that many tests share."""

from pathlib import Path

import pytest

from tests.running import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A fresh project directory."""
    return Project(tmp_path / "project")
