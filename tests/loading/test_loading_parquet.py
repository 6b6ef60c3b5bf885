"""Parquet files make the same database as the CSV files of the same rows, or are refused in a line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from database_loader import FitnessCenterDatabaseLoader
from datagen.console import run_command
from datagen.errors import DataError, InputError
from datagen.fitness.tables import metadata
from datagen.loading import parquet_as_csv
from datagen.loading.postgres import record_view
from datagen.loading.preflight import opened
from datagen.output.file_names import by_table
from datagen.output.manifest import NAME, read_manifest
from datagen.progress import Progress
from run_complete_data_generation import command
from tests.support.forks import ran
from tests.support.queries import ask, checksum

Loader = FitnessCenterDatabaseLoader
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data set `small` as Parquet files; not to be changed."""
    directory = tmp_path_factory.mktemp("data") / "parquet"
    sizes = ("--facilities", "1", "--members", "60", "--staff", "10", "--months", "3", "--end-date", "2026-11-20")
    line = ("--quiet", "--no-verify", "--format", "parquet", *sizes, "--output-dir", directory)
    ran(ROOT / "run_complete_data_generation.py", *line, cwd=directory.parent).check_returncode()
    return directory


@pytest.fixture
def data(whole: Path, tmp_path: Path) -> Path:
    """A copy of them, to be changed."""
    return Path(shutil.copytree(whole, tmp_path / "data"))


def files_of(directory: Path, table: str) -> list[Path]:
    return [directory / file.name for file in by_table(path.name for path in directory.iterdir())[table]]


def changed(path: Path, column: str, change: Callable[[pa.ChunkedArray], pa.Array]) -> None:
    rows = pq.read_table(path)
    pq.write_table(rows.set_column(rows.column_names.index(column), column, change(rows[column])), path)


def contents(url: str, schema: str) -> dict[str, str]:
    """Checksums of all tables and views but the one that tells of the files."""
    found = checksum(url, schema)
    del found[record_view.VIEW]
    return found


