# ruff: noqa: S608 - the SQL is made of names of the schema
"""Texts held as numbers: keys that large tables refer to, such as the members of the door log, and words of a list.

A key is coded by a dictionary of its values in their order, an ENUM of DuckDB. A value reads, compares and sorts as the
text that it stands for, so that no query need know, and takes four bytes at most, so that joins, groups and sorts take
half the time. The columns that refer to it are held in its codes, too, if each of their values has one; a
table in which one has none is held as the text that it is. So are the columns of large tables whose CHECK lists the
words that they may hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from datagen.any_table import quoted
from datagen.checks.duckdb_engine import DuckDatabase, sql_type
from datagen.checks.known import known, known_tables

if TYPE_CHECKING:
    from datagen.any_table import AnyTable, AnyTables

LARGE = 8 << 20
"""Bytes: the files of a smaller table are read in less time than coding takes."""
_MOST = 1 << 17
"""Values of a dictionary: to look texts up in a larger one takes longer than what codes save."""
_LISTED = re.compile(r"""(?P<column>\w+) IN \((?P<words>'(?:[^']|'')*'(?:, '(?:[^']|'')*')*)\)""")
"""A CHECK that lists the words of a column."""


class CodedKeys:
    """What is coded of the tables of a database so far: keys, and words of a list."""

    def __init__(self, database: DuckDatabase, tables: AnyTables, sizes: Mapping[str, int]) -> None:
        """`sizes` are those of the tables' files, in bytes."""
        self._database = database
        large = [table for table in known_tables(tables).values() if sizes.get(table.name, 0) >= LARGE]
        self._large = {table.name for table in large}
        self._wanted = {key for table in large for key in _parents(table).values()}
        self._types: dict[tuple[str, str], str] = {}
        self._order = [*known_tables(tables)]

    def is_large(self, table: AnyTable) -> bool:
        """Whether the files of a table are."""
        return table.name in self._large

    def needed(self, table: AnyTable) -> list[str]:
        """The tables that are to be coded before a table is filled: those of its parents that are filled before it."""
        filled = self._order[: self._order.index(table.name)]
        return [key[0] for key in _parents(table).values() if key in self._wanted and key[0] in filled]

    def of(self, table: AnyTable) -> dict[str, str]:
        """The types of the columns of a table that are to hold codes, by name."""
        return {**self._listed(table), **self._inherited(table)}

    def _inherited(self, table: AnyTable) -> dict[str, str]:
        """The types of the columns of a table that refer to coded keys, by name."""
        parents = {name: key for name, key in _parents(table).items() if key[0] in self.needed(table)}
        return {name: self._types[key] for name, key in parents.items() if key in self._types}

    def _listed(self, table: AnyTable) -> dict[str, str]:
        """The types of the columns of a table, if it is large, that hold words of a list."""
        texts = {
            item.name
            for item in table.columns
            if sql_type(item) == "VARCHAR" and (table.name, item.name) not in self._wanted
        }
        found = [_LISTED.fullmatch(check.sql) for check in known(table).checks] if table.name in self._large else []
        return {
            item["column"]: self._database.enum(f"{table.name}.{item['column']}", _words(item["words"]))
            for item in found
            if item and item["column"] in texts
        }

    def code(self, table: AnyTable) -> None:
        """Code the keys of a table, which is filled, that large tables refer to."""
        inherited = self._inherited(table)
        for item in table.columns:
            key = (table.name, item.name)
            if key not in self._wanted or sql_type(item) != "VARCHAR":
                continue
            if item.name in inherited:
                self._types[key] = inherited[item.name]
            elif 0 < self._database.rows(f"SELECT count(*) AS n FROM ({_values(*key)})")[0]["n"] <= _MOST:
                self._types[key] = self._database.enum(".".join(key), f"{_values(*key)} ORDER BY key")
                self._database.retype(*key, self._types[key])


def _words(listed: str) -> str:
    return f"SELECT DISTINCT unnest([{listed}]) AS word ORDER BY word"


def _values(table: str, column: str) -> str:
    return f"SELECT DISTINCT {quoted(column)} AS key FROM {quoted(table)} WHERE {quoted(column)} IS NOT NULL"


def _parents(table: AnyTable) -> dict[str, tuple[str, str]]:
    """The (table, column) that a column refers to, by its name; of references that are of one column to one table."""
    single = [item for item in known(table).references if len(item.columns) == len(item.parents) == 1]
    return {item.columns[0]: (parent, columns[0]) for item in single for parent, columns in item.parents}
