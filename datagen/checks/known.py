"""The facts of tables, which checks follow from, be it that the tables are given by them or as they are declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datagen.any_table import load_order
from datagen.table_facts import Facts, TableFacts

if TYPE_CHECKING:
    from datagen.any_table import AnyTable, AnyTables


def known(table: AnyTable) -> TableFacts:
    """The facts of a table."""
    if isinstance(table, TableFacts):
        return table
    from datagen.schema import facts_of

    return facts_of(table)


def known_tables(tables: AnyTables) -> Facts:
    """The facts of tables by name, parents of foreign keys before their children."""
    return {table.name: known(table) for table in load_order(tables)}
