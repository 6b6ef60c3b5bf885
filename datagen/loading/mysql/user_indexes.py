"""Indexes that others have added to the tables, which new tables are to have as well."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint

from datagen.loading.mysql.connection import name_of
from datagen.loading.mysql.statements import made_name
from datagen.schema import constraints_of

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table

    from datagen.loading.backend import Existing

_KEY = re.compile(r'^\s+((?:UNIQUE |FULLTEXT |SPATIAL )?KEY "((?:[^"]|"")+)" .*?),?$', re.MULTILINE)
"""A line of `SHOW CREATE TABLE`, in a session with ANSI_QUOTES."""


def read(cursor: Any, existing: Existing, metadata: MetaData) -> Mapping[tuple[str, str], str]:
    """Their definitions as `ALTER TABLE ... ADD` takes them, by table and name."""
    found = {}
    for name in existing.tables:
        own = _own_names(metadata.tables[name])
        cursor.execute(f"SHOW CREATE TABLE {name_of(existing.schema, name)}")
        _, statement = cursor.fetchone()
        for definition, quoted in _KEY.findall(statement):
            index = quoted.replace('""', '"')
            if index not in own:
                found[name, index] = definition
    return found


def _own_names(table: Table) -> set[str]:
    """The indexes that the schema makes, those among them that a foreign key brings along."""
    constraints = constraints_of(table, UniqueConstraint) + constraints_of(table, ForeignKeyConstraint)
    return {made_name(item) for item in (*table.indexes, *constraints)}
