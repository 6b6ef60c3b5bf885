"""`--format parquet` writes the rows that CSV has, one file a month of the tables that grow by day."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from pyarrow import csv, dataset

import additional_data_generator as additional
import fitness_center_data_generator as mdm
import fitness_center_ods_generator as ods
import run_complete_data_generation as script
from datagen import console
from datagen.checks.findings import Outcome
from datagen.fitness.tables import metadata
from datagen.fitness.world import WORLD
from datagen.output.file_names import Days, by_table, names_of_table
from datagen.output.manifest import NAME, Manifest, read_manifest
from datagen.schema import arrow_schema
from tests.support.forks import ran

SMALL = ("--facilities", "2", "--members", "120", "--staff", "14", "--months", "3", "--end-date", "2026-11-20")
AHEAD = Days(dt.date(2026, 11, 20), dt.date(2026, 12, 3))
MONTHS = [
    Days(dt.date(2026, 8, 20), dt.date(2026, 9, 19)),
    Days(dt.date(2026, 9, 20), dt.date(2026, 10, 19)),
    Days(dt.date(2026, 10, 20), dt.date(2026, 11, 19)),
]
BY_MONTH = {
    "memberaccess",
    "memberpayments",
    "classinstances",
    "classenrollments",
    "equipmentusage",
    "staffschedules",
    "stafftimetracking",
    "instructorfeedback",
}
OWN_TIME = {
    "memberaccess": "checkintime",
    "equipmentusage": "starttime",
    "classinstances": "classdate",
    "staffschedules": "scheduledate",
    "stafftimetracking": "actualstarttime",
}


@pytest.fixture(autouse=True)
def in_an_empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same data set in both formats."""
    base = tmp_path_factory.mktemp("made")
    directories = {kind: base / kind for kind in ("csv", "parquet")}
    for kind, directory in directories.items():
        line = (*SMALL, "--quiet", "--no-verify", "--format", kind, "--output-dir", directory)
        ran(script.__file__, *line, cwd=base).check_returncode()
    return directories


@pytest.fixture
def parquet(made: dict[str, Path], tmp_path: Path) -> Path:
    """A copy of the Parquet files, to be changed."""
    return Path(shutil.copytree(made["parquet"], tmp_path / "parquet"))


def run(*arguments: str, command=script.command) -> int:
    return console.run_command(command, arguments)


def files_of(directory: Path, table: str) -> list[Path]:
    return [directory / name for name in names_of_table(by_table(path.name for path in directory.iterdir())[table])]


def as_csv(directory: Path, table: str) -> pa.Table:
    """A CSV file with the types of the schema."""
    schema = arrow_schema(metadata.tables[table])
    options = csv.ConvertOptions(
        column_types=schema, null_values=[""], strings_can_be_null=True, true_values=["true"], false_values=["false"]
    )
    return csv.read_csv(directory / f"{table}.csv", convert_options=options).cast(schema)


def as_parquet(directory: Path, table: str) -> pa.Table:
    """All files of a table, one after the other, with times in seconds, which Parquet does not know."""
    rows = pa.concat_tables(pq.read_table(path) for path in files_of(directory, table))
    seconds = {pa.timestamp("ms"): pa.timestamp("s"), pa.time32("ms"): pa.time32("s")}
    fields = [field.with_type(seconds.get(field.type, field.type)) for field in rows.schema]
    return rows.cast(pa.schema(fields, rows.schema.metadata))


def data_of(directory: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in directory.iterdir()}


@pytest.mark.slow
@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_the_rows_and_types_of_all_tables_are_those_of_the_csv_files_in_their_order(
    made: dict[str, Path], table: str
) -> None:
    rows = as_parquet(made["parquet"], table)
    assert rows.schema.equals(arrow_schema(metadata.tables[table]), check_metadata=True)
    assert rows.equals(as_csv(made["csv"], table))


