"""A loaded database judged: against what its files were, and by the same rules as the files. Changes nothing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ

from datagen.checks.findings import Finding, Outcome, Report
from datagen.checks.postgres import PostgresDatabase
from datagen.checks.verify import Suite, verify_database
from datagen.database import provenance
from datagen.database.connection import connect, explained, place
from datagen.database.load import totals
from datagen.errors import DatabaseError, UsageError
from datagen.output.manifest import Manifest
from datagen.schema import load_order

if TYPE_CHECKING:
    from psycopg2.extensions import cursor as Cursor  # noqa: N812
    from sqlalchemy import MetaData

GROUP = "files"
_SOURCE = "the manifest"


def loaded_options(url: str, schema: str) -> Mapping[str, object]:
    """The options of the data set a schema was loaded from, as its manifest stated them; empty if that is not known."""
    with explained(url), closing(connect(url)) as connection, connection.cursor() as cursor:
        known = [file.options for file in provenance.read(cursor, schema) if file.options]
    # Tables of the same size and window may come from several directories: the largest set of options tells the most.
    return max((json.loads(text) for text in known), key=len, default={})


def verify(
    url: str,
    suite: Suite,
    *,
    schema: str = "public",
    manifest: Manifest | None = None,
    as_of: dt.date | None = None,
    months: int | None = None,
) -> Report:
    """Judge the tables of a schema in one read-only transaction.

    Rows and control totals are compared with `manifest`, or with what the last load noted. As-of day and months come
    from there unless they are given; `UsageError` if nothing tells them. Raises `DatabaseError` if there is no table.
    """
    with explained(url), closing(connect(url)) as connection:
        connection.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
        with connection.cursor() as cursor:
            # Compiling queries takes longer than these take.
            cursor.execute("SET jit TO off; SET work_mem TO '128MB'")
            connection.commit()
            files = _stated(manifest) if manifest else provenance.read(cursor, schema)
            database = _Filled(connection, suite.metadata, schema, files)
            if not database.tables:
                raise DatabaseError(
                    f"The schema {schema} has none of the tables {place(url)}. Load them first, or give --schema."
                )
            day, span = _window(files, as_of, months)
            findings = list(_judge_files(cursor, suite.metadata, files, database.tables))
            report = verify_database(database, suite, as_of=day, months=span)
        connection.rollback()
    return replace(report, findings=(*findings, *report.findings))


class _Filled(PostgresDatabase):
    """The tables of a schema without those that are empty because the directory did not have them."""

    def __init__(
        self, connection: Any, metadata: MetaData, schema: str, files: Iterable[provenance.LoadedFile]
    ) -> None:
        super().__init__(connection, metadata, schema)
        loaded = {file.table_name for file in files}
        self._judged = super().tables
        if loaded:
            others = super().tables - loaded
            self._judged -= {name for name in others if not self._has_rows(name)}

    def _has_rows(self, name: str) -> bool:
        return bool(self.rows(f'SELECT 1 FROM "{name}" LIMIT 1'))  # noqa: S608 - a name of the schema

    @property
    def tables(self) -> frozenset[str]:
        """The tables that are judged."""
        return self._judged


def _stated(manifest: Manifest) -> list[provenance.LoadedFile]:
    options = json.dumps(manifest.options)
    return [
        provenance.LoadedFile(
            item.table,
            item.written.rows,
            item.written.bytes,
            item.written.sha256,
            manifest.release,
            manifest.seed,
            options,
            json.dumps(dict(item.totals)),
        )
        for item in manifest.resources
    ]


def _window(files: Iterable[provenance.LoadedFile], as_of: dt.date | None, months: int | None) -> tuple[dt.date, int]:
    known = max((window for file in files if (window := file.window())), default=None)
    day, span = as_of or (known and known[0]), months or (known and known[1])
    if not day or not span:
        raise UsageError(
            "Nothing in the database tells the as-of day and the months of its data; give --end-date and --months, "
            "or --data-dir with the manifest."
        )
    return day, span


def _judge_files(
    cursor: Cursor, metadata: MetaData, files: Iterable[provenance.LoadedFile], there: frozenset[str]
) -> Iterator[Finding]:
    by_name = {file.table_name: file for file in files}
    for table in load_order(metadata):
        file = by_name.get(table.name)
        if file is None:
            continue
        title = f"{table.name} has the rows of its file"
        if table.name not in there:
            yield Finding(
                f"{table.name}.rows", GROUP, title, _SOURCE, Outcome.FAILED, f"There is no table {table.name}."
            )
            continue
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table.name)))
        rows = int((cursor.fetchone() or (0,))[0])
        wrong = "" if rows == file.row_count else f"It has {rows:,} rows, and the file had {file.row_count:,}."
        yield _finding(f"{table.name}.rows", title, wrong)
        stated = {name: Decimal(total) for name, total in json.loads(file.totals or "{}").items()}
        for column, found in totals(cursor, table, stated).items():
            said = stated[column]
            wrong = "" if found == said else f"It is {found}, and the file's was {said}."
            yield _finding(
                f"{table.name}.{column}.total", f"The control total of {table.name}.{column} is its file's", wrong
            )


def _finding(check: str, title: str, wrong: str) -> Finding:
    return Finding(check, GROUP, title, _SOURCE, Outcome.FAILED if wrong else Outcome.PASSED, wrong)
