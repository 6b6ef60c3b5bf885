from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from database_loader import FitnessCenterDatabaseLoader
from datagen.errors import DataError, DatagenError
from datagen.fitness.tables import metadata
from datagen.loading import value_formats
from datagen.loading.preflight import opened
from datagen.progress import Progress
from tests.loading.bad_data import KINDS, Kind, value
from tests.loading.renew_refusals import PAGE, row, without_values
from tests.support.queries import checksum, schemas_dropped


@pytest.fixture(scope="module")
def held(url: str, other: Path) -> Iterator[dict[str, str]]:
    """What the schema that all kinds share holds: none of them may change it."""
    with schemas_dropped(url):
        with FitnessCenterDatabaseLoader(url, "Bad data", report=Progress(quiet=True)) as loader:
            loader.load(other)
        yield checksum(url, "Bad data")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_bad_data_is_refused_with_where_and_why_and_nothing_changes(
    kind: Kind,
    url: str,
    held: dict[str, str],
    editable: Callable[..., Path],
    request: pytest.FixtureRequest,
) -> None:
    loader = FitnessCenterDatabaseLoader(url, "Bad data", report=Progress(quiet=True))
    directory = editable(manifest=kind.manifest)
    kind.spoil(directory)
    with pytest.raises(DatagenError) as refused:
        loader.load(directory, truncate=True)
    told = str(refused.value)
    assert [part for part in kind.told if part not in told] == [], told
    assert len(told) < 700, told
    loader.close()
    assert checksum(url, "Bad data") == held
    # The words of PostgreSQL itself differ from version to version: the page has those of the embedded one.
    if loader.database_url == request.getfixturevalue("embedded"):
        documented = [without_values(line) for line in PAGE.read_text(encoding="utf-8").splitlines()]
        renew = "renew it with: python -m tests.loading.renew_refusals"
        assert without_values(row(kind, told, directory)) in documented, renew


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.manifest], ids=lambda kind: kind.name)
def test_the_same_is_told_where_a_manifest_lists_the_file_and_before_a_server_is_asked(
    kind: Kind, editable: Callable[..., Path]
) -> None:
    directory = editable(manifest=True)
    kind.spoil(directory)
    with pytest.raises(DatagenError) as refused, opened(directory, metadata, "fitness"):
        pass
    told = str(refused.value)
    assert [part for part in kind.told if part not in told] == [], told
    assert len(told) < 900, told


def test_an_edited_parent_is_told_with_the_row_that_refers_to_it(editable: Callable[..., Path]) -> None:
    directory = editable(manifest=True)
    value("facilities", 2, "facilityid", "FAC999")(directory)
    with (
        pytest.raises(DatagenError, match=r"csv, line \d+, column facilityid: .* is not one of facilities\.facilityid"),
        opened(directory, metadata, "fitness"),
    ):
        pass


def test_there_are_kinds_enough() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 40


def judged_alike(directory: Path, tables: Iterable[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """See that the values of these tables are judged alike as those of a small and of a large file."""
    try:
        with opened(directory, metadata, "fitness") as found:
            for table in tables:
                told = []
                for small in (1 << 40, 0):
                    monkeypatch.setattr(value_formats, "_SMALL", small)
                    told.append(str(value_formats.check_forms(found.of(table))))
                assert told[0] == told[1]
    except DataError:
        pass  # refused before a value is looked at


@pytest.mark.parametrize(
    "kind",
    # A blank line is passed over by DuckDB, and refused by PostgreSQL.
    [kind for kind in KINDS if not kind.manifest and kind.name != "a blank line"],
    ids=lambda kind: kind.name,
)
def test_large_files_are_judged_as_small_ones_are(
    kind: Kind, small: Path, editable: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = editable()
    kind.spoil(directory)
    spoilt = [name for name in metadata.tables if bytes_of(directory, name) != bytes_of(small, name)]
    assert spoilt
    judged_alike(directory, spoilt, monkeypatch)


def bytes_of(directory: Path, table: str) -> bytes | None:
    file = directory / f"{table}.csv"
    return file.read_bytes() if file.is_file() else None


def test_large_good_files_are_judged_as_small_ones_are(
    editable: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    judged_alike(editable(), metadata.tables, monkeypatch)
