"""The database that is loaded into: what is in the way there, and putting new tables in the place of the old at once.

New tables are made in a database beside it, and one `RENAME TABLE` moves all old ones out and all new ones in, which
these systems do as a whole even if they crash. Foreign keys go along, views and rights follow by name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pymysql
from sqlalchemy import CheckConstraint, ForeignKeyConstraint

from datagen.errors import DatabaseError, DataError, listed
from datagen.loading.backend import Existing
from datagen.loading.mysql import record_table
from datagen.loading.mysql.connection import OF_DATABASES, name_of
from datagen.loading.mysql.statements import made_name
from datagen.schema import column_names, constraints_of, load_order

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table

    from datagen.loading.backend import Facts

MARK = "A load of datagen in the making; the next load removes it."
"""The comment of the table by which the databases of a load that was killed are known."""
_MARKER = "datagen_load"
_LONGEST = 50
"""Characters of a database's name that leave room for what is added to it."""
_REFERRING = (
    "SELECT table_schema, table_name, constraint_name, referenced_table_name "
    "FROM information_schema.key_column_usage WHERE referenced_table_schema = %s AND referenced_table_name IN %s "
    "AND NOT (table_schema = %s AND table_name IN %s) ORDER BY 1, 2, 3 LIMIT 1"
)
_FOREIGN = (
    "SELECT table_name, constraint_name, 'foreign key' FROM information_schema.referential_constraints "
    "WHERE constraint_schema = %s AND table_name IN %s"
)
_CHECKS = {
    "MariaDB": "SELECT table_name, constraint_name, 'CHECK' FROM information_schema.check_constraints "
    "WHERE constraint_schema = %s AND table_name IN %s",
    "MySQL": "SELECT table_name, constraint_name, 'CHECK' FROM information_schema.table_constraints "
    "WHERE constraint_schema = %s AND table_name IN %s AND constraint_type = 'CHECK'",
}


def staging_of(database: str) -> str:
    """The name of the database in which new tables are made ready."""
    return f"{database[:_LONGEST]}__loading"


def replaced_of(database: str) -> str:
    """The name of the database into which old tables are moved, to be dropped."""
    return f"{database[:_LONGEST]}__replaced"


def inspect(cursor: Any, facts: Facts, database: str, metadata: MetaData) -> Existing:
    """What a database has of a world's tables.

    Raises: `DataError` for something else under the name of one.
    """
    record_table.columns_of(cursor, database, facts)
    tables = {table.name: table for table in load_order(metadata)}
    cursor.execute("SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = %s", (database,))
    kinds = {name: kind for name, kind in cursor.fetchall() if name in tables}
    cursor.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = %s "
        "ORDER BY table_name, ordinal_position",
        (database,),
    )
    columns: dict[str, list[str]] = {}
    for name, column in cursor.fetchall():
        columns.setdefault(name, []).append(column)
    for name, kind in kinds.items():
        if kind != "BASE TABLE" or columns.get(name) != column_names(tables[name]):
            what = "is not a table" if kind != "BASE TABLE" else "has other columns than this release makes"
            raise DataError(f"{database}.{name} {what}, so it is left alone. Drop it, or {facts.elsewhere}.")
    there = tuple(name for name in tables if name in kinds)
    return Existing(database, there, filled(cursor, database, there))


def filled(cursor: Any, database: str, tables: Iterable[str]) -> frozenset[str]:
    """Those of some tables that have rows."""
    found = set()
    for name in tables:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {name_of(database, name)})")  # noqa: S608 - a name of the schema
        if cursor.fetchone()[0]:
            found.add(name)
    return frozenset(found)


def refuse_lost(cursor: Any, facts: Facts, existing: Existing, metadata: MetaData) -> None:
    """Refuse what others have added to the old tables and what could not be carried over to new ones.

    Raises: `DatabaseError` for foreign keys of other tables that refer to them, for triggers, and for foreign keys and
    CHECKs that are not the schema's.
    """
    database, ours = existing.schema, list(existing.tables)
    if not ours:
        return
    cursor.execute(_REFERRING, (database, ours, database, ours))
    if row := cursor.fetchone():
        schema, table, name, referred = row
        raise DatabaseError(
            f"{schema}.{table}, a table that is not this world's, refers to {database}.{referred} (foreign key "
            f"{name}), whose place a new table is to take. Drop that key, load, and add it again; nothing has changed."
        )
    cursor.execute(
        "SELECT event_object_table, trigger_name FROM information_schema.triggers "
        "WHERE event_object_schema = %s AND event_object_table IN %s ORDER BY 1, 2 LIMIT 1",
        (database, ours),
    )
    if row := cursor.fetchone():
        raise DatabaseError(
            f"{database}.{row[0]} has a trigger ({row[1]}), and such a table cannot make way for a new one. "
            "Drop it, load, and create it again; nothing has changed."
        )
    _refuse_constraints(cursor, facts, existing, metadata)


def _refuse_constraints(cursor: Any, facts: Facts, existing: Existing, metadata: MetaData) -> None:
    own = {(name, made_name(item)) for name in existing.tables for item in _constraints(metadata.tables[name])}
    for query in (_FOREIGN, _CHECKS[facts.title]):
        cursor.execute(query, (existing.schema, list(existing.tables)))
        for table, name, what in sorted(cursor.fetchall()):
            if (table, name) not in own:
                raise DatabaseError(
                    f"{existing.schema}.{table} has a {what} ({name}) that is not the schema's, and a new table would "
                    "be without it. Drop it, load, and add it again; nothing has changed."
                )


