"""A good data set in DuckDB, and a way to damage it that leaves no trace."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.engine import Ids
from datagen.checks.findings import Finding
from datagen.checks.sql_rules import Catalogue, ask, fill_in, parameters, read_catalogue, rules_work
from datagen.checks.verify import Suite
from datagen.rules import override

_CHANGED = re.compile(r'\s*(?:insert\s+into|update|delete\s+from)\s+"?(\w+)', re.IGNORECASE)


class GoodDatabase(DuckDatabase):
    """A database whose relations are kept from one question to the next, for as long as their tables stay the same."""

    def __init__(self) -> None:
        super().__init__(threads=1)
        self._kept: dict[str, str] = {}
        self._in_doubt: frozenset[str] | None = None
        self._ready = False

    @contextmanager
    def damaged(self, statements: str, catalogue: Catalogue, values: Mapping[str, str]) -> Iterator[None]:
        """The tables with these statements run on them, until the block ends; relations of theirs are made anew."""
        if not self._ready:
            rules_work(self, catalogue, values)  # which makes all relations
            self._ready = True
        parts = statements.split(";")
        tables = {found[1] if (found := _CHANGED.match(part)) else "" for part in parts}
        assert "" not in tables, f"no table is known that is damaged by: {statements}"
        self.connection.execute("BEGIN")
        self._in_doubt = frozenset(
            name for name, item in catalogue.relations.items() if tables & catalogue.tables_of(item)
        )
        try:
            for statement in parts:
                count = self.connection.execute(statement).fetchall()[0][0]
                assert count, f"nothing was damaged by: {statement}"
            yield
        finally:
            self._in_doubt = None
            self.connection.execute("ROLLBACK")

    def ids(self, table: str, column: str) -> Ids | None:
        """Nothing: what was known of a table would be of the one before it was damaged."""
        del table, column
        return None

    def define(self, queries: Mapping[str, str]) -> bool:
        """Keep the rows of queries, unless they are kept already."""
        doubtful = self._in_doubt or ()
        new = {name: sql for name, sql in queries.items() if self._kept.get(name) != sql or name in doubtful}
        super().define(new)
        if self._in_doubt is None:
            self._kept |= new
        return True


class Bench:
    """The data set, the rules, and the literals of their parameters."""

    def __init__(self, database: GoodDatabase, suite: Suite) -> None:
        self.database, self.suite = database, suite
        self.values = parameters(suite.rules, suite.window, suite.parameters)
        self.catalogue = read_catalogue(suite.sql)
        self.judging = replace(
            self.catalogue,
            rules=tuple(replace(item, least_rows=min(item.least_rows, 1)) for item in self.catalogue.rules),
        )

    def findings(
        self, *checks: str, least_rows: bool = True, changed: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """What the checks of these ids say; without `least_rows`, figures are judged however few rows there are.

        Rules may be `changed` by path.
        """
        values = self.values
        if changed:
            values = parameters(override(self.suite.rules, changed), self.suite.window, self.suite.parameters)
        return list(ask(self.database, self.catalogue if least_rows else self.judging, values, checks))

    def filled_in(self, statements: str) -> str:
        """Statements with the literals of their parameters."""
        return fill_in(statements, self.values)

    @contextmanager
    def damaged(self, statements: str) -> Iterator[None]:
        """The data set with these statements run on it, until the block ends."""
        with self.database.damaged(self.filled_in(statements), self.catalogue, self.values):
            yield
