from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql
from psycopg2.extensions import make_dsn
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects import postgresql

from database_loader import FitnessCenterDatabaseLoader, create_performance_indexes, load_csv_to_postgres
from datagen import jobs
from datagen.errors import DatabaseError, DataError
from datagen.fitness.tables import metadata
from datagen.loading.backend import Existing
from datagen.loading.postgres import backend
from datagen.loading.postgres.connection import connect, options_of
from datagen.loading.postgres.staging import PostgresStaging
from datagen.output.manifest import read_manifest
from datagen.progress import Progress
from datagen.schema import NAMING, constraints_of
from datagen.world import worlds
from tests.support.formats import Made
from tests.support.queries import ONE_SERVER, ask, checksum, wait_until, watching

Loader = FitnessCenterDatabaseLoader
PAIR = 'SELECT (SELECT count(*) FROM "{0}".members), (SELECT count(*) FROM "{0}".memberaccess)'


def counts(directory: Path) -> dict[str, int]:
    manifest = read_manifest(directory)
    assert manifest
    return {item.table: item.written.rows for item in manifest.resources}


def test_a_load_brings_every_row_of_every_table(loader: Loader, small: Path, url: str, schema: str) -> None:
    loaded = loader.load(small)
    assert loaded.rows == counts(small)
    assert loaded.kept == () and loaded.warnings == ()
    rows = {name: ask(url, f'SELECT count(*) FROM "{schema}"."{name}"')[0][0] for name in loaded.rows}
    assert rows == counts(small)
    assert ask(url, f'SELECT table_name::text, row_count FROM "{schema}".loaded_files ORDER BY 1') == sorted(
        counts(small).items()
    )


def test_the_record_says_when_a_table_was_loaded(loader: Loader, small: Path, url: str, schema: str) -> None:
    begun = dt.datetime.now().astimezone().replace(microsecond=0)
    loader.load(small)
    query = f'SELECT loaded_at FROM "{schema}".loaded_files'
    moments = [dt.datetime.fromisoformat(str(text)) for (text,) in ask(url, query)]
    assert len(moments) == len(counts(small))
    assert all(begun <= moment <= dt.datetime.now().astimezone() for moment in moments)


def test_a_record_of_an_earlier_release_is_read_as_far_as_it_goes(
    loader: Loader, small: Path, url: str, schema: str
) -> None:
    loader.load(small)
    server = backend.PostgresBackend(url)
    before = server.record(schema)
    known = "table_name, row_count, byte_count, sha256, release, seed, options, totals"
    view = f'"{schema}".loaded_files'
    (definition,) = ask(url, f"SELECT pg_get_viewdef('{view}'::regclass)")[0]
    older = f"SELECT {known} FROM ({str(definition).rstrip(';')}) v"
    ask(url, f"DROP VIEW {view}; CREATE VIEW {view} AS {older}")
    found = server.record(schema)
    server.close()
    assert found == [replace(file, generation=None, loaded_at=None) for file in before]


def test_the_values_are_those_of_the_files(loader: Loader, small: Path, url: str, schema: str, tmp_path: Path) -> None:
    loader.load(small)
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        for name in counts(small):
            table = metadata.tables[name]
            key = next(iter(table.primary_key)).name
            columns = [
                f'"{item.name}"::text' if str(item.type) == "BOOLEAN" else f'"{item.name}"' for item in table.columns
            ]
            with (tmp_path / "out.csv").open("wb") as file:
                query = f'SELECT {", ".join(columns)} FROM "{schema}"."{name}" ORDER BY "{key}"'
                cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT csv)", file)
            written = (small / f"{name}.csv").read_bytes().split(b"\n", 1)[1]
            assert (tmp_path / "out.csv").read_bytes() == b"".join(sorted(written.splitlines(keepends=True)))
    connection.close()


def test_the_database_has_every_key_rule_index_and_comment_of_the_schema(
    loader: Loader, small: Path, url: str, schema: str
) -> None:
    loader.load(small)
    found = ask(
        url,
        "SELECT c.conname::text, c.contype::text, c.convalidated FROM pg_constraint c "
        "JOIN pg_namespace n ON n.oid = c.connamespace "
        f"WHERE n.nspname = '{schema}' AND c.contype IN ('p', 'f', 'u', 'c')",
    )
    preparer = postgresql.dialect().identifier_preparer
    kinds = {"p": PrimaryKeyConstraint, "f": ForeignKeyConstraint, "u": UniqueConstraint, "c": CheckConstraint}
    for letter, cls in kinds.items():
        wanted = sorted(
            preparer.format_constraint(item)
            for table in metadata.tables.values()
            for item in constraints_of(table, cls)
        )
        assert sorted(str(name) for name, contype, _ in found if contype == letter) == wanted
    assert all(validated for *_, validated in found)
    indexes = {row[0] for row in ask(url, f"SELECT indexname::text FROM pg_indexes WHERE schemaname = '{schema}'")}
    assert {str(index.name) for table in metadata.tables.values() for index in table.indexes} <= indexes
    uncommented = ask(
        url,
        "SELECT c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        f"WHERE n.nspname = '{schema}' AND c.relkind IN ('r', 'v') "
        "AND (obj_description(c.oid, 'pg_class') IS NULL OR col_description(c.oid, a.attnum) IS NULL)",
    )
    assert uncommented == []
    analysed = ask(url, f"SELECT count(*) FROM pg_stats WHERE schemaname = '{schema}' AND tablename = 'memberaccess'")
    assert analysed[0][0] == len(metadata.tables["memberaccess"].columns)


