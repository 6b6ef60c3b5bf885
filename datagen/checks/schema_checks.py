# ruff: noqa: S608 - the SQL is made of names of the schema
"""Checks that follow from the schema: NOT NULL, keys, UNIQUE, foreign keys and CHECKs. One scan a table for most."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from datagen.any_table import crosses, key_of, quoted
from datagen.checks.engine import Check, Database, Question, Rows, Unanswered, counted, examples, run
from datagen.checks.findings import Finding, Outcome
from datagen.checks.known import known, known_tables
from datagen.frozen import dataclass
from datagen.table_facts import Facts, Reference, TableFacts

if TYPE_CHECKING:
    from datagen.any_table import AnyTable, AnyTables

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
    count: str = ""
    """SQL for how many rows break it, if there is one that takes less than to look at each row."""


@dataclass(frozen=True)
class UniqueTest:
    """That no two rows of a table have the same values in these columns."""

    check: str
    title: str
    columns: tuple[str, ...]
    twice: str
    """A query for the values that are there twice."""


def check_schema(database: Database, tables: AnyTables) -> Iterator[Finding]:
    """Every check of the schema on the tables that the database holds, parents before their children."""
    return run(database, schema_work(database, tables))


def schema_work(database: Database, tables: AnyTables, *, apart: bool = False) -> list[Check | Finding]:
    """What `check_schema` asks; if the databases of the tables are judged `apart`, no references into another one."""
    facts = known_tables(tables)
    held = [table for table in facts.values() if table.name in database.tables]
    return [item for table in held for item in _all(database, table, facts if apart else None)]


def crossing_work(database: Database, tables: AnyTables) -> list[Check | Finding]:
    """The references from one database of the tables into another, asked of one that holds them all."""
    facts = known_tables(tables)
    held = [table for table in facts.values() if table.name in database.tables]
    return [
        _reference(database, table, item) for table in held for item in table.references if crosses(facts, table, item)
    ]


def check_table(database: Database, table: AnyTable) -> Iterator[Finding]:
    """Every check of the schema on one table."""
    return run(database, _all(database, known(table)))


def _all(database: Database, table: TableFacts, apart: Facts | None = None) -> Iterator[Check | Finding]:
    """What is asked of a table; if there are tables whose databases are judged apart, no references into another."""
    keys = list(_unique_tests(table))
    different = {key.check: database.different(table.name, key.columns[0]) for key in keys if len(key.columns) == 1}
    counted_along = {key: sql for key in keys if (sql := different.get(key.check))}
    yield rows_check(database, table, list(_row_tests(table)), counted_along)
    for key in keys:
        if key not in counted_along:
            yield _check(database, GROUP, key.check, key.title, key.twice)
    for item in table.references:
        if not (apart and crosses(apart, table, item)):
            yield _reference(database, table, item)


def check_references(database: Database, tables: AnyTables) -> Iterator[Finding]:
    """Every foreign key and soft reference of the tables that the database holds.

    The absence of its parent is a finding of its own.
    """
    held = [table for table in known_tables(tables).values() if table.name in database.tables]
    return run(database, (_reference(database, table, item) for table in held for item in table.references))


def rows_check(
    database: Database, table: AnyTable, tests: Sequence[RowTest], keys: Mapping[UniqueTest, str] | None = None
) -> Check:
    """One scan for everything that is asked of single rows; should that fail, one for each test.

    `keys` are counted in the same scan, by SQL for how many different values each has, or fewer (`Database.different`):
    where there are more values than that, it is asked which are there twice.
    """
    keys = keys or {}
    asked = [test.count or f"count(*) FILTER (WHERE {test.broken})" for test in tests]
    counts = [f"{count} AS t{place}" for place, count in enumerate(asked)]
    for place, (key, different) in enumerate(keys.items()):
        counts.append(f"count({quoted(key.columns[0])}) - {different} AS k{place}")

    def judge(rows: Rows) -> Iterator[Finding]:
        values = list(rows[0].values())
        for test, count in zip(tests, values, strict=False):
            yield _finding(GROUP, test.check, test.title, count, examples(database, _broken(table, test), count))
        for key, surplus in zip(keys, values[len(tests) :], strict=True):
            count = int(database.rows(counted(key.twice))[0]["n"]) if surplus else 0
            yield _finding(GROUP, key.check, key.title, count, examples(database, key.twice, count))

    def unanswered(_: Unanswered) -> Iterator[Finding]:
        asked = [(test.check, test.title, _broken(table, test)) for test in tests]
        asked += [(key.check, key.title, key.twice) for key in keys]
        return run(database, [_check(database, GROUP, *each) for each in asked])

    return Check(f"SELECT {', '.join(counts)} FROM {quoted(table.name)}", judge, unanswered)


def _broken(table: AnyTable, test: RowTest) -> str:
    chosen = _listed(dict.fromkeys((*key_of(table), *test.shown)))
    return f"SELECT {chosen} FROM {quoted(table.name)} WHERE {test.broken}"


def _row_tests(table: TableFacts) -> Iterator[RowTest]:
    for item in table.columns:
        if not item.nullable:
            title = f"Every {table.name}.{item.name} is filled"
            name = quoted(item.name)
            count = f"count(*) - count({name})"
            yield RowTest(f"{table.name}.{item.name}.filled", title, f"{name} IS NULL", (item.name,), count)
    for check in table.checks:
        name = f"{table.name}.{check.name}.check"
        yield RowTest(name, f"{table.name}: {check.sql}", f"NOT ({check.sql})", check.columns)


def _unique_tests(table: TableFacts) -> Iterator[UniqueTest]:
    """One for each key and UNIQUE."""
    for names in table.keys:
        columns = _listed(names)
        filled = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in names)
        twice = (
            f"SELECT {columns}, count(*) AS times FROM {quoted(table.name)} "
            f"WHERE {filled} GROUP BY {columns} HAVING count(*) > 1"
        )
        title = f"No two rows of {table.name} have the same {' and '.join(names)}"
        yield UniqueTest(f"{table.name}.{'_'.join(names)}.unique", title, tuple(names), twice)


def _reference(database: Database, table: TableFacts, item: Reference) -> Check | Finding:
    check, title = _of_reference(table, item)
    if missing := [parent for parent, _ in item.parents if parent not in database.tables]:
        return Finding(check, REFERENCES, title, _SOURCE, Outcome.SKIPPED, f"{missing[0]} is not there.")
    return _check(database, REFERENCES, check, title, _orphans(table, item))


def _of_reference(table: TableFacts, item: Reference) -> tuple[str, str]:
    """The id and the title of the check of a reference."""
    parents = " or ".join(f"{parent}.{_shown(columns)}" for parent, columns in item.parents)
    return f"{table.name}.{item.name}.reference", f"Every {table.name}.{_shown(item.columns)} is one of {parents}"


def schema_questions(declared: AnyTable, tables: Collection[str]) -> Iterator[Question]:
    """What `check_schema` asks of a table where all these tables are held, a query for the broken rows each."""
    table = known(declared)
    for test in _row_tests(table):
        yield Question(test.check, GROUP, test.title, _SOURCE, _broken(table, test), (table.name,))
    for key in _unique_tests(table):
        yield Question(key.check, GROUP, key.title, _SOURCE, key.twice, (table.name,))
    for item in table.references:
        parents = [parent for parent, _ in item.parents]
        if set(parents) <= set(tables):
            uses = tuple(dict.fromkeys((table.name, *parents)))
            check, title = _of_reference(table, item)
            yield Question(check, REFERENCES, title, _SOURCE, _orphans(table, item), uses)


def _orphans(table: TableFacts, reference: Reference) -> str:
    """A query for the rows that refer to none, their key and what they refer to."""
    chosen = ", ".join(f"c.{quoted(name)}" for name in dict.fromkeys((*key_of(table), *reference.columns)))
    tests = [f"c.{quoted(name)} IS NOT NULL" for name in reference.columns]
    joins = ""
    for place, (parent, columns) in enumerate(reference.parents):
        pairs = zip(columns, reference.columns, strict=True)
        same = " AND ".join(f"p{place}.{quoted(column)} = c.{quoted(name)}" for column, name in pairs)
        joins += f" LEFT JOIN {quoted(parent)} p{place} ON {same}"  # DuckDB plans it in half the time of NOT EXISTS
        tests.append(f"p{place}.{quoted(columns[0])} IS NULL")
    return f"SELECT {chosen} FROM {quoted(table.name)} c{joins} WHERE {' AND '.join(tests)}"


def _shown(columns: Sequence[str]) -> str:
    return columns[0] if len(columns) == 1 else f"({', '.join(columns)})"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(quoted, names))


def _check(database: Database, group: str, check: str, title: str, sql: str) -> Check:
    """A check that no row is what a query finds."""

    def judge(rows: Rows) -> list[Finding]:
        count = int(rows[0]["n"])
        return [_finding(group, check, title, count, examples(database, sql, count))]

    def unanswered(reason: Unanswered) -> list[Finding]:
        return [Finding(check, group, title, _SOURCE, Outcome.FAILED, str(reason))]

    return Check(counted(sql), judge, unanswered)


def _finding(group: str, check: str, title: str, count: int, shown: tuple[Mapping[str, Any], ...]) -> Finding:
    outcome = Outcome.FAILED if count else Outcome.PASSED
    return Finding(check, group, title, _SOURCE, outcome, offending=count, examples=shown)
