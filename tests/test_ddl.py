"""The DDL builds the same tables in every database: proven on the servers there are, and by a parser for the other."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymysql
import pytest
from sqlalchemy import (
    CHAR,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    Time,
    column,
)

from datagen import schema
from datagen.bank.tables import metadata as bank
from datagen.ddl import create_temporary, ddl, script
from datagen.ecommerce.tables import metadata as ecommerce
from datagen.fitness.tables import metadata as fitness
from datagen.payments.tables import metadata as payments

METADATA = MetaData(naming_convention=schema.NAMING)
# Names that have a meaning in SQL; the child stands first, so that the order of loading is not that of declaration.
Table(
    "order",
    METADATA,
    Column("select", Integer, primary_key=True, comment="Number, 100 % counted"),
    Column("Group", String(8), ForeignKey("people.personid"), nullable=False, index=True, comment="Who ordered"),
    Column("cameat", DateTime, nullable=False, index=True, comment="In"),
    Column("leftat", DateTime, comment="Out, the visitor's own time"),
    Column("locker", Integer, comment="Locker"),
    Column("state", String(10), nullable=False, comment="State"),
    Column("reason", Text, comment="Reason"),
    schema.after("leftat", "cameat"),
    schema.between("locker", 1, 99),
    schema.one_of("state", ("Done", "Off")),
    schema.filled_if_and_only_if("reason", column("state") == "Off"),
    schema.filled_only_if("leftat", column("state") == "Done"),
    comment="Orders",
)
Table(
    "people",
    METADATA,
    Column("personid", String(8), primary_key=True, comment="Identifier"),
    Column("email", String(40), nullable=False, unique=True, comment="E-mail"),
    Column("gender", CHAR(1), nullable=False, comment="Gender"),
    Column("born", Date, nullable=False, comment="Born"),
    Column("wakes", Time, nullable=False, comment="Gets up"),
    Column("fee", Numeric(12, 2), nullable=False, comment="Fee"),
    Column("active", Boolean, nullable=False, comment="Active"),
    Column("best", Integer, ForeignKey("order.select", deferrable=True, initially="DEFERRED", use_alter=True)),
    schema.at_least("fee", 0),
    schema.one_of("gender", ("M", "F", "O")),
    schema.filled_if_and_only_if("best", column("active").is_(True)),
    comment="People",
)
EVERY = {"toy": METADATA, "fitness": fitness, "payments": payments, "bank": bank, "ecommerce": ecommerce}
SCRATCH = f"datagen test ddl {os.getpid()}"
"""A database of the test's own: others may run beside it."""
MARIADB = {"host": "127.0.0.1", "port": 3306, "user": "root", "password": ""}


def test_each_table_has_its_statements_in_the_phases_of_a_bulk_load() -> None:
    found = ddl(METADATA)
    assert list(found) == ["people", "order"]
    people, order = found.values()
    assert people.create.startswith("CREATE TABLE people (")
    assert "KEY" not in people.create + order.create
    assert "fee NUMERIC(12, 2) NOT NULL" in people.create
    assert "CONSTRAINT ck_order_leftat_after_cameat CHECK (leftat > cameat)" in order.create
    assert people.keys == (
        "ALTER TABLE people ADD CONSTRAINT pk_people PRIMARY KEY (personid)",
        "ALTER TABLE people ADD CONSTRAINT uq_people_email UNIQUE (email)",
    )
    assert order.keys == ('ALTER TABLE "order" ADD CONSTRAINT pk_order PRIMARY KEY ("select")',)
    assert order.foreign_keys == {
        '"fk_order_Group"': 'ALTER TABLE "order" ADD CONSTRAINT "fk_order_Group" '
        'FOREIGN KEY("Group") REFERENCES people (personid)'
    }
    assert order.indexes == {
        '"ix_order_Group"': 'CREATE INDEX "ix_order_Group" ON "order" ("Group")',
        "ix_order_cameat": 'CREATE INDEX ix_order_cameat ON "order" (cameat)',
    }
    assert "COMMENT ON TABLE \"order\" IS 'Orders'" in order.comments
    assert "COMMENT ON COLUMN \"order\".leftat IS 'Out, the visitor''s own time'" in order.comments
    assert 'COMMENT ON COLUMN "order"."select" IS \'Number, 100 % counted\'' in order.comments


def test_the_script_runs_tables_then_keys_then_what_needs_those_of_others() -> None:
    people, order = ddl(METADATA).values()
    assert script(METADATA) == [
        *(people.create, order.create, *people.keys, *order.keys),
        *(*people.foreign_keys.values(), *people.indexes.values(), *people.comments),
        *(*order.foreign_keys.values(), *order.indexes.values(), *order.comments),
    ]
    assert script(METADATA) == script(METADATA)


def test_a_temporary_table_has_the_checks_and_ends_with_the_transaction() -> None:
    text = create_temporary(METADATA.tables["order"])
    assert text.startswith('CREATE TEMPORARY TABLE "order" (')
    assert text.endswith("ON COMMIT DROP")
    assert "CHECK (leftat > cameat)" in text