def _constraints(table: Table) -> list[Any]:
    return constraints_of(table, ForeignKeyConstraint) + constraints_of(table, CheckConstraint)


def prepare(cursor: Any, database: str) -> None:
    """Make the databases of a load, marked as ours, once those of a killed one are gone. Raises `DatabaseError`."""
    drop_leftover(cursor, database)
    for name in (staging_of(database), replaced_of(database)):
        cursor.execute(f"CREATE DATABASE {name_of(name)} {OF_DATABASES}")
    marker = name_of(staging_of(database), _MARKER)
    cursor.execute(f"CREATE TABLE {marker} (generation varchar(64) NOT NULL) ENGINE=InnoDB COMMENT=%s", (MARK,))


def drop_leftover(cursor: Any, database: str) -> None:
    """Drop the databases of a load that has ended, or was killed. Refuses one that is not ours."""
    for name in (staging_of(database), replaced_of(database)):
        there = _tables(cursor, name)
        if there is None:
            continue
        if there and there.get(_MARKER) != MARK:
            raise DatabaseError(
                f"There is a database {name} that is not a load's, under the name this load needs. "
                "Rename or drop it, or load into another database."
            )
        # The mark goes last, whenever this ends.
        if tables := [name_of(name, table) for table in there if table != _MARKER]:
            cursor.execute("SET SESSION foreign_key_checks = 0")
            cursor.execute(f"DROP TABLE IF EXISTS {', '.join(tables)}")
            cursor.execute("SET SESSION foreign_key_checks = 1")
        cursor.execute(f"DROP DATABASE {name_of(name)}")


def _tables(cursor: Any, database: str) -> dict[str, str] | None:
    """The comments of a database's tables by name; None if there is no such database."""
    cursor.execute("SELECT 1 FROM information_schema.schemata WHERE schema_name = %s", (database,))
    if cursor.fetchone() is None:
        return None
    cursor.execute(
        "SELECT table_name, table_comment FROM information_schema.tables WHERE table_schema = %s", (database,)
    )
    return dict(cursor.fetchall())


def mark_ready(cursor: Any, database: str, generation: str) -> None:
    """Note that the staged tables are complete, and what they belong to."""
    marker = name_of(staging_of(database), _MARKER)
    cursor.execute(f"INSERT INTO {marker} VALUES (%s)", (generation,))  # noqa: S608 - our own name


def ready(cursor: Any, database: str) -> str | None:
    """What complete tables that a killed load has left behind belong to, if there are any."""
    if (_tables(cursor, staging_of(database)) or {}).get(_MARKER) != MARK:
        return None
    cursor.execute(f"SELECT generation FROM {name_of(staging_of(database), _MARKER)} LIMIT 1")  # noqa: S608 - our own name
    row = cursor.fetchone()
    return row[0] if row else None


def is_swapped(cursor: Any, database: str) -> bool:
    """Whether the staged tables have taken their place: the mark has gone with the old ones."""
    return _MARKER not in (_tables(cursor, staging_of(database)) or {})


def renaming(existing: Existing, tables: Sequence[str], record: bool) -> str:
    """The statement that puts staged tables in the place of the old ones, among them the load record if it is there."""
    database, staging, replaced = existing.schema, staging_of(existing.schema), replaced_of(existing.schema)
    out = [*existing.tables, *([record_table.TABLE] if record else [])]
    moves = [(database, name, replaced) for name in out]
    moves += [(staging, name, database) for name in [*tables, record_table.TABLE]]
    moves.append((staging, _MARKER, replaced))
    return _rename(moves)


def renaming_back(existing: Existing, tables: Sequence[str], record: bool) -> str:
    """The statement that undoes `renaming`."""
    database, staging, replaced = existing.schema, staging_of(existing.schema), replaced_of(existing.schema)
    out = [*existing.tables, *([record_table.TABLE] if record else [])]
    moves = [(database, name, staging) for name in [*tables, record_table.TABLE]]
    moves += [(replaced, name, database) for name in [*out]]
    moves.append((replaced, _MARKER, staging))
    return _rename(moves)


def _rename(moves: Iterable[tuple[str, str, str]]) -> str:
    steps = [f"{name_of(here, name)} TO {name_of(there, name)}" for here, name, there in moves]
    return f"RENAME TABLE {', '.join(steps)}"


def holders(cursor: Any, own: Collection[int]) -> str:
    """Who may be in the way, ` (open transactions: server threads 12 of ann)`; empty if that is not known."""
    try:
        cursor.execute(
            "SELECT t.trx_mysql_thread_id, p.user FROM information_schema.innodb_trx t "
            "JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id "
            "WHERE t.trx_mysql_thread_id NOT IN %s ORDER BY t.trx_started",
            (list(own),),
        )
    except pymysql.Error:  # the right PROCESS is not everybody's
        return ""
    found = [f"{thread} of {user}" for thread, user in cursor.fetchall()]
    return f" (open transactions: server threads {listed(found, 3)})" if found else ""