def test_tables_that_grow_by_day_have_a_file_a_month_inside_the_range(made: dict[str, Path]) -> None:
    found = by_table(path.name for path in made["parquet"].iterdir())
    assert set(found) == set(metadata.tables)
    assert {table for table, files in found.items() if files[0].days} == BY_MONTH
    for table, files in found.items():
        if table in BY_MONTH:
            days = [file.days for file in files]
            assert [day for day in days if day != AHEAD] == MONTHS
            assert (AHEAD in days) <= (
                table in {"classinstances", "classenrollments", "memberpayments", "staffschedules"}
            )
        else:
            assert [file.name for file in files] == [f"{table}.parquet"]


@pytest.mark.parametrize(("table", "column"), OWN_TIME.items())
def test_rows_lie_on_the_days_of_their_file(made: dict[str, Path], table: str, column: str) -> None:
    for file in by_table(path.name for path in made["parquet"].iterdir())[table]:
        assert file.days
        days = pq.read_table(made["parquet"] / file.name)[column].cast(pa.timestamp("s")).cast(pa.date32(), safe=False)
        least, most = (bound.as_py() for bound in pc.min_max(days).values())
        assert file.days.first <= least <= most <= file.days.last


def test_bookings_and_their_fees_stand_with_the_class(made: dict[str, Path]) -> None:
    for file in by_table(path.name for path in made["parquet"].iterdir())["classenrollments"]:
        bookings = pq.read_table(made["parquet"] / file.name)
        classes = pq.read_table(made["parquet"] / file.name.replace("classenrollments", "classinstances"))
        assert pc.all(pc.is_in(bookings["instanceid"], classes["instanceid"])).as_py()


def test_libraries_read_a_table_from_its_files(made: dict[str, Path]) -> None:
    directory, paths = made["parquet"], files_of(made["parquet"], "memberaccess")
    rows = len(as_csv(made["csv"], "memberaccess"))
    assert duckdb.sql(f"select count(*) from '{directory}/memberaccess_*.parquet'").fetchall() == [(rows,)]
    assert dataset.dataset(paths).count_rows() == rows
    frame = pd.concat(map(pd.read_parquet, paths))
    assert len(frame) == rows
    assert frame["checkintime"].dtype == "datetime64[ms]"
    assert list(frame.columns) == metadata.tables["memberaccess"].columns.keys()


@pytest.mark.few(1)
@pytest.mark.parametrize("workers", ["1", "2", "3"])
def test_the_bytes_do_not_depend_on_the_workers(made: dict[str, Path], workers: str) -> None:
    line = (*SMALL, "--quiet", "--format", "parquet", "--no-verify", "--workers", workers, "--output-dir", "out")
    ran(script.__file__, *line).check_returncode()
    assert data_of(Path("out")) == data_of(made["parquet"])


def test_the_manifest_states_what_it_states_of_csv_and_every_file(made: dict[str, Path]) -> None:
    manifests = {kind: read_manifest(directory) for kind, directory in made.items()}
    one, other = manifests["csv"], manifests["parquet"]
    assert isinstance(one, Manifest)
    assert isinstance(other, Manifest)
    assert (one.seed, one.options, one.release, one.world) == (other.seed, other.options, other.release, other.world)
    for expected, found in zip(one.resources, other.resources, strict=True):
        assert (found.table, found.columns, found.totals) == (expected.table, expected.columns, expected.totals)
        assert found.written.rows == expected.written.rows
        assert [made["parquet"] / name for name in found.files] == files_of(made["parquet"], found.table)
        for name, written in found.files.items():
            data = (made["parquet"] / name).read_bytes()
            assert (written.bytes, written.sha256) == (len(data), hashlib.sha256(data).hexdigest())
            assert written.rows == pq.read_metadata(made["parquet"] / name).num_rows


