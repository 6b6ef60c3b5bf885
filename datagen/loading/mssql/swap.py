"""Putting new tables in the place of the old ones at once: the old go to a schema of theirs, and are dropped there."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress

from datagen.errors import DatabaseError
from datagen.loading.backend import Existing, rows_in_the_way
from datagen.loading.load_record import LoadedFile
from datagen.loading.mssql import catalogue, partition_schemes, record_view, staging_schemas
from datagen.loading.mssql.connection import Link, LockTimeoutError
from datagen.loading.mssql.facts import FACTS
from datagen.loading.mssql.statements import name

_PATIENCE = 60.0
"""Seconds to wait for readers to let go of the old tables."""
_MOMENT = 2_000
"""Milliseconds for which others are kept waiting behind this side before it gives way."""
_PAUSE = 0.5
"""Seconds that others have until the tables are asked for again."""


def hold(link: Link, schema: str, names: Iterable[str], patience: int) -> None:
    """Let others read tables until the transaction ends, but not change them.

    Those who do are waited for so many milliseconds.
    """
    link.run(f"SET LOCK_TIMEOUT {patience}")
    for table in names:
        # A row is asked for: without one, the server would not look at the table.
        link.rows(f"SELECT TOP (1) 1 FROM {name(schema, table)} WITH (TABLOCK, HOLDLOCK)")  # noqa: S608 - a name


def put_in_place(
    link: Link,
    target: Existing,
    tables: Sequence[str],
    empty: Iterable[str],
    files: Sequence[LoadedFile],
    *,
    holding: bool,
) -> None:
    """Put the staged tables in the place of the target's, with their load record; the caller commits.

    `holding` says that the link is in a transaction that holds old tables; else one is begun, as often as others are
    in the way.

    Raises: `DatabaseError` if readers do not let go, `DataError` if a table that was to be `empty` has rows.
    """
    deadline = time.monotonic() + _PATIENCE
    wanted = set(empty) & set(target.tables)
    while True:
        try:
            if not holding:
                link.begin()
            link.run(f"SET LOCK_TIMEOUT {int(_PATIENCE * 1000) if holding else _MOMENT}")
            given = catalogue.rights(link, target)
            _exchange(link, target, tables)
            break
        except LockTimeoutError as error:
            link.roll_back()
            if holding or time.monotonic() > deadline:
                raise DatabaseError(
                    f"Other sessions have been using the tables of {target.schema} for {_PATIENCE:.0f} s without a "
                    "pause, so the new data cannot take their place. End them and load again; the database is as it "
                    "was."
                ) from error
            time.sleep(_PAUSE)
    link.run("SET LOCK_TIMEOUT -1")
    if there := sorted(catalogue.filled(link, staging_schemas.old_of(target.schema), wanted)):
        raise rows_in_the_way(FACTS, target.schema, there)
    record_view.write(link, target.schema, files)
    for statement in given:
        link.run(statement)


def _exchange(link: Link, target: Existing, tables: Sequence[str]) -> None:
    schema = name(target.schema)
    old, staging = staging_schemas.old_of(target.schema), staging_schemas.staging_of(target.schema)
    for table in target.tables:
        link.run(f"ALTER SCHEMA {name(old)} TRANSFER OBJECT::{name(target.schema, table)}")
    if not catalogue.schema_exists(link, target.schema):
        link.run(f"CREATE SCHEMA {schema}")
    for table in tables:
        link.run(f"ALTER SCHEMA {schema} TRANSFER OBJECT::{name(staging, table)}")


def clear(link: Link, schema: str) -> list[str]:
    """Drop what a load leaves beside the schema; gives warnings."""
    warnings = []
    for made in (staging_schemas.old_of(schema), staging_schemas.staging_of(schema)):
        try:
            staging_schemas.drop(link, made)
        except DatabaseError as error:
            warnings.append(f"The schema {made} is still there, and the next load removes it: {error}")
            with suppress(DatabaseError):
                link.roll_back()
    with suppress(DatabaseError):  # they take no room, and the next load tries again
        partition_schemes.drop_unused(link)
    return warnings