def test_a_soft_reference_makes_no_foreign_key() -> None:
    tables = MetaData()
    Table("a", tables, Column("x", Integer, primary_key=True), info={"database": "one"})
    Table("b", tables, Column("y", Integer, info={"references": "a.x"}), info={"database": "two"})
    assert not any("REFERENCES" in statement for statement in script(tables))


@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
def test_mysql_keeps_every_character_and_moment_and_numbers_nothing_itself(dialect: str) -> None:
    people, order = ddl(METADATA, dialect).values()
    assert "`select` INTEGER NOT NULL COMMENT 'Number, 100 % counted'" in order.create
    assert "PRIMARY KEY (`select`)" in order.create
    assert "cameat DATETIME(6) NOT NULL" in order.create
    assert "wakes TIME(6) NOT NULL" in people.create
    assert "COLLATE utf8mb4_bin" in people.create
    assert people.create.endswith("COMMENT='People'") or "COMMENT='People' " in people.create
    assert people.comments == ()
    assert "AUTO_INCREMENT" not in order.create
    assert "DEFERR" not in str(people.foreign_keys)


def test_sql_server_keeps_every_character_and_moment_and_numbers_nothing_itself() -> None:
    people, order = ddl(METADATA, "mssql").values()
    assert "[select] INTEGER NOT NULL" in order.create
    assert "cameat DATETIME2(6) NOT NULL" in order.create
    assert "born DATE NOT NULL" in people.create
    assert "wakes TIME(6) NOT NULL" in people.create
    assert "email NVARCHAR(40) COLLATE Latin1_General_BIN2 NOT NULL" in people.create
    assert "gender NCHAR(1) COLLATE Latin1_General_BIN2 NOT NULL" in people.create
    assert "reason NVARCHAR(max) COLLATE Latin1_General_BIN2 NULL" in order.create
    assert "IDENTITY" not in order.create
    assert people.keys[1] == "ALTER TABLE people ADD CONSTRAINT uq_people_email UNIQUE (email)"
    assert "DEFERR" not in str(people.foreign_keys)
    assert order.comments[0] == (
        "execute sp_addextendedproperty 'MS_Description', N'Orders', 'schema', dbo, 'table', [order]"
    )
    assert (
        "(reason IS NOT NULL) AND (state = 'Off') OR NOT (reason IS NOT NULL) AND NOT (state = 'Off')" in order.create
    )
    assert "(best IS NOT NULL) AND (active = 1) OR NOT (best IS NOT NULL) AND NOT (active = 1)" in people.create


def test_statements_can_name_a_schema_and_keep_the_names_of_everything_else() -> None:
    people, order = ddl(METADATA, "mssql", "new ones").values()
    assert people.create.startswith("CREATE TABLE [new ones].people (")
    assert people.keys[0] == "ALTER TABLE [new ones].people ADD CONSTRAINT pk_people PRIMARY KEY (personid)"
    assert people.keys[1] == "ALTER TABLE [new ones].people ADD CONSTRAINT uq_people_email UNIQUE (email)"
    assert order.foreign_keys == {
        "[fk_order_Group]": "ALTER TABLE [new ones].[order] ADD CONSTRAINT [fk_order_Group] "
        "FOREIGN KEY([Group]) REFERENCES [new ones].people (personid)"
    }
    assert order.indexes["[ix_order_Group]"] == "CREATE INDEX [ix_order_Group] ON [new ones].[order] ([Group])"
    assert "'schema', [new ones], 'table', [order]" in order.comments[0]
    assert "CREATE TABLE [it's. a]]b].people" in ddl(METADATA, "mssql", "it's. a]b")["people"].create


@pytest.mark.parametrize("world", EVERY)
def test_sql_server_can_parse_every_statement(world: str) -> None:
    # Syntax alone: no SQL Server is to be had. This is Microsoft's own grammar.
    assert _parse_errors(";\nGO\n".join(script(EVERY[world], "mssql"))) == ""


@pytest.mark.parametrize(
    "wrong", ["CREATE TABLE order (a INT)", "CREATE TABLE a (b INT AUTO_INCREMENT)", "SELECT 1 LIMIT 1"]
)
def test_the_parser_of_sql_server_refuses_what_others_take(wrong: str) -> None:
    assert "Incorrect syntax" in _parse_errors(wrong)


def _parse_errors(text: str) -> str:
    parser = Path(sys.executable).parent / "maxdop"
    done = subprocess.run([parser, "--parser-version", "2019"], input=text, capture_output=True, text=True)
    return done.stderr if done.returncode else ""


@pytest.fixture(scope="module")
def mariadb() -> Iterator[Any]:
    """A cursor in a scratch database of the MariaDB on this machine, if there is one."""
    try:
        connection = pymysql.connect(**MARIADB, connect_timeout=3)
    except pymysql.err.OperationalError:
        pytest.skip("There is no MariaDB server at 127.0.0.1:3306.")
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE'")
        yield cursor
    connection.close()