def test_a_second_load_refuses_to_double_rows(loader: Loader, small: Path, url: str, schema: str) -> None:
    loader.load(small)
    before = checksum(url, schema)
    with pytest.raises(DataError, match=r"have rows already .* Add --truncate to replace them"):
        loader.load(small)
    assert checksum(url, schema) == before


def test_truncate_replaces_everything(loader: Loader, small: Path, other: Path, url: str, schema: str) -> None:
    loader.load(small)
    first = checksum(url, schema)
    loader.load(other, truncate=True)
    assert checksum(url, schema) != first
    loader.load(small, truncate=True)
    assert checksum(url, schema) == first


def test_reference_tables_load_alone_and_the_others_join_them(
    loader: Loader, small: Path, reference: Path, url: str, schema: str, tmp_path: Path
) -> None:
    loader.load(reference)
    assert ask(url, PAIR.format(schema)) == [(60, 0)]
    rest = tmp_path / "rest"
    shutil.copytree(small, rest)
    for path in [*reference.glob("*.csv"), small / "datapackage.json"]:
        (rest / path.name).unlink()
    loaded = loader.load(rest)
    assert set(loaded.kept) == {path.stem for path in reference.glob("*.csv")}
    assert "no datapackage.json" in loaded.warnings[0]
    assert ask(url, PAIR.format(schema)) == [(60, counts(small)["memberaccess"])]
    # The reference tables may be replaced as long as what refers to them still finds its rows.
    loader.load(reference, truncate=True)
    before = checksum(url, schema)
    edited = tmp_path / "edited"
    shutil.copytree(reference, edited)
    (edited / "datapackage.json").unlink()
    text = (edited / "members.csv").read_bytes().splitlines(keepends=True)
    (edited / "members.csv").write_bytes(b"".join(text[:-1]))
    with pytest.raises(DataError, match="that are in the database, and not in the directory, do not fit"):
        loader.load(edited, truncate=True)
    assert checksum(url, schema) == before


def test_tables_without_their_parents_are_refused(loader: Loader, small: Path, url: str, tmp_path: Path) -> None:
    (tmp_path / "part").mkdir()
    shutil.copy(small / "memberaccess.csv", tmp_path / "part")
    with pytest.raises(DataError, match=r"memberaccess.csv, line 2, column \w+: '.*' is not one of \w+\.\w+"):
        loader.load(tmp_path / "part")


def test_readers_see_the_old_rows_until_they_see_the_new(
    loader: Loader, small: Path, other: Path, url: str, schema: str
) -> None:
    loader.load(small)
    with watching(url, PAIR.format(schema)) as seen:
        loader.load(other, truncate=True)
    old, new = ((counts(path)["members"], counts(path)["memberaccess"]) for path in (small, other))
    assert old in seen and seen <= {old, new}


def test_a_reader_in_the_middle_of_a_transaction_makes_the_load_wait_and_not_fail(
    loader: Loader, small: Path, other: Path, url: str, schema: str
) -> None:
    loader.load(small)
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute(PAIR.format(schema))
        old = cursor.fetchone()
        load = threading.Thread(target=lambda: loader.load(other, truncate=True))
        load.start()
        load.join(3)
        assert load.is_alive()
        cursor.execute(PAIR.format(schema))  # new readers are not kept waiting, either
        assert cursor.fetchone() == old == ask(url, PAIR.format(schema))[0]
    connection.rollback()
    connection.close()
    load.join(300)
    assert ask(url, PAIR.format(schema)) == [(counts(other)["members"], counts(other)["memberaccess"])]


def test_tables_of_others_are_left_alone(loader: Loader, small: Path, url: str, schema: str) -> None:
    ask(url, f'CREATE SCHEMA "{schema}"; CREATE TABLE "{schema}".members AS SELECT 1 AS number')
    before = checksum(url, schema)
    with pytest.raises(DataError, match=r"Test schema\.members has other columns"):
        loader.load(small, truncate=True)
    assert checksum(url, schema) == before
    ask(url, f'DROP TABLE "{schema}".members; CREATE SCHEMA "{schema}__loading"')
    with pytest.raises(DatabaseError, match="Test schema__loading that is not a load's"):
        loader.load(small)


