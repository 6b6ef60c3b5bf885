# ruff: noqa: S608 - the SQL is made of names of the schema
"""Checks that follow from the schema: NOT NULL, keys, UNIQUE, foreign keys and CHECKs. One scan a table for most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datagen.checks.duckdb_engine import Check, Database, Rows, Unanswered, offenders, offending, run
from datagen.checks.findings import Finding, Outcome
from datagen.schema import constraints_of, foreign_keys, load_order

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table

GROUP = "schema"
REFERENCES = "references"
_SOURCE = "the schema"


@dataclass(frozen=True)
class RowTest:
    """Something that is asked of every single row of a table."""

    check: str
    title: str
    broken: str
    """SQL that holds where a row breaks it."""
    shown: tuple[str, ...]


def check_schema(database: Database, metadata: MetaData) -> Iterator[Finding]:
    """Every check of the schema on the tables that the database holds, parents before their children."""
    return run(database, schema_work(database, metadata))


def schema_work(database: Database, metadata: MetaData) -> list[Check | Finding]:
    """What `check_schema` asks."""
    held = [table for table in load_order(metadata) if table.name in database.tables]
    return [item for table in held for item in _all(database, table)]


def check_table(database: Database, table: Table) -> Iterator[Finding]:
    """Every check of the schema on one table."""
    return run(database, _all(database, table))


def _all(database: Database, table: Table) -> Iterator[Check | Finding]:
    yield rows_job(database, table, list(_row_tests(table)))
    yield from _unique(table)
    yield from _references(table, database.tables)


def check_references(database: Database, metadata: MetaData) -> Iterator[Finding]:
    """Every foreign key of the tables that the database holds; its parent's absence is a finding of its own."""
    held = database.tables
    tables = [table for table in load_order(metadata) if table.name in held]
    return run(database, (item for table in tables for item in _references(table, held)))


def rows_job(database: Database, table: Table, tests: Sequence[RowTest]) -> Check:
    """One scan for everything that is asked of single rows; should that fail, one for each test."""
    counts = ", ".join(f"count(*) FILTER (WHERE {test.broken}) AS t{place}" for place, test in enumerate(tests))

    def judge(rows: Rows) -> Iterator[Finding]:
        for test, count in zip(tests, rows[0].values(), strict=True):
            if not count:
                yield Finding(test.check, GROUP, test.title, _SOURCE, Outcome.PASSED)
                continue
            yield _finding(GROUP, test.check, test.title, database.rows(offending(_broken(table, test))))

    def unanswered(_: Unanswered) -> Iterator[Finding]:
        return run(database, [_job(GROUP, test.check, test.title, _broken(table, test)) for test in tests])

    return Check(f"SELECT {counts} FROM {table.name}", judge, unanswered)


def _broken(table: Table, test: RowTest) -> str:
    chosen = ", ".join(f'"{name}"' for name in dict.fromkeys((_key(table), *test.shown)))
    return f"SELECT {chosen} FROM {table.name} WHERE {test.broken}"


def _row_tests(table: Table) -> Iterator[RowTest]:
    from sqlalchemy import CheckConstraint, ColumnClause
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.sql import visitors

    for item in table.columns:
        if not item.nullable:
            title = f"Every {table.name}.{item.name} is filled"
            yield RowTest(f"{table.name}.{item.name}.filled", title, f'"{item.name}" IS NULL', (item.name,))
    for check in constraints_of(table, CheckConstraint):
        test = str(check.sqltext.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))  # type: ignore[no-untyped-call]
        columns = [part.name for part in visitors.iterate(check.sqltext) if isinstance(part, ColumnClause)]
        name = str(check.name).removeprefix(f"ck_{table.name}_")
        yield RowTest(f"{table.name}.{name}.check", f"{table.name}: {test}", f"NOT ({test})", tuple(columns))


def _unique(table: Table) -> Iterator[Check]:
    from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint

    for constraint in constraints_of(table, PrimaryKeyConstraint) + constraints_of(table, UniqueConstraint):
        names = [item.name for item in constraint.columns]
        columns = ", ".join(f'"{name}"' for name in names)
        twice = (
            f"SELECT {columns}, count(*) AS times FROM {table.name} "
            f'WHERE "{names[0]}" IS NOT NULL GROUP BY {columns} HAVING count(*) > 1'
        )
        title = f"No two rows of {table.name} have the same {' and '.join(names)}"
        yield _job(GROUP, f"{table.name}.{'_'.join(names)}.unique", title, twice)


def _references(table: Table, held: frozenset[str]) -> Iterator[Check | Finding]:
    for child, parent, column in foreign_keys(table):
        check, title = f"{table.name}.{child}.reference", f"Every {table.name}.{child} is one of {parent}.{column}"
        if parent not in held:
            yield Finding(check, REFERENCES, title, _SOURCE, Outcome.SKIPPED, f"{parent} is not there.")
            continue
        orphans = (
            f'SELECT c."{_key(table)}", c."{child}" FROM {table.name} c WHERE c."{child}" IS NOT NULL '
            f'AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE p."{column}" = c."{child}")'
        )
        yield _job(REFERENCES, check, title, orphans)


def _key(table: Table) -> str:
    return next(iter(table.primary_key)).name


def _job(group: str, check: str, title: str, sql: str) -> Check:
    def unanswered(reason: Unanswered) -> list[Finding]:
        return [Finding(check, group, title, _SOURCE, Outcome.FAILED, str(reason))]

    return Check(offending(sql), lambda rows: [_finding(group, check, title, rows)], unanswered)


def _finding(group: str, check: str, title: str, rows: Rows) -> Finding:
    count, examples = offenders(rows)
    outcome = Outcome.FAILED if count else Outcome.PASSED
    return Finding(check, group, title, _SOURCE, outcome, offending=count, examples=examples)
