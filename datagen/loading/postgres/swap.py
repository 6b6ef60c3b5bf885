"""The schema that is loaded into: what is in the way there, and putting new tables in the place of the old at once.

What users have added to the old tables is carried over: indexes, views, owners, rights. What cannot be is refused.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from psycopg2 import errors, sql

from datagen.errors import DatabaseError, DataError
from datagen.frozen import dataclass
from datagen.loading.backend import Existing, rows_in_the_way
from datagen.loading.postgres import dependents, privileges, user_indexes
from datagen.loading.postgres.facts import FACTS
from datagen.loading.postgres.privileges import Relation
from datagen.schema import column_names, load_order

if TYPE_CHECKING:
    from psycopg2.extensions import cursor as Cursor  # noqa: N812
    from sqlalchemy import MetaData

MARK = "A load of datagen in the making; the next load removes it."
"""The comment by which the staging schema of a load that was killed is known."""
_READY = " Complete: "
_TABLES = ("r", "p")
"""Kinds of relations that are tables, partitioned ones included."""
_PATIENCE = 60.0
"""Seconds to wait for readers to let go of the old tables."""
_IN_VAIN = "the new data cannot take their place. End them and load again"
_MOMENT = 0.5
"""Seconds to wait with some of the locks taken: less than the server's deadlock_timeout (1 s), so that it is always
this side that gives way, never a reader."""
_PAUSE = 0.25
"""Seconds that others have until the locks are asked for again."""


def staging_of(schema: str) -> str:
    """The name of the schema in which new tables are made ready."""
    return f"{schema[:50]}__loading"


def inspect(cursor: Cursor, schema: str, metadata: MetaData) -> Existing:
    """What a schema has of a world's tables.

    Raises: `DataError` for something else under the name of one.
    """
    tables = {table.name: table for table in load_order(metadata)}
    cursor.execute(
        "SELECT c.relname, c.relkind, array(SELECT a.attname::text FROM pg_attribute a "
        "WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = ANY(%s)",
        (schema, list(tables)),
    )
    found = {name: (kind, columns) for name, kind, columns in cursor.fetchall()}
    for name, (kind, columns) in found.items():
        if kind not in _TABLES or columns != column_names(tables[name]):
            what = "is not a table" if kind not in _TABLES else "has other columns than this release makes"
            raise DataError(
                f"{schema}.{name} {what}, so it is left alone. Load into another schema (--schema NAME), or drop it."
            )
    there = tuple(name for name in tables if name in found)
    return Existing(schema, there, _filled(cursor, schema, there))


def _filled(cursor: Cursor, schema: str, tables: Iterable[str]) -> frozenset[str]:
    filled = set()
    for name in tables:
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(schema, name)))
        if (cursor.fetchone() or (False,))[0]:
            filled.add(name)
    return frozenset(filled)


@dataclass(frozen=True)
class Additions:
    """What users have added to the tables of a target, to be put on the new ones."""

    views: Sequence[dependents.UserView]
    indexes: Sequence[user_indexes.Index]
    rights: privileges.Rights


def additions(cursor: Cursor, target: Existing, ours: Sequence[str], metadata: MetaData) -> Additions:
    """What users have added to the tables and to `ours`, the project's views.

    Raises: `DatabaseError` for what could not be made again.
    """
    names = [*target.tables, *ours]
    dependents.refuse_lost(cursor, target.schema, names, user_indexes.own_names(metadata))
    views = dependents.read_views(cursor, target.schema, names)
    dependents.refuse_foreign(views, cursor.connection.info.user)
    relations = [*_of(target, names), *_where(views)]
    return Additions(views, user_indexes.read(cursor, target.schema, metadata), privileges.read(cursor, relations))


def _of(target: Existing, names: Iterable[str]) -> list[Relation]:
    return [(target.schema, name) for name in names]


def _where(views: Iterable[dependents.UserView]) -> list[Relation]:
    return [(view.schema, view.name) for view in views]


def drop_leftover(cursor: Cursor, schema: str) -> bool:
    """Drop the staging schema of a load that was killed; whether there was one. Refuses one that is not ours."""
    name = staging_of(schema)
    cursor.execute("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", (name,))
    row = cursor.fetchone()
    if row is None:
        return False
    if not (row[0] or "").startswith(MARK):
        raise DatabaseError(
            f"There is a schema {name} that is not a load's, under the name this load needs. "
            "Rename or drop it, or load into another schema (--schema NAME)."
        )
    cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))
    return True


def create_staging(cursor: Cursor, schema: str) -> None:
    """Make the staging schema, marked as ours."""
    name = sql.Identifier(staging_of(schema))
    try:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(name))
    except errors.InsufficientPrivilege as error:
        info = cursor.connection.info
        raise DatabaseError(
            f"The user {info.user} has no right to do this: a load prepares new tables in a schema "
            f"{staging_of(schema)} of its own, beside {schema}. Ask the owner of the database: "
            f'GRANT CREATE ON DATABASE "{info.dbname}" TO "{info.user}".'
        ) from error
    cursor.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(name, sql.Literal(MARK)))


def mark_ready(cursor: Cursor, schema: str, generation: str) -> None:
    """Note that the staged tables are complete, and what they belong to."""
    name, mark = sql.Identifier(staging_of(schema)), sql.Literal(f"{MARK}{_READY}{generation}")
    cursor.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(name, mark))


def ready(cursor: Cursor, schema: str) -> str | None:
    """What complete tables that a killed load has left behind belong to, if there are any."""
    cursor.execute(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", (staging_of(schema),)
    )
    (mark,) = cursor.fetchone() or ("",)
    return (mark or "").removeprefix(f"{MARK}{_READY}") if (mark or "").startswith(f"{MARK}{_READY}") else None


def make_way(
    cursor: Cursor, target: Existing, ours: Sequence[str], metadata: MetaData, empty: Iterable[str]
) -> Additions:
    """Take down the views on the target's tables, and take hold of these, as soon as readers let go of both.

    Within the transaction of the cursor, which is then to `swap` and to `restore` what is given here. Raises
    `DatabaseError` if readers do not let go, and `DataError` if somebody has filled a table that was to be `empty`.
    """

    names = [*target.tables, *ours]
    # Views before tables: this is the order that most readers take them in.
    locks = _view_locks(cursor, [*_of(target, ours), *_where(dependents.read_views(cursor, target.schema, names))])
    lock_with_backoff(cursor, target.schema, locks | _table_locks(target.schema, target.tables, "ACCESS EXCLUSIVE"))
    if there := sorted(_filled(cursor, target.schema, set(empty) & set(target.tables))):
        raise rows_in_the_way(FACTS, target.schema, there)
    found = additions(cursor, target, ours, metadata)
    if views := [*_of(target, ours), *_where(found.views)]:
        named = sql.SQL(", ").join(sql.Identifier(*view) for view in views)
        cursor.execute(sql.SQL("DROP VIEW IF EXISTS {}").format(named))
    return found


def swap(cursor: Cursor, target: Existing, tables: Sequence[str]) -> None:
    """Put the staged tables in the place of the target's, which were taken hold of."""
    schema, staging = sql.Identifier(target.schema), staging_of(target.schema)
    if target.tables:
        old = sql.SQL(", ").join(sql.Identifier(target.schema, name) for name in target.tables)
        cursor.execute(sql.SQL("DROP TABLE {}").format(old))
    create_schema(cursor, target.schema)
    for name in tables:
        cursor.execute(sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(sql.Identifier(staging, name), schema))
    cursor.execute(sql.SQL("DROP SCHEMA {}").format(sql.Identifier(staging)))


