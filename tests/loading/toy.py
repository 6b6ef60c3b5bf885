"""A small world for tests: two databases, names that mean something in SQL, whole numbers for keys, soft references."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
)

from datagen.control_totals import Totals
from datagen.loading.history import AppendOnlyTable, History
from datagen.output.csv import arrow_to_columns, header, render
from datagen.output.manifest import NAME, Written, build
from datagen.schema import NAMING, arrow_schema, at_least, database_of, load_order, table_facts

SHOP, LOGS = "toy_shop", "toy_logs"
FIRST = dt.date(2024, 1, 1)
TABLES = MetaData(naming_convention=NAMING)
Table(
    "order",
    TABLES,
    Column("select", Integer, primary_key=True, comment="Number, counted from 1"),
    Column("Group", String(8), ForeignKey("people.personid"), nullable=False, index=True, comment="Who ordered"),
    Column("at", DateTime, nullable=False, index=True, comment="Moment"),
    Column("amount", Numeric(12, 2), nullable=False, comment="Sum, 100 % of it"),
    at_least("amount", 0),
    comment="Orders",
    info={"database": SHOP},
)
Table(
    "people",
    TABLES,
    Column("personid", String(8), primary_key=True, comment="Identifier"),
    Column("since", Date, nullable=False, comment="First day"),
    comment="People",
    info={"database": SHOP},
)
Table(
    "event",
    TABLES,
    Column("number", BigInteger, primary_key=True, comment="Number"),
    Column("part", SmallInteger, primary_key=True, comment="Part of it"),
    Column("who", String(8), info={"references": "people.personid"}, comment="Who was there"),
    Column("what", String(9), info={"references": ("people.personid", "order.select")}, comment="What it is about"),
    comment="Events",
    info={"database": LOGS},
)
Table(
    "index",
    TABLES,
    Column("key", Integer, primary_key=True, comment="Number"),
    Column("number", BigInteger, comment="Event"),
    Column("part", SmallInteger, comment="Its part"),
    ForeignKeyConstraint(["number", "part"], ["event.number", "event.part"]),
    comment="An index of events",
    info={"database": LOGS},
)
ORDERS = AppendOnlyTable("order", "select", "at", ("Group", "people", "personid"), ("amount",))


def rows(count: int, first: int = 1) -> dict[str, list[dict[str, Any]]]:
    """Rows of all tables: so many orders, one an hour, their events, and ten people."""
    numbers = range(first, first + count)
    moment = dt.datetime.combine(FIRST, dt.time())
    return {
        "people": [{"personid": f"P{number:07}", "since": FIRST} for number in range(10)],
        "order": [
            {
                "select": number,
                "Group": f"P{number % 10:07}",
                "at": moment + dt.timedelta(hours=number - 1),
                "amount": f"{number % 97}.50",
            }
            for number in numbers
        ],
        "event": [
            {"number": number << 33, "part": part, "who": f"P{number % 10:07}", "what": str(number)}
            for number in numbers
            for part in (1, 2)
        ],
        "index": [{"key": number, "number": number << 33, "part": 1} for number in numbers],
    }


def write(directory: Path, tables: Mapping[str, Sequence[Mapping[str, Any]]], *, manifest: bool = True) -> Path:
    """Write rows into a directory, as one of ours; gives it."""
    directory.mkdir(exist_ok=True)
    files, totals = {}, Totals(table_facts(TABLES))
    for table in load_order(TABLES):
        if table.name in tables:
            typed, text = rendered(table, tables[table.name])
            name = f"{database_of(table)}/{table.name}.csv"
            (directory / name).parent.mkdir(exist_ok=True)
            (directory / name).write_bytes(text)
            files[name] = Written(typed.num_rows, len(text), hashlib.sha256(text).hexdigest())
            totals.add_arrow(table.name, typed)
    if manifest:
        options = {"start_date": FIRST.isoformat(), "end_date": "2024-02-01"}
        text = build(table_facts(TABLES), files, world="toy", seed=1, options=options, totals=totals.by_table)
        (directory / NAME).write_bytes(text)
    return directory


def rendered(table: Table, values: Sequence[Mapping[str, Any]]) -> tuple[pa.Table, bytes]:
    """Rows as Arrow, and as the text of a CSV file."""
    schema = arrow_schema(table)
    plain = pa.schema([pa.field(field.name, pa.string()) for field in schema])
    decimals = {field.name for field in schema if pa.types.is_decimal(field.type)}
    loose = pa.schema([plain.field(field.name) if field.name in decimals else field for field in schema])
    typed = pa.Table.from_pylist([dict(row) for row in values], loose).cast(schema)
    return typed, header(schema.names) + render(arrow_to_columns(typed)).to_pybytes()


def write_history(directory: Path, days: Sequence[int]) -> History:
    """Write a history of orders, a file for so many days each; gives it."""
    directory.mkdir(exist_ok=True)
    begin, count = FIRST, 0
    for length in days:
        end = begin + dt.timedelta(length - 1)
        values = rows(24 * length, count + 1)
        _, text = rendered(TABLES.tables["order"], values["order"])
        (directory / f"order_{begin}_{end}.csv").write_bytes(text)
        _, text = rendered(TABLES.tables["people"], values["people"])
        (directory / f"people_{begin}_{end}.csv").write_bytes(text)
        begin, count = end + dt.timedelta(1), count + 24 * length
    return History(ORDERS, 1, FIRST, {}, begin - dt.timedelta(1), count, "1.0")
