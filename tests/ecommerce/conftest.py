"""A small marketplace as files, for tests that only read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.shops import exported


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A marketplace of 400 orders; not to be changed."""
    return exported(tmp_path_factory.mktemp("shop") / "data", orders=400)
