from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from asking import checksum
from bad_data import KINDS, Kind

from database_loader import FitnessCenterDatabaseLoader
from datagen.errors import DatagenError
from datagen.progress import Report


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_bad_data_is_refused_with_where_and_why_and_nothing_changes(
    kind: Kind,
    url: str,
    other: Path,
    editable: Callable[..., Path],
) -> None:
    # All kinds share the schema, which none of them may change.
    loader = FitnessCenterDatabaseLoader(url, "Bad data", report=Report(quiet=True))
    before = checksum(url, loader.schema)
    if "members" not in before:
        loader.load(other)
        before = checksum(url, loader.schema)
    directory = editable(manifest=kind.manifest)
    kind.spoil(directory)
    with pytest.raises(DatagenError) as refused:
        loader.load(directory, truncate=True)
    told = str(refused.value)
    assert [part for part in kind.told if part not in told] == [], told
    assert len(told) < 700, told
    loader.close()
    assert checksum(url, "Bad data") == before


def test_there_are_kinds_enough() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 40
