"""`--format duckdb` and `--format sqlite`: one file with keys, comments and views that holds the rows that CSV has."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    String,
    Table,
    Time,
    column,
)

import datagen
from datagen import jobs
from datagen.__main__ import command
from datagen.calls import run_generate
from datagen.checks.findings import Outcome
from datagen.checks.verify import verify_directory
from datagen.console import run_command
from datagen.data_directory import DataDirectory
from datagen.errors import DataError, InputError
from datagen.loading.load import Loaded
from datagen.output.database_files import DatabaseModel
from datagen.output.file_names import DATABASE_FORMATS
from datagen.output.manifest import read_manifest
from datagen.output.staging import staged
from datagen.output.table_writers import table_files
from datagen.progress import Progress
from datagen.schema import arrow_schema, constraints_of, database_of, table_facts, tables_in
from tests.support.formats import SIZES, Made
from tests.support.queries import ONE_SERVER

WORLDS = datagen.worlds()


@pytest.fixture
def copied(made_as: Made, tmp_path: Path) -> Callable[[str], Path]:
    """A copy of a shop in a format, to be changed; gives its file."""

    def copy(kind: str) -> Path:
        for path in made_as("ecommerce", kind).iterdir():
            (tmp_path / path.name).write_bytes(path.read_bytes())
        return tmp_path / f"ecommerce.{kind}"

    return copy


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A file of either kind, to be changed."""
    opener = duckdb.connect if path.suffix == ".duckdb" else sqlite3.connect
    with closing(opener(str(path))) as connection:
        yield connection
        connection.commit() if path.suffix == ".sqlite" else connection.execute("CHECKPOINT")


