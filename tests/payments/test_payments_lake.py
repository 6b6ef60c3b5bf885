"""`datagen payments lake`: bronze as it came, silver with versions in time, the same however the days were split."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import deltalake
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datagen.__main__ import command
from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.sql_rules import read_catalogue
from datagen.checks.verify import ask_rules
from datagen.console import run_command
from datagen.errors import DataError, StateError
from datagen.output.file_names import CATALOG, Days
from datagen.payments.commands.lake_verification import fill, judge, suite
from datagen.payments.commands.medallion import build
from datagen.payments.generation import Run, begin, proceed
from datagen.payments.lake_checks import SQL
from datagen.payments.rules import PaymentsRules
from datagen.progress import Progress
from datagen.rules import override
from tests.payments.payments_runs import LIVELY
from tests.support.kills import KILLED, killed, moments

FIRST, LAST = dt.date(2024, 1, 25), dt.date(2024, 2, 9)
QUIET = Progress(quiet=True)
RULES = override(PaymentsRules(), LIVELY)
KINDS = ("parquet", "delta", "iceberg")


def history(directory: Path, *ends: dt.date, kind: str = "csv") -> Path:
    """A history of the same days, in runs that end on these."""
    run = Run(QUIET, format=kind)
    begin(directory, Days(FIRST, ends[0]), 5, RULES, run)
    for end in ends[1:]:
        proceed(directory, end, run, lambda _: None)
    return directory


def table(lake: Path, place: str) -> pa.Table:
    """The rows of a table of a lake of Parquet files, in the order of their files."""
    paths = sorted((lake / place).rglob("part-*.parquet"))
    return pa.concat_tables(pq.ParquetFile(path).read() for path in paths)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history that was begun over all days at once."""
    return history(tmp_path_factory.mktemp("whole") / "raw_data", LAST)


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same history, in three runs."""
    return history(tmp_path_factory.mktemp("split") / "raw_data", FIRST, dt.date(2024, 2, 3), LAST)


@pytest.fixture(scope="module")
def lake(split: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The lake of the split history in a format."""
    base = tmp_path_factory.mktemp("lakes")

    def make(kind: str) -> Path:
        if not (base / kind).exists():
            build(split, base / kind, kind, QUIET)
        return base / kind

    return make


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_lake_passes_its_checks(lake: Callable[[str], Path], split: Path, kind: str) -> None:
    verdict = judge(split, lake(kind), QUIET)
    assert verdict.ok and not verdict.failed()
    assert {item.check for item in verdict.findings} >= {f"L{number:02}" for number in range(1, 11)}


@pytest.mark.slow
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.sets(st.integers(0, (LAST - FIRST).days - 1), max_size=4))
def test_silver_is_the_same_however_the_days_were_split(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, days: set[int]
) -> None:
    base = tmp_path_factory.mktemp("any")
    build(whole, base / "of-whole", "parquet", QUIET)
    build(
        history(base / "raw", *(FIRST + dt.timedelta(n) for n in sorted(days)), LAST), base / "of-any", "parquet", QUIET
    )
    for place in ("silver/merchants", "silver/payments"):
        assert table(base / "of-any", place).equals(table(base / "of-whole", place)), place
    ingestion = ["_source_file", "_source_row", "_run"]
    bronze = [table(base / name, "bronze/raw_transactions").drop_columns(ingestion) for name in ("of-any", "of-whole")]
    assert bronze[0].equals(bronze[1])


@pytest.mark.slow
def test_a_lake_after_an_increment_has_the_data_files_that_it_had(tmp_path: Path, lake: Callable[[str], Path]) -> None:
    before = history(tmp_path / "raw", FIRST, dt.date(2024, 2, 3))
    build(before, tmp_path / "lake", "parquet", QUIET)
    for path in (tmp_path / "lake").rglob("day=*/part-*.parquet"):
        assert path.read_bytes() == (lake("parquet") / path.relative_to(tmp_path / "lake")).read_bytes()


def test_merchants_have_versions_in_time(lake: Callable[[str], Path]) -> None:
    rows = table(lake("parquet"), "silver/merchants").to_pylist()
    several = [row for row in rows if row["version"] == 2]
    assert several, "the rules let some merchants change"
    for row in several:
        (before,) = [other for other in rows if other["merchant_key"] == f"{row['merchant_id']}-1"]
        assert before["valid_to"] == row["valid_from"] == row["effective_date"]
        assert not before["is_current"]
    assert {row["valid_to"] for row in rows if row["is_current"]} == {None}


def test_bronze_says_where_each_row_came_from(lake: Callable[[str], Path], split: Path) -> None:
    rows = table(lake("parquet"), "bronze/raw_transactions")
    row = rows.slice(rows.num_rows - 1).to_pylist()[0]
    line = (split / row["_source_file"]).read_text().splitlines()[row["_source_row"]]
    assert line.startswith(f"{row['payment_id']},") and row["_run"] == "2024-02-04_2024-02-09"


