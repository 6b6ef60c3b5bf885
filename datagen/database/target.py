"""The schema that is loaded into: what is in the way there, and putting new tables in the place of the old at once."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg2 import errors, sql

from datagen.errors import DatabaseError, DataError
from datagen.schema import column_names, load_order

if TYPE_CHECKING:
    from psycopg2.extensions import cursor as Cursor  # noqa: N812
    from sqlalchemy import MetaData

MARK = "A load of datagen in the making; the next load removes it."
"""The comment by which the staging schema of a load that was killed is known."""
_PATIENCE = 60.0
"""Seconds to wait for readers to let go of the old tables."""


def staging_of(schema: str) -> str:
    """The name of the schema in which new tables are made ready."""
    return f"{schema[:50]}__loading"


@dataclass(frozen=True)
class Target:
    """The tables of a world that a schema has, and which of them have rows."""

    schema: str
    tables: tuple[str, ...]
    filled: frozenset[str]


def inspect(cursor: Cursor, schema: str, metadata: MetaData) -> Target:
    """What a schema has of a world's tables. Raises `DataError` for something else under the name of one."""
    tables = {table.name: table for table in load_order(metadata)}
    cursor.execute(
        "SELECT c.relname, c.relkind, array(SELECT a.attname::text FROM pg_attribute a "
        "WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = ANY(%s)",
        (schema, list(tables)),
    )
    found = {name: (kind, columns) for name, kind, columns in cursor.fetchall()}
    for name, (kind, columns) in found.items():
        if kind != "r" or columns != column_names(tables[name]):
            what = "is not a table" if kind != "r" else "has other columns than this release makes"
            raise DataError(
                f"{schema}.{name} {what}, so it is left alone. Load into another schema (--schema NAME), or drop it."
            )
    there = tuple(name for name in tables if name in found)
    return Target(schema, there, _filled(cursor, schema, there))


def _filled(cursor: Cursor, schema: str, tables: Iterable[str]) -> frozenset[str]:
    filled = set()
    for name in tables:
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(schema, name)))
        if (cursor.fetchone() or (False,))[0]:
            filled.add(name)
    return frozenset(filled)


def refuse_dependents(cursor: Cursor, target: Target, ours: Sequence[str]) -> None:
    """Refuse if views or foreign keys of others hang on the tables: replacing these would destroy them."""
    cursor.execute(
        "SELECT DISTINCT v.oid::regclass::text, t.relname FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid "
        "JOIN pg_class v ON v.oid = r.ev_class JOIN pg_class t ON t.oid = d.refobjid "
        "JOIN pg_namespace n ON n.oid = t.relnamespace JOIN pg_namespace m ON m.oid = v.relnamespace "
        "WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass "
        "AND n.nspname = %(schema)s AND t.relname = ANY(%(tables)s) "
        "AND NOT (m.nspname = %(schema)s AND v.relname = ANY(%(ours)s)) "
        "UNION SELECT c.conrelid::regclass::text, t.relname FROM pg_constraint c "
        "JOIN pg_class t ON t.oid = c.confrelid "
        "JOIN pg_namespace n ON n.oid = t.relnamespace JOIN pg_class s ON s.oid = c.conrelid "
        "WHERE c.contype = 'f' AND n.nspname = %(schema)s AND t.relname = ANY(%(tables)s) "
        "AND NOT (s.relnamespace = t.relnamespace AND s.relname = ANY(%(tables)s)) ORDER BY 1, 2",
        {"schema": target.schema, "tables": [*target.tables, *ours], "ours": list(ours)},
    )
    if found := cursor.fetchall():
        name, table = found[0]
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        raise DatabaseError(
            f"{name}{more}, not made by this project, depends on {target.schema}.{table}, which is to be replaced. "
            "Drop it and make it again after the load, or load into another schema (--schema NAME)."
        )


def drop_leftover(cursor: Cursor, schema: str) -> bool:
    """Drop the staging schema of a load that was killed; whether there was one. Refuses one that is not ours."""
    name = staging_of(schema)
    cursor.execute("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", (name,))
    row = cursor.fetchone()
    if row is None:
        return False
    if row[0] != MARK:
        raise DatabaseError(
            f"There is a schema {name} that is not a load's, under the name this load needs. "
            "Rename or drop it, or load into another schema (--schema NAME)."
        )
    cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))
    return True


def create_staging(cursor: Cursor, schema: str) -> None:
    """Make the staging schema, marked as ours."""
    name = sql.Identifier(staging_of(schema))
    cursor.execute(sql.SQL("CREATE SCHEMA {}").format(name))
    cursor.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(name, sql.Literal(MARK)))