def files_of(directory: Path, kind: str) -> list[Path]:
    return sorted(directory.glob(f"*.{kind}"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", DATABASE_FORMATS)
@pytest.mark.parametrize("world", SIZES)
def test_every_cell_is_that_of_the_csv_files(made_as: Made, world: str, kind: str) -> None:
    expected, found = datagen.read(made_as(world, "csv")), datagen.read(made_as(world, kind))
    assert list(found) == list(expected) == list(WORLDS[world].metadata.tables)
    assert found.rows() == expected.rows()
    for name in expected:
        assert found.arrow(name).equals(expected.arrow(name)), name


@pytest.mark.slow
@pytest.mark.parametrize("world", SIZES)
def test_what_was_written_is_verified_from_the_file_as_csv_is(made_as: Made, world: str) -> None:
    def outcomes(kind: str) -> dict[str, Outcome]:
        found = verify_directory(made_as(world, kind), WORLDS[world])
        assert found.ok
        return {item.check: item.outcome for item in found.findings if not item.check.endswith(".text")}

    of_csv = outcomes("csv")
    for kind in DATABASE_FORMATS:
        assert outcomes(kind) == of_csv, kind


@pytest.mark.few(1)
@pytest.mark.parametrize("world", SIZES)
def test_a_duckdb_file_has_keys_comments_and_views(made_as: Made, world: str) -> None:
    declared = WORLDS[world]
    for path in files_of(made_as(world, "duckdb"), "duckdb"):
        tables = tables_in(declared.metadata, path.stem if declared.databases else "")
        with duckdb.connect(str(path), read_only=True) as connection:
            rows = connection.execute(
                "SELECT table_name, constraint_type, constraint_column_names FROM duckdb_constraints()"
            ).fetchall()
            found = {(name, kind, tuple(columns)) for name, kind, columns in rows if kind != "CHECK"}
            assert found == {fact for table in tables for fact in _facts(table)}
            checks = {table.name: len(constraints_of(table, CheckConstraint)) for table in tables}
            assert {name: sum(row[:2] == (name, "CHECK") for row in rows) for name in checks} == checks
            said = dict(connection.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
            assert said == {table.name: table.comment for table in tables}
            columns = connection.execute(
                "SELECT table_name, column_name, comment FROM duckdb_columns() "
                "WHERE table_name IN (SELECT table_name FROM duckdb_tables())"
            ).fetchall()
            assert {*columns} == {(table.name, item.name, item.comment) for table in tables for item in table.columns}
            for view in declared.views.glob("*.sql") if declared.views else ():
                assert connection.execute(f"FROM {view.stem}").fetchall(), view.stem


def _facts(table: Table) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The constraints of a table that DuckDB has: no key into the own table, nor one of two that lead in a circle."""
    for item in table.columns:
        if not item.nullable:
            yield table.name, "NOT NULL", (item.name,)
    for key in constraints_of(table, ForeignKeyConstraint):
        if key.referred_table is not table and not key.use_alter:
            yield table.name, "FOREIGN KEY", tuple(key.column_keys)
    for key in constraints_of(table, PrimaryKeyConstraint):
        yield table.name, "PRIMARY KEY", tuple(item.name for item in key.columns)
    for key in table.constraints:
        if key.__visit_name__ == "unique_constraint":
            yield table.name, "UNIQUE", tuple(item.name for item in key.columns)


@pytest.mark.parametrize("world", SIZES)
def test_an_sqlite_file_has_keys_that_hold_and_comments(made_as: Made, world: str) -> None:
    declared = WORLDS[world]
    for path in files_of(made_as(world, "sqlite"), "sqlite"):
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            for table in tables_in(declared.metadata, path.stem if declared.databases else ""):
                keys = connection.execute(f'PRAGMA foreign_key_list("{table.name}")').fetchall()
                assert {(row[2], row[3], row[4]) for row in keys} == {
                    (element.column.table.name, element.parent.name, element.column.name)
                    for key in constraints_of(table, ForeignKeyConstraint)
                    for element in key.elements
                }
                (text,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table.name]).fetchone()
                assert text.count("CHECK (") == len(constraints_of(table, CheckConstraint))
                for item in table.columns:
                    assert f"-- {item.comment}" in text
                indexes = {row[1] for row in connection.execute(f'PRAGMA index_list("{table.name}")').fetchall()}
                assert {index.name for index in table.indexes} <= indexes


@pytest.mark.slow
@pytest.mark.parametrize("kind", DATABASE_FORMATS)
def test_other_tables_than_those_of_a_whole_world_have_the_keys_that_they_can(tmp_path: Path, kind: str) -> None:
    import fitness_center_data_generator as mdm

    generator = mdm.FitnessCenterDataGenerator(1, 20, 5, 42, dt.date(2026, 1, 31))
    generator.save(tmp_path / "mdm", kind)
    assert verify_directory(tmp_path / "mdm", WORLDS["fitness"]).ok


@pytest.mark.parametrize("kind", DATABASE_FORMATS)
def test_the_manifest_names_table_and_file_and_is_a_data_package(made_as: Made, kind: str) -> None:
    package = json.loads((made_as("bank", kind) / "datapackage.json").read_text())
    found = {(item["name"], item["path"], item["format"], item["dialect"]["table"]) for item in package["resources"]}
    tables = WORLDS["bank"].metadata.tables.values()
    assert found == {
        (f"{database_of(table)}.{table.name}", f"{database_of(table)}.{kind}", kind, table.name) for table in tables
    }
    frictionless.Package.from_descriptor(package)
    manifest = read_manifest(made_as("bank", kind))
    assert manifest is not None
    for resource in manifest.resources:
        (written,) = resource.files.values()
        assert written.bytes == (made_as("bank", kind) / resource.path).stat().st_size


@pytest.mark.parametrize("name", ["../shop.duckdb", "other_db.duckdb", "accounts_db/accounts_db.duckdb"])
def test_a_manifest_leads_to_no_other_file(made_as: Made, tmp_path: Path, name: str) -> None:
    text = (made_as("bank", "duckdb") / "datapackage.json").read_text().replace("accounts_db.duckdb", name)
    (tmp_path / "datapackage.json").write_text(text)
    with pytest.raises(InputError, match="is damaged"):
        read_manifest(tmp_path)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_of_sqlite_and_the_same_rows_of_duckdb(
    made_as: Made, tmp_path: Path
) -> None:
    for kind in DATABASE_FORMATS:
        again = tmp_path / kind
        run_generate(WORLDS["ecommerce"], {**SIZES["ecommerce"], "seed": 7, "format": kind, "output_dir": again})
    name = "ecommerce.sqlite"
    assert (tmp_path / "sqlite" / name).read_bytes() == (made_as("ecommerce", "sqlite") / name).read_bytes()
    first, second = (datagen.read(place) for place in (made_as("ecommerce", "duckdb"), tmp_path / "duckdb"))
    assert all(first.arrow(name).equals(second.arrow(name)) for name in first)


DAMAGE = {
    "a row that is gone": ('DELETE FROM "order_item" WHERE order_item_id = 5', "order_item.manifest"),
    "another amount": (
        'UPDATE "order_item" SET unit_price = unit_price + 1, subtotal = quantity * (unit_price + 1) '
        "WHERE order_item_id = 5",
        "order_item.unit_price.total",
    ),
    "a table that is gone": ('DROP TABLE "promotion_product"', "promotion_product.file"),
    "a column more": ('ALTER TABLE "order_item" ADD COLUMN note VARCHAR(5)', "order_item.file"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", DATABASE_FORMATS)
@pytest.mark.parametrize("what", DAMAGE)
def test_damage_in_a_file_is_found(copied: Callable[[str], Path], kind: str, what: str) -> None:
    path, (change, check) = copied(kind), DAMAGE[what]
    with opened(path) as connection:
        connection.execute(change)
    failed = {item.check for item in verify_directory(path.parent, WORLDS["ecommerce"]).failed()}
    assert check in failed


SQLITE_DAMAGE = {
    "text in place of a number": ("subtotal = 'much'", "order_item.subtotal.values"),
    "more decimals than there are": ("unit_price = 1.234", "order_item.unit_price.values"),
    "a number that is none of whole ones": ("quantity = 1.5", "order_item.quantity.values"),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", SQLITE_DAMAGE)
def test_a_value_of_sqlite_that_has_not_the_form_of_its_column_is_found(
    copied: Callable[[str], Path], what: str
) -> None:
    path, (change, check) = copied("sqlite"), SQLITE_DAMAGE[what]
    with opened(path) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(f'UPDATE "order_item" SET {change} WHERE order_item_id = 5')
    verdict = verify_directory(path.parent, WORLDS["ecommerce"])
    (finding,) = [item for item in verdict.failed() if item.check == check]
    assert finding.offending == 1


@pytest.mark.parametrize("kind", DATABASE_FORMATS)
def test_a_file_that_is_no_database_is_named(copied: Callable[[str], Path], kind: str) -> None:
    path = copied(kind)
    path.write_bytes(b"something else" * 1000)
    with pytest.raises(InputError, match=f"{path.name} cannot be read as an? (DuckDB|SQLite) file"):
        verify_directory(path.parent, WORLDS["ecommerce"])


@pytest.mark.slow
@pytest.mark.parametrize("kind", DATABASE_FORMATS)
def test_a_report_a_life_descriptions_and_a_certificate_come_from_the_file(
    copied: Callable[[str], Path], kind: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copied(kind)
    monkeypatch.chdir(path.parent)
    here, quiet = str(path.parent), ["--quiet", "--no-log"]
    assert run_command(command, ["ecommerce", "report", here, *quiet]) == 0
    assert run_command(command, ["ecommerce", "describe", here, "--out", "described", *quiet]) == 0
    assert f"ecommerce.{kind}" in (path.parent / "described/dbt/models/sources.yml").read_text()
    assert run_command(command, ["ecommerce", "explain", "order:17", here]) == 0
    assert "was placed" in capfd.readouterr().out
    script = [sys.executable, str(path.parent / "verify.py")]
    done = subprocess.run(script, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("1 files")
    with opened(path) as connection:
        connection.execute('DELETE FROM "order_item" WHERE order_item_id = 5')
    assert subprocess.run(script, capture_output=True, timeout=120).returncode == 1


# --- loaded into a server --------------------------------------------------------------------------------------------


@ONE_SERVER
@pytest.mark.parametrize("kind", DATABASE_FORMATS)
@pytest.mark.parametrize("world", ["fitness", "ecommerce"])
def test_a_load_takes_the_rows_out_of_a_file(made_as: Made, world: str, kind: str, url: str, schema: str) -> None:
    place = made_as(world, kind)
    outcome = jobs.load(WORLDS[world], place, jobs.Target(url, schema), Progress(quiet=True))
    assert isinstance(outcome.done, Loaded)
    assert outcome.done.rows == DataDirectory(WORLDS[world], place).rows()
    assert outcome.verdict
    assert outcome.verdict.ok


@ONE_SERVER
def test_the_file_stands_for_its_directory(
    copied: Callable[[str], Path], url: str, schema: str, capfd: pytest.CaptureFixture[str]
) -> None:
    file = str(copied("duckdb"))
    load = ["load", file, "--database-url", url, "--schema", schema, "--truncate", "--no-log"]
    for line in (["verify", file], ["explain", "order:1", file], load):
        assert run_command(command, ["ecommerce", *line]) == 0
    capfd.readouterr()
    assert run_command(command, ["fitness", "verify", file]) == 2
    assert "is a file. Name the directory in which the data set lies" in capfd.readouterr().err


@pytest.mark.parametrize("kind", DATABASE_FORMATS)
def test_a_file_that_was_edited_is_not_loaded(copied: Callable[[str], Path], kind: str, embedded: str) -> None:
    file = copied(kind)
    with opened(file) as connection:
        connection.execute('DELETE FROM "order_item" WHERE order_item_id = 5')
    with pytest.raises(DataError, match=rf"ecommerce\.{kind} has other bytes than .* Nothing has been loaded"):
        jobs.load(WORLDS["ecommerce"], file.parent, jobs.Target(embedded), Progress(quiet=True))


def test_the_loader_alone_says_what_to_do_instead(made_as: Made) -> None:
    from datagen.loading.preflight import opened as opened_for_load

    with (
        pytest.raises(DataError, match=r"holds a database's file, ecommerce\.duckdb.*--format parquet"),
        opened_for_load(made_as("ecommerce", "duckdb"), WORLDS["ecommerce"].metadata, "ecommerce"),
    ):
        pass


# --- any rows --------------------------------------------------------------------------------------------------------

ANY = MetaData()
Table(
    "owner",
    ANY,
    Column("owner_id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(30)),
    comment="Who owns: a word -- and a 'quote'",
)
Table(
    "thing",
    ANY,
    Column("thing_id", String(8), primary_key=True),
    Column("owner_id", Integer, ForeignKey("owner.owner_id")),
    Column("before_id", String(8), ForeignKey("thing.thing_id")),
    Column("cost", Numeric(14, 2), comment="In dollars"),
    Column("rate", Numeric(9, 4)),
    Column("is_new", Boolean),
    Column("day", Date),
    Column("moment", DateTime),
    Column("hour", Time),
    Column("note", String(40)),
    CheckConstraint(column("cost") >= 0, name="cost"),
)
FIRST, LAST = dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)  # noqa: DTZ001 - local times
_MOMENTS = st.datetimes(FIRST, LAST).map(lambda at: at.replace(microsecond=0))
_ROWS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 10**14 - 1).map(lambda cents: Decimal(cents) / 100)),
        st.one_of(st.none(), st.integers(-(10**9) + 1, 10**9 - 1).map(lambda parts: Decimal(parts) / 10_000)),
        st.one_of(st.none(), st.booleans()),
        st.one_of(st.none(), st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))),
        st.one_of(st.none(), _MOMENTS),
        st.one_of(st.none(), _MOMENTS.map(lambda at: at.time())),
        st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)),
    ),
    min_size=10,
    max_size=60,
)


def things(rows: list[tuple[Any, ...]]) -> pa.Table:
    names = ["cost", "rate", "is_new", "day", "moment", "hour", "note"]
    ids = [f"T{place:04d}" for place in range(len(rows))]
    columns = {
        "thing_id": ids,
        "owner_id": [1 + place % 2 for place in range(len(rows))],
        "before_id": [None, *ids[:-1]],
        **{name: [row[place] for row in rows] for place, name in enumerate(names)},
    }
    return pa.table(columns, schema=arrow_schema(ANY.tables["thing"]))


def write(place: Path, kind: str, table: pa.Table, owners: tuple[int, ...] = (1, 2)) -> None:
    """Children first, as a world may make them."""
    with staged(place) as stage:
        with table_files(kind, stage, table_facts(ANY), model=DatabaseModel("any", lambda: ANY, lambda: None)) as files:
            files.append("thing", table.column_names, table, table.num_rows)
            parents = pa.table({"owner_id": [*owners], "name": ["O'Hara"] * len(owners)})
            files.append("owner", parents.column_names, parents, len(owners))
        stage.publish(b"{}")


@pytest.mark.slow
@pytest.mark.parametrize("kind", DATABASE_FORMATS)
@settings(max_examples=40)  # of many rows each: a file costs more than they do
@given(rows=_ROWS)
def test_any_rows_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, kind: str, rows: Any) -> None:
    place, table = tmp_path_factory.mktemp("any") / "data", things(rows)
    write(place, kind, table)
    world = datagen.world.World("any", "Any", ANY, object, Path())
    (place / "datapackage.json").unlink()
    assert DataDirectory(world, place).arrow("thing").equals(table)


@pytest.mark.parametrize("kind", DATABASE_FORMATS)
@pytest.mark.parametrize(
    ("cost", "owners"), [(Decimal("-1.00"), (1, 2)), (Decimal("1.00"), (7,))], ids=["check", "orphan"]
)
def test_rows_that_a_database_refuses_leave_nothing(
    tmp_path: Path, kind: str, cost: Decimal, owners: tuple[int, ...]
) -> None:
    table = things([(cost, None, None, None, None, None, None)])
    with pytest.raises(DataError, match=r"(refuses the rows of thing|Row 1 of thing refers).*as CSV and verify"):
        write(tmp_path / "data", kind, table, owners)
    assert [*tmp_path.iterdir()] == []