def test_only_one_load_at_a_time(
    loader: Loader, small: Path, url: str, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "_LOCK_PATIENCE", 0.5)
    other = backend.PostgresBackend(url)
    with other.exclusive(schema), pytest.raises(DatabaseError, match="Another load into the schema Test schema is run"):
        loader.load(small)
    loader.load(small)
    other.close()


def test_an_empty_schema_has_all_tables_and_takes_a_load(loader: Loader, small: Path, url: str, schema: str) -> None:
    assert len(loader.create_schema()) == 23
    assert loader.create_schema() == []
    loader.load(small)
    assert ask(url, f'SELECT count(*) FROM "{schema}".members') == [(60,)]


def test_indexes_for_reports_can_be_made_again_and_again(loader: Loader, small: Path, url: str, schema: str) -> None:
    loader.load(small)
    names = loader.create_performance_indexes()
    assert loader.create_performance_indexes() == names
    there = {row[0] for row in ask(url, f"SELECT indexname::text FROM pg_indexes WHERE schemaname = '{schema}'")}
    assert set(names) <= there and len(names) >= 8


def test_the_functions_of_the_documents_work(small: Path, url: str) -> None:
    options = options_of(url)
    name = f"{options['dbname']}_documents"
    own = make_dsn(**(options | {"dbname": name}))
    loader = Loader(own, report=Progress(quiet=True))
    loader.connect(create_database=True)
    loader.close()
    assert load_csv_to_postgres(str(small), own).rows["members"] == 60
    assert create_performance_indexes(own)
    assert ask(own, "SELECT count(*) FROM members") == [(60,)]
    server = psycopg2.connect(url)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    server.close()


def test_what_a_killed_load_left_is_removed_by_the_next(loader: Loader, small: Path, url: str, schema: str) -> None:
    code = (
        "import os, threading; from pathlib import Path; from database_loader import FitnessCenterDatabaseLoader as L\n"
        "from datagen.loading.postgres.staging import PostgresStaging\n"
        "PostgresStaging.swap = lambda *_: os.kill(os.getpid(), 9)\n"  # everything is ready, nothing is in its place
        f"L({url!r}, {schema!r}).load({str(small)!r})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True)
    assert done.returncode == -9
    assert "Test schema__loading" in checksum(url, schema)["schemas"]
    loader.load(small)
    assert "Test schema__loading" not in checksum(url, schema)["schemas"]


def test_two_connections_that_add_foreign_keys_never_wait_for_each_other(url: str, schema: str, tmp_path: Path) -> None:
    # Children whose keys name their parents in opposite orders; somebody holds both parents when they begin.
    tables = MetaData(naming_convention=NAMING)
    for parent in ("one", "two"):
        Table(parent, tables, Column("id", Integer, primary_key=True))
    for child, parents in {"first": ("one", "two"), "second": ("two", "one")}.items():
        keys = [Column(name, ForeignKey(f"{parent}.id")) for name, parent in zip("xy", parents, strict=True)]
        Table(child, tables, Column("id", Integer, primary_key=True), *keys)
    main = connect(url)
    staging = PostgresStaging(url, main, Existing(schema, (), frozenset()), tables, None, "")
    staging.create()
    with staging.workers() as workers:
        for table in tables.sorted_tables:
            workers[0].fill(table, [], lambda: None, lambda *_: None, with_keys=True)
        holder = psycopg2.connect(url)
        holder.cursor().execute(f'LOCK TABLE "{schema}__loading".one, "{schema}__loading".two IN ROW EXCLUSIVE MODE')
        with ThreadPoolExecutor(2) as pool:
            names = zip(workers, ("first", "second"), strict=True)
            ends = [pool.submit(worker.finish, tables.tables[name]) for worker, name in names]
            waiting = (
                f"SELECT count(*) FROM pg_stat_activity WHERE {holder.info.backend_pid} = ANY (pg_blocking_pids(pid))"
            )
            try:
                wait_until(url, waiting, [(2,)])
            finally:
                holder.close()
            for end in ends:
                end.result()
    main.close()


@pytest.mark.slow
@ONE_SERVER
def test_a_failed_load_of_a_file_of_a_database_names_where_that_was_written(
    made_as: Made, url: str, schema: str
) -> None:
    place, target = made_as("ecommerce", "duckdb"), jobs.Target(url, schema)
    world = worlds()["ecommerce"]
    jobs.load(world, place, target, Progress(quiet=True), just_written=True)
    with pytest.raises(DataError, match=rf"The files in {place} are complete; .*load {place}"):
        jobs.load(world, place, target, Progress(quiet=True), just_written=True)