def test_the_database_is_that_of_the_csv_files(
    loader: Loader, whole: Path, small: Path, url: str, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader.load(small)
    expected = contents(url, schema)
    monkeypatch.setattr(parquet_as_csv, "_ROWS", 100)
    loaded = loader.load(whole, truncate=True)
    assert contents(url, schema) == expected
    manifest = read_manifest(whole)
    assert manifest
    assert loaded.rows == {item.table: item.written.rows for item in manifest.resources}
    assert loaded.bytes == sum(item.written.bytes for item in manifest.resources)
    assert loaded.warnings == ()


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_database_is_that_of_the_parts_too(
    loader: Loader, small: Path, tmp_path: Path, url: str, schema: str, kind: str
) -> None:
    sizes = ("--facilities", "1", "--members", "60", "--staff", "10", "--months", "3", "--end-date", "2026-11-20")
    parts = ("--parts", "--part-rows", "2000", "--no-mdm", "--no-verify", "--quiet", f"--output-dir={tmp_path / 'out'}")
    assert run_command(command, [*sizes, *parts, f"--format={kind}"]) == 0
    loader.load(small)
    expected = contents(url, schema)
    loaded = loader.load(tmp_path / "out", truncate=True)
    assert contents(url, schema) == expected
    manifest = read_manifest(tmp_path / "out")
    assert manifest and loaded.rows == {item.table: item.written.rows for item in manifest.resources}
    assert max(len(item.files) for item in manifest.resources) > 2
    assert loader.verify_data_integrity(tmp_path / "out").ok


def test_what_was_loaded_is_noted_a_row_a_table(loader: Loader, whole: Path, url: str, schema: str) -> None:
    loader.load(whole)
    manifest = read_manifest(whole)
    assert manifest
    noted = ask(url, f'SELECT table_name, row_count, byte_count, sha256 FROM "{schema}".{record_view.VIEW} ORDER BY 1')
    assert noted == sorted(
        (item.table, item.written.rows, item.written.bytes, item.written.sha256) for item in manifest.resources
    )
    assert loader.verify_data_integrity(whole).ok
    assert loader.verify_data_integrity().ok


def test_files_without_a_manifest_are_loaded_as_they_are(
    loader: Loader, data: Path, small: Path, url: str, schema: str
) -> None:
    loader.load(small)
    expected = contents(url, schema)
    (data / NAME).unlink()
    for path in files_of(data, "memberpayments"):  # as pandas might have written it
        frame = pq.read_table(path).to_pandas()
        frame["amount"] = frame["amount"].astype(float)
        frame.to_parquet(path)
    loaded = loader.load(data, truncate=True)
    assert loaded.warnings and "has no datapackage.json" in loaded.warnings[0]
    assert contents(url, schema) == expected


def test_progress_ends_where_it_should(url: str, schema: str, whole: Path) -> None:
    class Counted(Progress):
        steps = done = 0

        def phase(self, title: str, steps: int = 0):  # type: ignore[no-untyped-def]
            self.steps += steps
            return super().phase(title, steps)

        def step(self) -> None:
            self.done += 1
            super().step()

    report = Counted(quiet=True)
    with FitnessCenterDatabaseLoader(url, schema, report=report) as loader:
        loader.load(whole)
    assert report.done == report.steps > 0


def refusal(loader: Loader, directory: Path) -> str:
    with pytest.raises(DataError) as caught:
        loader.load(directory)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_month_is_refused(loader: Loader, data: Path) -> None:
    path = files_of(data, "equipmentusage")[1]
    path.unlink()
    assert refusal(loader, data).startswith(f"{path} is missing, though {NAME} lists it")


def test_a_file_that_is_not_listed_is_refused(loader: Loader, data: Path) -> None:
    more = data / "equipmentusage_2027-01-01_2027-01-31.parquet"
    shutil.copy(files_of(data, "equipmentusage")[0], more)
    assert refusal(loader, data).startswith(f"{more} is not listed in {NAME}")


def test_a_file_that_was_cut_or_edited_is_refused(loader: Loader, data: Path) -> None:
    path = files_of(data, "memberaccess")[1]
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    told = refusal(loader, data)
    assert f"{path} cannot be read as Parquet" in told
    assert f"{len(whole) - 10:,} bytes instead of the {len(whole):,} that {NAME} states" in told
    path.write_bytes(whole)
    changed(path, "duration", lambda values: pc.add(values, 1))
    assert f"{path} has " in refusal(loader, data)


def test_a_manifest_with_other_rows_or_totals_is_refused(loader: Loader, data: Path) -> None:
    manifest = data / NAME
    before = manifest.read_text()
    package = json.loads(before)
    (visits,) = [item for item in package["resources"] if item["name"] == "memberaccess"]
    visits["files"][1]["rows"] += 1
    manifest.write_text(json.dumps(package))
    assert "rows where its manifest states" in refusal(loader, data)
    visits["files"][1]["rows"] -= 1
    visits["totals"]["accessid"] = "1"
    manifest.write_text(json.dumps(package))
    assert "The control total of memberaccess.accessid is" in refusal(loader, data)


def all_be(value: object) -> Callable[[pa.ChunkedArray], pa.Array]:
    return lambda values: pa.array([value] * len(values))


def in_utc(values: pa.ChunkedArray) -> pa.Array:
    return values.cast(pa.timestamp("us", "UTC"))


def without_the_last(values: pa.ChunkedArray) -> pa.Array:
    return pa.array([*values.to_pylist()[:-1], None])


FAULTS = [
    ("memberpayments", "amount", all_be(0.125), "column amount: 0.125 has more than 2 decimals"),
    ("memberaccess", "checkintime", in_utc, "column checkintime: "),
    ("members", "memberid", all_be(7), "column memberid: 7 is not text but int64"),
    ("members", "gender", all_be("X"), ", row 1, column gender: 'X' breaks the rule "),
    ("members", "city", all_be("x" * 300), ", row 1, column city: "),
    ("members", "email", all_be("a@b"), ", row 1, column email: 'a@b' stands there and again in row 2"),
    ("members", "lastname", without_the_last, ", row 60, column lastname: '' is empty"),
    ("memberaccess", "memberid", all_be("MEM9"), ", column memberid: 'MEM9' is not one of members.memberid"),
    ("members", "address", all_be("a\0b"), ", row 1, column address: 'a\\x00b': there is a NUL character"),
]


@pytest.mark.parametrize(("table", "column", "change", "told"), FAULTS, ids=[told for *_, told in FAULTS])
def test_a_value_that_does_not_fit_is_told_with_its_place(
    loader: Loader,
    data: Path,
    table: str,
    column: str,
    change: Callable[[pa.ChunkedArray], pa.Array],
    told: str,
) -> None:
    (data / NAME).unlink()
    path = files_of(data, table)[-1]
    changed(path, column, change)
    said = refusal(loader, data)
    assert said.startswith(str(path))
    assert told in said


def test_columns_that_do_not_fit_are_told(loader: Loader, data: Path) -> None:
    (data / NAME).unlink()
    path = data / "members.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["email"]), path)
    assert refusal(loader, data).startswith(f"{path} lacks the column email; they should be memberid, ")
    path.write_bytes(b"no parquet")
    assert refusal(loader, data).startswith(f"{path} cannot be read as Parquet: ")


def test_a_damaged_manifest_is_refused(loader: Loader, data: Path) -> None:
    package = json.loads((data / NAME).read_text())
    package["resources"][0]["files"] = []
    (data / NAME).write_text(json.dumps(package))
    with pytest.raises(InputError, match="damaged"):
        loader.load(data)


@pytest.mark.parametrize(
    ("table", "column", "value", "told"),
    [
        ("staff", "status", "Lost", r"staff\.parquet, row \d+, column status: 'Lost' breaks the rule status IN"),
        ("memberaccess", "accessid", "ACC00000001", r"_.*\.parquet, row 1, column accessid: .*again in row 2; it must"),
        (
            "memberaccess",
            "memberid",
            "MEM999999",
            r"row 1, column memberid: 'MEM999999' is not one of members\.memberid",
        ),
    ],
)
def test_rows_that_break_a_rule_are_told_where_a_manifest_lists_the_file(
    data: Path, table: str, column: str, value: str, told: str
) -> None:
    def all_the_same(values: pa.ChunkedArray) -> pa.Array:
        return pa.array([value] * len(values), values.type)

    changed(files_of(data, table)[0], column, all_the_same)
    with pytest.raises(DataError, match=rf"{told}.* that datapackage\.json states"), opened(data, metadata, "fitness"):
        pass
