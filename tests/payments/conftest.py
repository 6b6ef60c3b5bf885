"""A history that grew, for tests of loading."""

from __future__ import annotations

import shutil

import pytest

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
