"""Indexes that others have added to the tables, which new tables are to have as well."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint

from datagen.loading.mysql.connection import name_of
from datagen.loading.mysql.statements import made_name
from datagen.schema import constraints_of, quoted

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table

    from datagen.loading.backend import Existing

_KEY = re.compile(r'^\s+((?:UNIQUE |FULLTEXT |SPATIAL )?KEY "((?:[^"]|"")+)" .*?),?$', re.MULTILINE)
"""A line of `SHOW CREATE TABLE`, in a session with ANSI_QUOTES."""


def read(cursor: Any, existing: Existing, metadata: MetaData) -> Mapping[tuple[str, str], str]:
    """Their definitions as `ALTER TABLE ... ADD` takes them, by table and name."""
    found = {}
    for name in existing.tables:
        own, unique = _own_names(metadata.tables[name]), _own_unique(metadata.tables[name])
        cursor.execute(f"SHOW CREATE TABLE {name_of(existing.schema, name)}")
        _, statement = cursor.fetchone()
        for definition, name_there in _KEY.findall(statement):
            index = name_there.replace('""', '"')
            is_unique = definition.startswith("UNIQUE ") and definition.partition(f'KEY "{name_there}" ')[2] in unique
            if index not in own and not is_unique:
                found[name, index] = definition
    return found


def _own_names(table: Table) -> set[str]:
    """The indexes that the schema makes, those among them that a foreign key or a UNIQUE brings along."""
    keys = [item for kind in (ForeignKeyConstraint, UniqueConstraint) for item in constraints_of(table, kind)]
    return {made_name(item) for item in (*table.indexes, *keys) if item.name}


def _own_unique(table: Table) -> set[str]:
    """The columns of the schema's UNIQUEs as the database lists them; it may have named them itself."""
    keys = constraints_of(table, UniqueConstraint)
    return {"(" + ",".join(quoted(item.name) for item in key.columns) + ")" for key in keys}
