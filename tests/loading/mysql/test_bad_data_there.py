"""Bad data of every kind is refused with the same words as by PostgreSQL, and what MariaDB holds stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from database_loader import FitnessCenterDatabaseLoader
from datagen.errors import DatagenError
from datagen.fitness.tables import metadata
from datagen.loading.load import refuse_forms
from datagen.loading.preflight import opened
from datagen.progress import Progress
from tests.loading.bad_data import KINDS, Kind
from tests.loading.mysql.conftest import NAME
from tests.loading.mysql.server import ask, checksum, drop, with_database
from tests.loading.renew_refusals import PAGE, row, without_values


@pytest.fixture(scope="module")
def loaded(server: str, other: Path) -> Iterator[tuple[FitnessCenterDatabaseLoader, dict[str, Any]]]:
    """A loader into a database that all kinds share, and none may change, and what it holds."""
    url = with_database(server, f"{NAME} bad")
    ask(server, f"CREATE DATABASE `{NAME} bad`")
    with FitnessCenterDatabaseLoader(url, report=Progress(quiet=True)) as loader:
        loader.load(other)
        yield loader, checksum(url)
    drop(url)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_bad_data_is_refused_with_where_and_why_and_nothing_changes(
    kind: Kind, loaded: tuple[FitnessCenterDatabaseLoader, dict[str, Any]], editable: Callable[..., Path]
) -> None:
    loader, before = loaded
    directory = editable(manifest=kind.manifest)
    kind.spoil(directory)
    with pytest.raises(DatagenError) as refused:
        with opened(directory, metadata, "fitness") as found:
            refuse_forms(found)
        # Only now is a server asked.
        try:
            loader.load(directory, truncate=True)
        finally:
            assert checksum(loader.database_url) == before
    told = str(refused.value)
    assert [part for part in kind.told if part not in told] == [], told
    documented = [without_values(line) for line in PAGE.read_text(encoding="utf-8").splitlines()]
    assert without_values(row(kind, told, directory)) in documented