@pytest.mark.slow
def test_each_run_is_a_version_of_the_delta_tables(lake: Callable[[str], Path], tmp_path: Path) -> None:
    place = lake("delta")
    for place_of, by in (("silver/payments", "payment_id"), ("silver/merchants", "merchant_key")):
        for version, last in enumerate((FIRST, dt.date(2024, 2, 3), LAST)):
            expected = tmp_path / str(last)
            if not expected.exists():
                build(history(tmp_path / f"raw-{last}", last), expected, "parquet", QUIET)
            found = deltalake.DeltaTable(str(place / place_of), version=version).to_pyarrow_table()
            wanted = table(expected, place_of)
            found = found.select(wanted.schema.names).sort_by(by).combine_chunks()
            assert found.equals(wanted.sort_by(by).combine_chunks().cast(found.schema))


def test_iceberg_has_the_rows_of_parquet_and_reads_single_days(lake: Callable[[str], Path]) -> None:
    from pyiceberg.catalog.sql import SqlCatalog

    with closing(SqlCatalog("datagen", uri=f"sqlite:///{lake('iceberg') / CATALOG}")) as catalog:
        for layer, name, by in (
            ("silver", "payments", "payment_id"),
            ("silver", "merchants", "merchant_key"),
            ("bronze", "raw_transactions", "payment_id"),
        ):
            found = catalog.load_table((layer, name)).scan().to_arrow().sort_by(by).combine_chunks()
            wanted = table(lake("parquet"), f"{layer}/{name}").sort_by(by).combine_chunks()
            assert found.equals(wanted.cast(found.schema)), name
        payments = catalog.load_table(("silver", "payments"))
        assert len(payments.snapshots()) == 3
        tasks = [*payments.scan("payment_timestamp < '2024-01-26T00:00:00'").plan_files()]
        assert [Path(task.file.file_path).parent.name for task in tasks] == ["day=2024-01-25"]


@pytest.mark.slow
def test_a_history_kept_as_parquet_gives_the_same_silver(whole: Path, tmp_path: Path) -> None:
    build(history(tmp_path / "raw", dt.date(2024, 2, 3), LAST, kind="parquet"), tmp_path / "lake", "parquet", QUIET)
    build(whole, tmp_path / "of-csv", "parquet", QUIET)
    for place in ("silver/merchants", "silver/payments"):
        assert table(tmp_path / "lake", place).equals(table(tmp_path / "of-csv", place))
    assert judge(tmp_path / "raw", tmp_path / "lake", QUIET).ok


# --- increments ------------------------------------------------------------------------------------------------------


def contents(lake: Path) -> dict[str, bytes]:
    """The files of a lake, but for what the library of a format writes."""
    paths = (path.relative_to(lake) for path in sorted(lake.rglob("*")) if path.is_file())
    metadata = {"_delta_log", "metadata", CATALOG}
    return {path.as_posix(): (lake / path).read_bytes() for path in paths if not metadata & {*path.parts}}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_lake_that_got_run_after_run_is_one_that_was_made_at_once(
    kind: str, lake: Callable[[str], Path], tmp_path: Path
) -> None:
    raw, out = history(tmp_path / "raw", FIRST), tmp_path / "lake"
    run = Run(QUIET)
    assert build(raw, out, kind, QUIET) == 1
    for end in (dt.date(2024, 2, 3), LAST):
        before = {path.relative_to(out): path.stat() for path in out.rglob("day=*/part-*")}
        proceed(raw, end, run, lambda _: None)
        assert build(raw, out, kind, QUIET) == 1
        assert judge(raw, out, QUIET).ok
        for path, stat in before.items():
            assert (out / path).stat().st_ino == stat.st_ino, "it was written again"
    assert contents(out) == contents(lake(kind))
    assert build(raw, out, kind, QUIET) == 0
    if kind == "delta":
        for place in ("silver/payments", "silver/merchants", "bronze/raw_transactions", "bronze/raw_merchants"):
            versions = [deltalake.DeltaTable(str(at / place)).version() for at in (out, lake(kind))]
            assert versions == [2, 2]
            assert deltalake.DeltaTable(str(out / place), version=0).to_pyarrow_table().num_rows


@pytest.mark.slow
def test_two_runs_at_once_are_two_versions(split: Path, tmp_path: Path, lake: Callable[[str], Path]) -> None:
    raw = history(tmp_path / "raw", FIRST)
    build(raw, tmp_path / "lake", "delta", QUIET)
    proceed(raw, dt.date(2024, 2, 3), Run(QUIET), lambda _: None)
    proceed(raw, LAST, Run(QUIET), lambda _: None)
    assert build(raw, tmp_path / "lake", "delta", QUIET) == 2
    assert contents(tmp_path / "lake") == contents(lake("delta"))
    assert deltalake.DeltaTable(str(tmp_path / "lake/silver/payments")).version() == 2


