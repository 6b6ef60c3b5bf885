"""Rows of PostgreSQL are read back as they are."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import psycopg2
import pytest
from sqlalchemy import Boolean, Column, Date, DateTime, Integer, MetaData, Numeric, String, Table, Text

from datagen.checks.duckdb_engine import DuckDatabase
from datagen.loading.postgres.read_back import read_back

VISITS = Table(
    "order",  # a word of SQL
    MetaData(),
    Column("visitid", String(8), primary_key=True),
    Column("Day", Date),
    Column("came", DateTime),
    Column("paid", Numeric(12, 2)),
    Column("people", Integer),
    Column("guest", Boolean),
    Column("remark", Text),
)
ROWS = [
    (
        "V1",
        dt.date(2026, 1, 5),
        dt.datetime.fromisoformat("2026-01-05T08:00:00"),
        Decimal("-5.00"),
        1,
        False,
        'said "hello",\nand left',
    ),
    ("V2", None, None, None, None, None, None),
    ("V3", dt.date(1, 1, 1), dt.datetime.fromisoformat("9999-12-31T23:59:59"), Decimal("9999999999.99"), -1, True, ""),
    ("", dt.date(2024, 2, 29), dt.datetime.fromisoformat("2026-01-05T00:00:00"), Decimal("0.10"), 0, True, "\\N"),
]


@pytest.fixture
def connection(embedded: str):
    connection = psycopg2.connect(embedded)
    with connection.cursor() as cursor:
        cursor.execute('CREATE SCHEMA "Other"; SET LOCAL search_path TO "Other"')
        cursor.execute(
            'CREATE TABLE "order" (remark text, visitid varchar(8), "Day" date, came timestamp, paid numeric(12, 2),'
            " people integer, guest boolean)"
        )
        for row in ROWS:
            cursor.execute(
                'INSERT INTO "order" (visitid, "Day", came, paid, people, guest, remark)'
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                row,
            )
    yield connection
    connection.rollback()
    connection.close()


def read(connection) -> list[tuple]:
    with DuckDatabase(threads=1) as database:
        read_back(database, connection, [VISITS], "Other")
        return database.connection.execute('SELECT * FROM "order"').fetchall()


def test_rows_are_read_back_as_they_are(connection):
    assert sorted(read(connection)) == sorted(ROWS)


def test_a_column_that_is_not_there_is_empty(connection):
    with connection.cursor() as cursor:
        cursor.execute('ALTER TABLE "order" DROP COLUMN people, DROP COLUMN remark')
    assert sorted(read(connection)) == sorted((*row[:4], None, row[5], None) for row in ROWS)


def test_a_table_that_is_not_there_is_left_out(connection):
    with DuckDatabase(threads=1) as database:
        read_back(database, connection, [VISITS], "public")
        assert not database.tables


def test_a_value_that_duckdb_has_not_is_empty(connection):
    with connection.cursor() as cursor:
        cursor.execute("""UPDATE "order" SET paid = 'NaN' WHERE visitid = 'V1'""")
    assert {row[0]: row[3] for row in read(connection)}["V1"] is None