@pytest.fixture
def scratch(mariadb: Any) -> Iterator[Any]:
    """The cursor, in a database of the test's own."""
    mariadb.execute(f"CREATE DATABASE `{SCRATCH}`")
    mariadb.execute(f"USE `{SCRATCH}`")
    try:
        yield mariadb
    finally:
        mariadb.execute(f"DROP DATABASE `{SCRATCH}`")


@pytest.mark.parametrize("world", EVERY)
def test_mariadb_makes_every_table_with_its_keys_and_comments(scratch: Any, world: str) -> None:
    metadata = EVERY[world]
    for database in schema.databases(metadata):
        tables = [table for table in schema.load_order(metadata) if schema.database_of(table) == database]
        own = MetaData()
        for table in tables:
            table.to_metadata(own)
        for statement in script(own, "mariadb"):
            scratch.execute(statement)
        asked = "SELECT count(*) FROM information_schema.{} WHERE table_schema = database()"
        scratch.execute(asked.format("tables"))
        assert scratch.fetchone() == (len(tables),)
        scratch.execute(f"{asked.format('referential_constraints').replace('table_schema', 'constraint_schema')}")
        keys = sum(item.enforced for table in tables for item in schema.references(table))
        assert scratch.fetchone() == (keys,)
        scratch.execute(f"{asked.format('columns')} AND column_comment = ''")
        assert scratch.fetchone() == (sum(not item.comment for table in tables for item in table.columns),)
        scratch.execute(f"DROP DATABASE `{SCRATCH}`")
        scratch.execute(f"CREATE DATABASE `{SCRATCH}`")
        scratch.execute(f"USE `{SCRATCH}`")


PERSON = ("P1", "p1@example.com", "F", "2000-01-01", "06:30:00", 10, False, None)
ORDER = (1, "P1", "2026-01-31 06:00:00", "2026-01-31 07:00:00", 5, "Done", None)
BROKEN = [
    ("people", PERSON),
    ("people", ("P2", *PERSON[1:])),
    ("people", ("P2", "p2@example.com", None, *PERSON[3:])),
    ("people", ("P2", "p2@example.com", *PERSON[2:6], True, None)),
    ("people", ("P2", "p2@example.com", *PERSON[2:6], False, 1)),
    ("order", (2, "P9", *ORDER[2:])),
    ("order", (2, *ORDER[1:3], ORDER[2], *ORDER[4:])),
    ("order", (2, *ORDER[1:4], 100, *ORDER[5:])),
    ("order", (2, *ORDER[1:5], "Lost", None)),
    ("order", (2, *ORDER[1:5], "Done", "Ill")),
    ("order", (2, *ORDER[1:3], None, 5, "Off", None)),
    ("order", (2, *ORDER[1:5], "Off", "Ill")),
]


@pytest.mark.parametrize(("table", "row"), BROKEN)
def test_sqlite_refuses_broken_rows(table: str, row: tuple[object, ...]) -> None:
    database = sqlite3.connect(":memory:")
    database.execute("pragma foreign_keys = on")
    for statement in script(METADATA, "sqlite"):
        database.execute(statement)
    for name, good in {"people": PERSON, "order": ORDER}.items():
        database.execute(f'insert into "{name}" values ({", ".join("?" * len(good))})', good)
    with pytest.raises(sqlite3.IntegrityError):
        database.execute(f'insert into "{table}" values ({", ".join("?" * len(row))})', row)
    database.close()


@pytest.mark.parametrize(("table", "row"), BROKEN)
def test_mariadb_refuses_broken_rows(scratch: Any, table: str, row: tuple[object, ...]) -> None:
    for statement in script(METADATA, "mariadb"):
        scratch.execute(statement)
    for name, good in {"people": PERSON, "order": ORDER}.items():
        scratch.execute(f"insert into `{name}` values ({', '.join(['%s'] * len(good))})", good)
    with pytest.raises((pymysql.err.IntegrityError, pymysql.err.OperationalError, pymysql.err.DataError)):
        scratch.execute(f"insert into `{table}` values ({', '.join(['%s'] * len(row))})", row)


def test_mariadb_keeps_ids_that_differ_in_case_or_by_an_accent_and_parts_of_a_second(scratch: Any) -> None:
    for statement in script(METADATA, "mariadb"):
        scratch.execute(statement)
    for key, mail in (
        ("p", "a@example.com"),
        ("P", "A@example.com"),
        ("\N{LATIN SMALL LETTER E WITH ACUTE}", "e@example.com"),
    ):
        scratch.execute("insert into people values (%s, %s, 'F', '2000-01-01', '06:30:00', 1, 0, null)", (key, mail))
    scratch.execute("insert into `order` values (7, 'p', '2026-01-31 06:00:00.123456', null, null, 'Done', null)")
    scratch.execute("select cameat from `order`")
    assert str(scratch.fetchone()[0]) == "2026-01-31 06:00:00.123456"