def restore(cursor: Cursor, found: Additions) -> list[str]:
    """Make the views of users again, and give everything to its owners; gives warnings."""
    dependents.make_views(cursor, found.views)
    return privileges.restore(cursor, found.rights, _where(found.views))


def create_schema(cursor: Cursor, schema: str) -> None:
    """Make the schema if it is not there."""
    # Asked first: IF NOT EXISTS wants the right to create schemas even where there is nothing to create.
    cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (schema,))
    if cursor.fetchone() is None:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))


def lock(cursor: Cursor, schema: str, names: Sequence[str], mode: str, why: str = _IN_VAIN) -> None:
    """Lock relations of a schema, without making those fail who use them; see `patiently`."""
    lock_with_backoff(cursor, schema, _table_locks(schema, names, mode), why)


def _table_locks(schema: str, names: Iterable[str], mode: str) -> dict[Relation, sql.Composable]:
    statement = sql.SQL("LOCK TABLE {} IN {} MODE")
    return {(schema, name): statement.format(sql.Identifier(schema, name), sql.SQL(mode)) for name in names}


def _view_locks(cursor: Cursor, views: Sequence[Relation]) -> dict[Relation, sql.Composable]:
    """Statements that lock the views that the user of the session owns, each view alone.

    LOCK would lock the tables below, too; to give a view to its owner changes nothing.
    """
    if not views:
        return {}
    cursor.execute(
        "SELECT n.nspname, c.relname, pg_get_userbyid(c.relowner) FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE (n.nspname, c.relname) IN %s AND c.relkind = 'v' AND pg_has_role(c.relowner, 'USAGE')",
        (tuple(views),),
    )
    statement = sql.SQL("ALTER VIEW {} OWNER TO {}")
    return {
        (schema, name): statement.format(sql.Identifier(schema, name), sql.Identifier(owner))
        for schema, name, owner in cursor.fetchall()
    }