def refuse_rows(schema: str, filled: Iterable[str]) -> None:
    """Refuse to double the rows of tables that have some."""
    if there := sorted(filled):
        which = there[0] if len(there) == 1 else f"{there[0]} and {len(there) - 1} more"
        raise DataError(
            f"Tables of the schema {schema} have rows already ({which}). Add --truncate to replace them, "
            "or give another --schema. Nothing has changed."
        )


def swap(
    cursor: Cursor, target: Target, tables: Sequence[str], views: Sequence[str], empty: Iterable[str]
) -> list[tuple[Any, ...]]:
    """Put the staged tables in the place of the target's, within the transaction of the cursor.

    `views` are dropped; the caller makes them again and then hands the rights on what was replaced, which are
    returned, to `grant`. Raises `DatabaseError` if readers do not let go of the old tables, and `DataError` if
    somebody has filled one that was to be `empty`.
    """
    schema, staging = sql.Identifier(target.schema), staging_of(target.schema)
    old = sql.SQL(", ").join(sql.Identifier(target.schema, name) for name in target.tables)
    if target.tables:
        _lock(cursor, old, target)
        refuse_rows(target.schema, _filled(cursor, target.schema, set(empty) & set(target.tables)))
    rights = _rights(cursor, target.schema, [*target.tables, *views])
    for name in views:
        cursor.execute(sql.SQL("DROP VIEW IF EXISTS {}").format(sql.Identifier(target.schema, name)))
    if target.tables:
        cursor.execute(sql.SQL("DROP TABLE {}").format(old))
    create_schema(cursor, target.schema)
    for name in tables:
        cursor.execute(sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(sql.Identifier(staging, name), schema))
    cursor.execute(sql.SQL("DROP SCHEMA {}").format(sql.Identifier(staging)))
    return rights


def create_schema(cursor: Cursor, schema: str) -> None:
    """Make the schema if it is not there."""
    # Asked first: IF NOT EXISTS wants the right to create schemas even where there is nothing to create.
    cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (schema,))
    if cursor.fetchone() is None:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))


def _lock(cursor: Cursor, old: sql.Composable, target: Target) -> None:
    deadline = time.monotonic() + _PATIENCE
    # Shorter than the server's deadlock_timeout (1 s): it is always this side that gives way, never a reader.
    cursor.execute("SET LOCAL lock_timeout TO '500ms'")
    while True:
        cursor.execute("SAVEPOINT before_lock")
        try:
            cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(old))
        except (errors.LockNotAvailable, errors.DeadlockDetected):
            cursor.execute("ROLLBACK TO SAVEPOINT before_lock")
            if time.monotonic() > deadline:
                raise DatabaseError(
                    f"Other sessions have been reading {target.schema}'s tables for {_PATIENCE:.0f} s without a pause"
                    f"{_holders(cursor, target)}, so the new data cannot take their place. End them and load again; "
                    "the database is as it was."
                ) from None
            time.sleep(0.25)
        else:
            cursor.execute("SET LOCAL lock_timeout TO 0")
            return


def _holders(cursor: Cursor, target: Target) -> str:
    cursor.execute(
        "SELECT DISTINCT l.pid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE l.granted AND n.nspname = %s AND c.relname = ANY(%s) "
        "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND l.pid <> pg_backend_pid() ORDER BY 1 LIMIT 5",
        (target.schema, list(target.tables)),
    )
    pids = ", ".join(str(row[0]) for row in cursor.fetchall())
    return f" (server processes {pids})" if pids else ""


def _rights(cursor: Cursor, schema: str, names: Sequence[str]) -> list[tuple[Any, ...]]:
    """(relation, right, role or None for everybody, may be handed on) of rights that others were given."""
    cursor.execute(
        "SELECT c.relname, a.privilege_type, r.rolname, a.is_grantable FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) a "
        "LEFT JOIN pg_roles r ON r.oid = a.grantee "
        "WHERE n.nspname = %s AND c.relname = ANY(%s) AND a.grantee <> c.relowner",
        (schema, list(names)),
    )
    return list(cursor.fetchall())


def grant(cursor: Cursor, schema: str, rights: Sequence[tuple[Any, ...]]) -> None:
    """Give the rights on what was replaced to those who had them."""
    for name, right, role, grantable in rights:
        cursor.execute(
            sql.SQL("GRANT {} ON {} TO {}{}").format(
                sql.SQL(right),
                sql.Identifier(schema, name),
                sql.Identifier(role) if role else sql.SQL("PUBLIC"),
                sql.SQL(" WITH GRANT OPTION" if grantable else ""),
            )
        )
