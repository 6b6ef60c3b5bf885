"""Loading a marketplace into PostgreSQL: numbers go on, months are partitions, what is there can be replaced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from datagen import jobs
from datagen.ecommerce.statements import statements
from datagen.ecommerce.world import WORLD
from datagen.errors import DatabaseError, DataError, UsageError
from datagen.progress import Progress


@pytest.fixture
def cursor(url: str, schema: str) -> Iterator[Any]:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as found:
        found.execute(f'SET search_path TO "{schema}"')
        yield found
    connection.close()


def load(directory: Path, url: str, schema: str, **options: Any) -> jobs.LoadOutcome:
    outcome = jobs.load(WORLD, directory, jobs.Target(url, schema, **options), Progress(quiet=True))
    jobs.refuse_broken_database(outcome.verdict)
    return outcome


def asked(cursor: Any, statement: str) -> list[Any]:
    cursor.execute(statement)
    return [row[0] for row in cursor.fetchall()]


def add_rows(cursor: Any) -> tuple[int, str]:
    """A row without a number in two tables; gives the order's number and the table that holds it."""
    cursor.execute("INSERT INTO brand (brand_name, country, created_at) VALUES ('A', 'US', now()) RETURNING brand_id")
    assert cursor.fetchone() == (21,)
    cursor.execute(
        'INSERT INTO "order" (order_date, status, total_amount, created_at) '
        "VALUES ('2030-01-01', 'PLACED', 1, '2030-01-01') RETURNING order_id, tableoid::regclass::text"
    )
    number, table = cursor.fetchone()
    return number, table.rpartition(".")[2].strip('"')


def test_the_next_row_gets_the_next_number(shop, url, schema, cursor):
    load(shop, url, schema)
    assert add_rows(cursor) == (401, "order")


def test_rows_that_are_there_are_replaced_only_if_that_is_said(shop, url, schema, cursor):
    load(shop, url, schema)
    with pytest.raises(DataError, match="have rows already"):
        load(shop, url, schema)
    add_rows(cursor)
    load(shop, url, schema, truncate=True)
    assert asked(cursor, 'SELECT count(*) FROM "order"') == [400]
    assert add_rows(cursor) == (401, "order")


def test_months_are_partitions_and_a_row_of_any_other_is_taken(shop, url, schema, cursor):
    load(shop, url, schema, partition="month")
    parts = asked(cursor, "SELECT relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE relkind = 'r'")
    assert len(parts) == 2 * 14
    assert asked(cursor, "SELECT count(*) FROM order_2026_03")[0] > 0
    assert asked(cursor, "SELECT count(*) FROM order_other") == [0]
    assert add_rows(cursor) == (401, "order_other")


@pytest.mark.parametrize("before", ["month", None])
@pytest.mark.parametrize("after", ["month", None])
def test_partitioned_tables_and_others_take_each_others_place(shop, url, schema, cursor, before, after):
    load(shop, url, schema, partition=before)
    cursor.execute('CREATE VIEW paid AS SELECT order_id FROM "order" WHERE paid_at IS NOT NULL')
    load(shop, url, schema, partition=after, truncate=True)
    kinds = asked(cursor, "SELECT relkind::text FROM pg_class WHERE oid = '\"order\"'::regclass")
    assert kinds == ["p" if after else "r"]
    assert asked(cursor, "SELECT count(*) FROM paid")[0] > 300
    assert not asked(cursor, f"SELECT nspname FROM pg_namespace WHERE nspname = '{schema}__loading'")


def test_an_index_of_a_users_own_on_a_partitioned_table_is_not_lost(shop, url, schema, cursor):
    load(shop, url, schema, partition="month")
    cursor.execute('CREATE INDEX by_status ON "order" (status)')
    with pytest.raises(DatabaseError, match="by_status"):
        load(shop, url, schema, partition="month", truncate=True)
    assert asked(cursor, 'SELECT count(*) FROM "order"') == [400]


def test_partitions_need_a_window(shop, url, schema, tmp_path):
    import shutil

    copy = shutil.copytree(shop, tmp_path / "data")
    (copy / "datapackage.json").unlink()
    with pytest.raises(UsageError, match="--partition needs the window of the data"):
        load(copy, url, schema, partition="month")


@pytest.mark.parametrize("partition", ["month", None])
def test_a_broken_row_leaves_the_database_as_it_was(shop, url, schema, cursor, tmp_path, partition):
    import shutil

    load(shop, url, schema, partition=partition)
    copy = shutil.copytree(shop, tmp_path / "data")
    (copy / "order.csv").write_text((shop / "order.csv").read_text().replace(",DELIVERED,", ",LOST,", 1))
    with pytest.raises(DataError, match=r"order\.csv"):
        load(copy, url, schema, partition=partition, truncate=True)
    assert asked(cursor, 'SELECT count(*) FROM "order"') == [400]


@pytest.mark.parametrize("months", [None, (dt.date(2025, 12, 5), dt.date(2026, 3, 1))], ids=["whole", "months"])
def test_postgresql_runs_what_ddl_prints(url, schema, cursor, months):
    cursor.execute(f'CREATE SCHEMA "{schema}"')
    cursor.execute(statements("postgresql", months))
    assert add_first_rows(cursor) == [1, 2]


def add_first_rows(cursor: Any) -> list[int]:
    """Orders of two years, without numbers; gives these."""
    rows = [f"('{year}-01-15', 'PLACED', 1, '{year}-01-15')" for year in (2026, 2031)]
    values = ", ".join(rows)
    cursor.execute(
        f'INSERT INTO "order" (order_date, status, total_amount, created_at) VALUES {values} RETURNING order_id'
    )
    return [row[0] for row in cursor.fetchall()]