@pytest.mark.slow
@pytest.mark.parametrize("what", ["seed", "split", "format", "damage", "gone", "foreign"])
def test_a_lake_to_which_nothing_can_be_added_is_made_anew(
    what: str, split: Path, lake: Callable[[str], Path], tmp_path: Path
) -> None:
    out, raw = tmp_path / "lake", tmp_path / "raw"
    if what == "seed":
        begin(raw, Days(FIRST, FIRST), 6, RULES, Run(QUIET))
    else:
        history(raw, FIRST if what != "split" else dt.date(2024, 1, 26))
    build(raw, out, "delta" if what in ("format", "foreign") else "parquet", QUIET)
    if what == "damage":
        next(out.glob("silver/payments/day=*/*.parquet")).write_bytes(b"damage")
    if what == "gone":
        next(out.glob("silver/payments/day=*/*.parquet")).unlink()
    if what == "foreign":
        deltalake.write_deltalake(
            str(out / "silver/merchants"),
            deltalake.DeltaTable(str(out / "silver/merchants")).to_pyarrow_table(),
            mode="append",
        )
    kind = "delta" if what == "foreign" else "parquet"
    assert build(split, out, kind, QUIET) == 3
    assert contents(out) == contents(lake(kind))


@pytest.mark.slow
def test_an_iceberg_lake_that_was_moved_is_made_anew_where_it_is(split: Path, tmp_path: Path) -> None:
    raw = history(tmp_path / "raw", FIRST)
    build(raw, tmp_path / "first", "iceberg", QUIET)
    (tmp_path / "first").rename(tmp_path / "second")
    assert build(split, tmp_path / "second", "iceberg", QUIET) == 3
    assert judge(split, tmp_path / "second", QUIET).ok


def add(raw: Path, out: Path, kind: str) -> None:
    """Add to a lake what is new."""
    build(raw, out, kind, QUIET)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ("parquet", "delta"))
def test_killed_while_it_adds_the_old_lake_or_the_new_one_is_there(kind: str, tmp_path: Path) -> None:
    first, last = dt.date(2024, 1, 31), dt.date(2024, 2, 2)
    raw = tmp_path / "raw"
    begin(raw, Days(first, first), 5, RULES, Run(QUIET))
    build(raw, tmp_path / "old", kind, QUIET)
    proceed(raw, last, Run(QUIET), lambda _: None)
    build(raw, tmp_path / "new", kind, QUIET)
    old, new = contents(tmp_path / "old"), contents(tmp_path / "new")
    out = tmp_path / "the-lake"
    shutil.copytree(tmp_path / "old", out)
    for moment in moments(out, add, raw, out, kind, every=4):
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(tmp_path / "old", out)
        assert killed(moment, out, add, raw, out, kind) == KILLED
        place = out if out.exists() else tmp_path / ".the-lake.replaced"
        assert contents(place) in (old, new)
        add(raw, out, kind)
        assert contents(out) == new
    assert judge(raw, out, QUIET).ok


def rows_of(lake: Path) -> tuple[tuple[int, int], ...]:
    """Versions and rows of the tables of an Iceberg lake."""
    from pyiceberg.catalog.sql import SqlCatalog

    with closing(SqlCatalog("datagen", uri=f"sqlite:///{lake / CATALOG}")) as catalog:
        names = [name for layer in catalog.list_namespaces() for name in catalog.list_tables(layer)]
        tables = [catalog.load_table(name) for name in sorted(names)]
        return tuple((len(one.snapshots()), one.scan().to_arrow().num_rows) for one in tables)


@pytest.mark.slow
def test_killed_while_it_adds_an_iceberg_lake_goes_on(tmp_path: Path) -> None:
    """Its tables name their files by where they lie, and when they were made: they are compared by what is read."""
    first, last = dt.date(2024, 1, 31), dt.date(2024, 2, 2)
    raw, out, kept = tmp_path / "raw", tmp_path / "the-lake", tmp_path / "kept"
    begin(raw, Days(first, first), 5, RULES, Run(QUIET))
    build(raw, out, "iceberg", QUIET)
    old = rows_of(out)
    shutil.copytree(out, kept)
    proceed(raw, last, Run(QUIET), lambda _: None)
    found = moments(out, add, raw, out, "iceberg", every=24)
    new = rows_of(out)
    assert new != old
    for moment in found[::2]:
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(kept, out)
        assert killed(moment, out, add, raw, out, "iceberg") == KILLED
        if out.exists():
            assert rows_of(out) in (old, new)
        add(raw, out, "iceberg")
        assert rows_of(out) == new
    assert judge(raw, out, QUIET).ok


