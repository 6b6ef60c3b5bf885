# ruff: noqa: S608 - the SQL is made of names of the schema
"""Control totals that a manifest states, compared with the rows that are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from datagen.any_table import WHOLE_NUMBERS, quoted
from datagen.checks.engine import Check, Database, Rows, Unanswered, run
from datagen.checks.findings import Finding, Outcome
from datagen.checks.known import known, known_tables

if TYPE_CHECKING:
    from datagen.any_table import AnyTable, AnyTables
    from datagen.table_facts import TableFacts

GROUP = "files"
_SOURCE = "the manifest"


def totals_work(
    database: Database, tables: AnyTables, stated: Mapping[str, Mapping[str, str]]
) -> Iterator[Check | Finding]:
    """Compare the totals that are stated, by table and column, of the tables that the database holds."""
    for table in known_tables(tables).values():
        said = {name: total for name, total in stated.get(table.name, {}).items() if name in table.totals}
        if said and table.name in database.tables:
            known = {name: ids.total for name in said if (ids := database.ids(table.name, name))}
            yield _compared(database, table, said, known)


def _compared(database: Database, table: TableFacts, said: Mapping[str, str], known: Mapping[str, int]) -> Check:
    """Compare totals with those that are known, the others with what a query finds."""

    def judge(rows: Rows) -> Iterator[Finding]:
        for name, total in said.items():
            found = Decimal(known[name] if name in known else rows[0][name] or 0)
            wrong = f"It is {found}, not {total} as stated." if found != Decimal(total) else ""
            yield _finding(table, name, wrong)

    def unanswered(reason: Unanswered) -> Iterable[Finding]:
        if len(said) == 1:
            return [_finding(table, name, str(reason)) for name in said]
        return run(database, [_compared(database, table, {name: total}, {}) for name, total in said.items()])

    asked = [name for name in said if name not in known] or [*said]
    return Check(totals_query(table, asked, database.number_in), judge, unanswered)


def _finding(table: TableFacts, name: str, wrong: str) -> Finding:
    outcome = Outcome.FAILED if wrong else Outcome.PASSED
    title = f"The control total of {table.name}.{name} is the one that was stated"
    return Finding(f"{table.name}.{name}.total", GROUP, title, _SOURCE, outcome, wrong)


def totals_query(table: AnyTable, columns: Sequence[str], number_in: Callable[[str], str]) -> str:
    """A query for the control totals of a table, in one row; null where no value counts.

    `number_in` gives the SQL for the number that an id ends with. The ids of other tables come again and again, so each
    is looked at once.
    """
    facts = known(table)
    children = {name for item in facts.references for name in item.columns}
    kinds = {item.name: item.kind for item in facts.columns}
    sums, chosen = [], []
    for name in columns:
        column, is_figure = quoted(name), kinds[name] in ("decimal", *WHOLE_NUMBERS)
        if is_figure or name in facts.primary_key or name not in children:
            value = column if is_figure else number_in(column)
            sums.append(f"sum({value}) AS {column}")
            chosen.append(column)
        else:
            ids = f"SELECT {column} AS id, count(*) AS times FROM {quoted(table.name)} GROUP BY {column}"
            chosen.append(f"(SELECT sum(times * {number_in('id')}) FROM ({ids}) ids) AS {column}")
    scan = f" FROM (SELECT {', '.join(sums)} FROM {quoted(table.name)}) sums" if sums else ""
    return f"SELECT {', '.join(chosen)}{scan}"