@pytest.mark.slow
def test_it_passes_verification_and_says_what_it_wrote(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*SMALL, "--format", "parquet", "--output-dir", "out") == 0
    out = capsys.readouterr().out
    assert "Details are in out/verification.json." in out
    assert out.rstrip().endswith('print(duckdb.read_parquet("out/memberaccess_*.parquet"))\'')
    manifest = read_manifest(Path("out"))
    assert manifest
    sizes = sum(file.written.bytes for file in manifest.resources)
    (total,) = [line for line in out.splitlines() if line.startswith("total ")]
    assert f" {sizes / 1e3:,.1f} kB " in total or f" {sizes / 1e6:,.1f} MB " in total
    next_step = out.rstrip().splitlines()[-1].strip()
    assert "accessid" in subprocess.run(next_step, shell=True, capture_output=True, text=True, timeout=60).stdout
    assert run("--verify", "out") == 0


def judged(directory: Path) -> dict[str, Outcome]:
    from datagen.checks.verify import verify_directory

    return {item.check: item.outcome for item in verify_directory(directory, WORLD).findings}


@pytest.mark.slow
def test_a_missing_month_is_caught(parquet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files_of(parquet, "equipmentusage")[1].unlink()
    assert run("--verify", str(parquet)) == 1
    assert "breaks equipmentusage.file" in capsys.readouterr().err


@pytest.mark.slow
def test_a_month_missing_from_the_manifest_too_is_caught(parquet: Path) -> None:
    path = files_of(parquet, "memberaccess")[1]
    path.unlink()
    package = json.loads((parquet / NAME).read_text())
    for item in package["resources"]:
        item["files"] = [file for file in item["files"] if file["path"] != path.name]
    (parquet / NAME).write_text(json.dumps(package))
    assert Outcome.FAILED in judged(parquet).values()


@pytest.fixture
def each_by_itself() -> Iterator[Callable[..., Path]]:
    def make(kind: str) -> Path:
        days, end = ("--months", "3", "--end-date", "2026-11-20"), ("--end-date", "2026-11-20")
        base = Path(kind)
        size = ("--facilities", "2", "--members", "120", "--staff", "14")
        out = ("--quiet", "--format", kind, "--output-dir")
        assert run(*size, *end, *out, str(base / "mdm"), command=mdm.command) == 0
        mdm_dir = ("--mdm-dir", str(base / "mdm"))
        assert run(*mdm_dir, *days, *out, str(base / "ods"), command=ods.command) == 0
        more = (*mdm_dir, "--ods-dir", str(base / "ods"))
        assert run(*more, *out, str(base / "more"), command=additional.command) == 0
        return base

    yield make


@pytest.mark.slow
def test_the_three_generators_make_the_same_files_from_each_others(
    made: dict[str, Path], each_by_itself: Callable[..., Path]
) -> None:
    for kind in ("csv", "parquet"):
        whole, base = data_of(made[kind]), each_by_itself(kind)
        parts = {name: digest for part in base.iterdir() for name, digest in data_of(part).items() if name != NAME}
        assert parts == {name: digest for name, digest in whole.items() if name in parts}
        assert len(parts) == len(whole) - 1
    options = [
        [(manifest := read_manifest(Path(kind) / part)) and manifest.options for part in ("ods", "more")]
        for kind in ("csv", "parquet")
    ]
    assert options[0] == options[1]


@pytest.mark.slow
def test_the_classes_write_parquet_too(made: dict[str, Path]) -> None:
    end = "2026-11-20"
    frames = mdm.FitnessCenterDataGenerator(2, 120, 14, end_date=end)
    transactions = ods.FitnessCenterODSGenerator(frames.generate_all(), end_date=end, months=3)
    more = additional.AdditionalDataGenerator(
        frames.generate_all(), transactions.generate_all(), end_date=end, months=3
    )
    expected = data_of(made["parquet"])
    for generator in (frames, transactions, more):
        directory = generator.save_to_parquet("out")
        found = data_of(directory)
        del found[NAME]
        assert found == {name: digest for name, digest in expected.items() if name in found}


def test_brought_parquet_tables_are_worked_from_like_csv(made: dict[str, Path]) -> None:
    for kind, directory in made.items():
        days = ("--months", "3", "--end-date", "2026-11-20", "--no-verify", "--quiet")
        assert run("--mdm-dir", str(directory), *days, "--output-dir", kind) == 0
    assert data_of(Path("csv")) == data_of(Path("parquet"))


@pytest.mark.slow
def test_a_data_set_of_one_format_replaces_one_of_the_other(made: dict[str, Path]) -> None:
    for kind in ("csv", "parquet", "csv"):
        assert run(*SMALL, "--quiet", "--no-verify", "--format", kind, "--output-dir", "out") == 0
        assert data_of(Path("out")) == data_of(made[kind])


def test_a_month_begins_where_the_as_of_day_says() -> None:
    small = ("--facilities", "1", "--members", "60", "--staff", "8", "--months", "2", "--end-date", "2026-03-01")
    assert run(*small, "--quiet", "--no-verify", "--format", "parquet", "--output-dir", "out") == 0
    assert [path.name for path in files_of(Path("out"), "classinstances")] == [
        "classinstances_2026-01-01_2026-01-31.parquet",
        "classinstances_2026-02-01_2026-02-28.parquet",
        "classinstances_2026-03-01_2026-03-14.parquet",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_an_interrupted_run_leaves_the_old_output_and_nothing_else(
    made: dict[str, Path], number: signal.Signals, status: int
) -> None:
    shutil.copytree(made["parquet"], "out")
    line = [sys.executable, script.__file__, "--full-scale", "--months", "36", "--format", "parquet"]
    running = subprocess.Popen(
        [*line, "--output-dir", "out"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout
    while not running.stdout.readline().startswith("Reference"):
        assert running.poll() is None
    while not list(Path(".out.inprogress").glob("memberaccess_*")):
        assert running.poll() is None
        time.sleep(0.01)
    running.send_signal(number)
    _, told = running.communicate(timeout=60)
    assert running.returncode == status
    assert data_of(Path("out")) == data_of(made["parquet"])
    if number != signal.SIGKILL:
        assert told == "Stopped. Output directories are complete or as they were.\n"
    else:
        assert run(*SMALL, "--quiet", "--no-verify", "--format", "parquet", "--output-dir", "out") == 0
        assert data_of(Path("out")) == data_of(made["parquet"])
    finished = {"generated_data_mdm"} if number == signal.SIGKILL else set()
    assert {path.name for path in Path().iterdir()} == {"out", "logs"} | finished


@pytest.mark.slow
def test_a_disk_without_room_is_told_in_a_line(made: dict[str, Path]) -> None:
    shutil.copytree(made["parquet"], "out")
    line = f"ulimit -f 60; exec {sys.executable} {script.__file__} --demo --format parquet --output-dir out"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    (told,) = done.stderr.splitlines()
    assert told.startswith("Error: Cannot write ")
    assert data_of(Path("out")) == data_of(made["parquet"])
    assert {path.name for path in Path().iterdir()} == {"out", "logs"}


def test_another_format_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--demo", "--format", "orc") == 2
    assert "'orc' is not one of 'csv', 'parquet'" in capsys.readouterr().err
    assert not list(Path().iterdir())


def test_the_format_may_be_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATAGEN_FORMAT", "parquet")
    assert run("--quiet", "--output-dir", "out", "--end-date", "2026-11-20", command=mdm.command) == 0
    assert (Path("out") / "members.parquet").is_file()


def test_a_plan_promises_the_sizes_of_parquet(capsys: pytest.CaptureFixture[str], made: dict[str, Path]) -> None:
    totals = {}
    for kind in ("csv", "parquet"):
        assert run(*SMALL, "--plan", "--format", kind) == 0
        out = capsys.readouterr().out
        totals[kind] = next(line.split() for line in out.splitlines() if line.startswith("total "))
        manifest = read_manifest(made[kind])
        assert manifest
        rows, size = (sum(getattr(file.written, what) for file in manifest.resources) for what in ("rows", "bytes"))
        assert totals[kind][1:] == [
            f"{rows:,}",
            *(f"{size / 1e3:,.1f} kB" if size < 1e6 else f"{size / 1e6:,.1f} MB").split(),
        ]
    assert totals["csv"][1] == totals["parquet"][1]
