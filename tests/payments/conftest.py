"""A history that grew, for tests of loading, and a way to run the command."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from datagen.console import run_command
from datagen.payments.command import command
from tests.payments.command_runs import Run
from tests.support.loaded_history import Growth, begun, continued


@pytest.fixture(scope="session")
def growth(tmp_path_factory: pytest.TempPathFactory) -> Growth:
    """Twelve days in three runs, and in one; not to be changed."""
    place = tmp_path_factory.mktemp("growth")
    steps = [begun(place / "first", "2024-01-05")]
    for last in ("2024-01-06", "2024-01-12"):
        steps.append(place / last)
        shutil.copytree(steps[-2], steps[-1])
        continued(steps[-1], last)
    return Growth(tuple(steps), begun(place / "whole", "2024-01-12"))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in an empty directory."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: run_command(command, [str(item) for item in arguments])
