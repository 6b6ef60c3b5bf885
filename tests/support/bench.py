"""A good data set in DuckDB, and a way to damage it that leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.findings import Finding
from datagen.checks.sql_rules import ask, fill_in, parameters, read_catalogue
from datagen.checks.verify import Suite
from datagen.rules import override


class Bench:
    """The data set, the rules, and the literals of their parameters."""

    def __init__(self, database: DuckDatabase, suite: Suite, relations: Sequence[str] = ()) -> None:
        """`relations` are those of the catalogue that statements of damage may read."""
        self.database, self.suite, self._relations = database, suite, relations
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
        rules = override(self.suite.rules, changed or {})
        values = parameters(rules, self.suite.window, self.suite.parameters)
        return list(ask(self.database, self.catalogue if least_rows else self.judging, values, checks))

    def filled_in(self, statements: str) -> str:
        """Statements with the literals of their parameters."""
        return fill_in(statements, self.values)

    @contextmanager
    def damaged(self, statements: str) -> Iterator[None]:
        """The data set with these statements run on it, until the block ends."""
        self.database.connection.execute("BEGIN")
        try:
            for name in self._relations:
                if name in statements:
                    self.database.define(name, self.filled_in(self.catalogue.relations[name].sql))
            for statement in self.filled_in(statements).split(";"):
                count = self.database.connection.execute(statement).fetchall()[0][0]
                assert count, f"nothing was damaged by: {statement}"
            yield
        finally:
            self.database.connection.execute("ROLLBACK")