def lock_with_backoff(
    cursor: Cursor, schema: str, locks: Mapping[Relation, sql.Composable], why: str = _IN_VAIN
) -> None:
    """Take all of these locks, giving up those it has whenever it would keep others waiting for long.

    Raises: `DatabaseError` if others do not let go of the relations, with `why`: what cannot be then, and what to do.
    """
    deadline = time.monotonic() + _PATIENCE
    order = list(locks)
    cursor.execute("SAVEPOINT before_locks")
    while held := _held_by_others(cursor, order, locks):
        cursor.execute("ROLLBACK TO SAVEPOINT before_locks")
        if time.monotonic() > deadline:
            raise DatabaseError(
                f"Other sessions have been using the tables of {schema} for {_PATIENCE:.0f} s without a pause"
                f"{_holders(cursor, list(locks))}, so {why}; the database is as it was."
            )
        # Its holder may be waiting for what was locked before it: next time it goes first.
        order = [held, *(relation for relation in order if relation != held)]
        time.sleep(_PAUSE)
    cursor.execute("SET LOCAL lock_timeout TO 0")


def _held_by_others(
    cursor: Cursor, order: Iterable[Relation], locks: Mapping[Relation, sql.Composable]
) -> Relation | None:
    """The first relation that others do not let go of for a moment, or None if all were locked."""
    end = time.monotonic() + _MOMENT
    for relation in order:
        left = max(round(1000 * (end - time.monotonic())), 1)
        cursor.execute(f"SET LOCAL lock_timeout TO {left}")
        try:
            cursor.execute(locks[relation])
        except (errors.LockNotAvailable, errors.DeadlockDetected):
            return relation
    return None


def _holders(cursor: Cursor, relations: Sequence[Relation]) -> str:
    cursor.execute(
        "SELECT DISTINCT l.pid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE l.granted AND (n.nspname, c.relname) IN %s "
        "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND l.pid <> pg_backend_pid() ORDER BY 1 LIMIT 5",
        (tuple(relations),),
    )
    pids = ", ".join(str(row[0]) for row in cursor.fetchall())
    return f" (server processes {pids})" if pids else ""