TWO = "(select merchant_id from merchants where version = 2 order by merchant_id limit 1)"
DAMAGE = {
    "L01": "update raw_transactions set payment_amount = payment_amount + 1 where payment_id = 'TXN0000000007'",
    "L02": "delete from raw_merchants where _source_row = 3",
    "L03": "update raw_transactions set _run = '2024-01-25_2024-01-25' where payment_timestamp > '2024-02-05'",
    "L04": f"update merchants set valid_to = valid_to - 1 where version = 1 and merchant_id in {TWO}",
    "L05": f"update merchants set valid_to = valid_from where version = 1 and merchant_id in {TWO}",
    "L06": f"update merchants set is_current = true where version = 1 and merchant_id in {TWO}",
    "L07": f"update merchants set valid_to = date '2030-01-01' where is_current and merchant_id in {TWO}",
    "L08": "update payments set merchant_key = (select max(merchant_key) from merchants) "
    "where payment_id = 'TXN0000000007'",
    "L09": "update payments set payment_status = 'declined' where payment_id in "
    "(select min(payment_id) from payments where payment_status = 'approved')",
    "L10": "update merchants set city = 'Elsewhere' where merchant_key = (select min(merchant_key) from merchants)",
}


@pytest.fixture(scope="module")
def filled(lake: Callable[[str], Path], split: Path) -> Iterator[DuckDatabase]:
    with DuckDatabase() as database:
        fill(database, split, lake("parquet"))
        yield database


@pytest.mark.slow
@pytest.mark.parametrize("check", DAMAGE)
def test_damage_is_found(filled: DuckDatabase, split: Path, check: str) -> None:
    for name in ("raw_transactions", "raw_merchants", "merchants", "payments"):
        filled.rows(f"create or replace table sound_{name} as select * from {name}")
    try:
        filled.rows(DAMAGE[check])
        (finding,) = ask_rules(filled, suite(split), [check])
        assert finding.offending
    finally:
        for name in ("raw_transactions", "raw_merchants", "merchants", "payments"):
            filled.rows(f"create or replace table {name} as select * from sound_{name}")
    (finding,) = ask_rules(filled, suite(split), [check])
    assert not finding.offending


def test_every_check_of_a_lake_has_damage() -> None:
    assert {rule.check for rule in read_catalogue(SQL).rules} == {*DAMAGE}


@pytest.mark.slow
def test_the_command_writes_verifies_and_refuses(
    split: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    line = ["payments", "lake", str(split), "--out", "lake", "--no-log"]
    assert run_command(command, line) == 0
    assert run_command(command, [*line, "--verify-only", "--json"]) == 0
    assert run_command(command, line) == 0
    assert "It has all runs already." in capfd.readouterr().out
    (part,) = (tmp_path / "lake/silver/merchants").glob("part-*")
    rows = pq.ParquetFile(part).read()
    pq.write_table(rows.slice(1), part)
    assert run_command(command, [*line, "--verify-only"]) == 1
    assert "--rebuild" in capfd.readouterr().err
    assert run_command(command, [*line, "--verify-only", "--rebuild"]) == 2
    assert run_command(command, line) == 0
    assert "3 runs added." in capfd.readouterr().out
    assert run_command(command, [*line, "--verify-only", "--format", "delta"]) == 2
    assert run_command(command, ["payments", "lake", str(tmp_path), "--out", "lake", "--no-log"]) == 1
    assert "holds no merchants.json" in capfd.readouterr().err
    assert run_command(command, ["payments", "lake", str(split), "--out", str(split), "--no-log"]) == 1
    assert "not a data set of datagen" in capfd.readouterr().err


@pytest.mark.slow
def test_a_lake_that_cannot_be_made_leaves_the_old_one(split: Path, tmp_path: Path) -> None:
    build(split, tmp_path / "lake", "parquet", QUIET)
    before = {path: path.read_bytes() for path in (tmp_path / "lake").rglob("*") if path.is_file()}
    shutil.copytree(split, tmp_path / "raw")
    (manifest,) = (tmp_path / "raw").glob("manifest_2024-01-26_*")
    manifest.unlink()
    with pytest.raises(StateError, match="no manifest of the run that begins on 2024-01-26"):
        build(tmp_path / "raw", tmp_path / "lake", "parquet", QUIET)
    manifest.write_bytes((split / manifest.name).read_bytes())
    (later,) = (tmp_path / "raw").glob("transactions_2024-02-04_*")
    later.write_text(later.read_text().replace("approved", "approved,x", 1))
    with pytest.raises(DataError, match="cannot be read"):
        build(tmp_path / "raw", tmp_path / "lake", "parquet", QUIET, rebuild=True)
    assert {path: path.read_bytes() for path in (tmp_path / "lake").rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lake", "raw"]
