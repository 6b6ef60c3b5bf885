"""The schemas in which a load makes new tables ready and leaves the old ones, marked as ours, and what is in them."""

from __future__ import annotations

from datagen.errors import DatabaseError
from datagen.loading.mssql import catalogue
from datagen.loading.mssql.connection import Link
from datagen.loading.mssql.statements import name, text

PROPERTY = "datagen"
"""The extended property that marks a schema as ours."""
_MARK = "A load of datagen in the making; the next load removes it."
_READY = f"{_MARK} Complete: "


def staging_of(schema: str) -> str:
    """The name of the schema in which new tables are made ready."""
    return f"{schema}__loading"


def old_of(schema: str) -> str:
    """The name of the schema to which old tables are moved, and dropped there."""
    return f"{schema}__old"


def create(link: Link, schema: str) -> None:
    """Create a schema, marked as ours."""
    link.run(f"CREATE SCHEMA {name(schema)}")
    link.run(f"EXEC sp_addextendedproperty {text(PROPERTY)}, {text(_MARK)}, N'SCHEMA', {text(schema)}")


def drop(link: Link, schema: str) -> bool:
    """Drop a schema of a load, with its tables; whether there was one. Refuses one that is not ours."""
    mark = _mark(link, schema)
    if mark is None:
        return False
    if not mark.startswith(_MARK):
        raise DatabaseError(
            f"There is a schema {schema} that is not a load's, under the name this load needs. "
            "Rename or drop it, or load into another schema (--schema NAME)."
        )
    tables = catalogue.in_schema(link, schema)
    for table, keys in tables.items():
        for key in keys:
            link.run(f"ALTER TABLE {name(schema, table)} DROP CONSTRAINT {name(key)}")
    for table in tables:
        link.run(f"DROP TABLE {name(schema, table)}")
    link.run(f"DROP SCHEMA {name(schema)}")
    return True


def mark_ready(link: Link, schema: str, generation: str) -> None:
    """Note that the staged tables are complete, and what they belong to."""
    mark = text(_READY + generation)
    link.run(f"EXEC sp_updateextendedproperty {text(PROPERTY)}, {mark}, N'SCHEMA', {text(staging_of(schema))}")


def ready(link: Link, schema: str) -> str | None:
    """What complete tables that a killed load has left behind belong to, if there are any."""
    mark = _mark(link, staging_of(schema)) or ""
    return mark.removeprefix(_READY) if mark.startswith(_READY) else None


def _mark(link: Link, schema: str) -> str | None:
    """The mark of a schema; empty if it has none, None if there is no such schema."""
    rows = link.rows(
        "SELECT CAST(p.value AS nvarchar(400)) FROM sys.schemas AS s LEFT JOIN sys.extended_properties AS p "  # noqa: S608
        f"ON p.class = 3 AND p.major_id = s.schema_id AND p.name = {text(PROPERTY)} WHERE s.name = {text(schema)}"
    )
    return (rows[0][0] or "") if rows else None
