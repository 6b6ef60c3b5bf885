"""Views of a world: SQL files, one view each.

A file `name.sql` begins with comment lines, which become the view's comment: what a row is. Then lines
`-- column: meaning` may follow, and the query. Names are those of the schema the view is made in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg2 import sql

from datagen.errors import DatabaseError, listed
from datagen.frozen import dataclass
from datagen.loading.backend import noting_what_is_left
from datagen.loading.postgres import swap
from datagen.loading.task_graph import Task, Work

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812
    from psycopg2.extensions import cursor as Cursor  # noqa: N812

_INDEX = re.compile(r"^CREATE INDEX IF NOT EXISTS (\w+) ON (\w+) ")
_COLUMN = re.compile(r"-- (\w+): (.*)")


@dataclass(frozen=True)
class View:
    """A view as its file states it."""

    name: str
    comment: str
    columns: dict[str, str]
    query: str


def view_names(directory: Path | None) -> list[str]:
    """The names of the views of a directory."""
    return [path.stem for path in _files(directory)]


def read_view(path: Path) -> View:
    """The view of a file."""
    comment: list[str] = []
    columns: dict[str, str] = {}
    query: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if query or not line.startswith("--"):
            query.append(line)
        elif match := _COLUMN.fullmatch(line):
            columns[match[1]] = match[2]
        else:
            comment.append(line.removeprefix("--").strip())
    return View(path.stem, " ".join(comment), columns, "\n".join(query).strip().rstrip(";"))


def create_views(cursor: Cursor, schema: str, directory: Path | None) -> None:
    """Make the views of a directory, over the tables of the same schema, with their comments."""
    paths = _files(directory)
    if not paths:
        return
    cursor.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(schema)))
    for view in map(read_view, paths):
        name = sql.Identifier(schema, view.name)
        cursor.execute(sql.SQL("CREATE OR REPLACE VIEW {} AS {}").format(name, sql.SQL(view.query)))
        cursor.execute(sql.SQL("COMMENT ON VIEW {} IS {}").format(name, sql.Literal(view.comment)))
        for column, meaning in view.columns.items():
            target = sql.Identifier(schema, view.name, column)
            cursor.execute(sql.SQL("COMMENT ON COLUMN {} IS {}").format(target, sql.Literal(meaning)))


def create_indexes(cursor: Cursor, schema: str, file: Path) -> list[str]:
    """Make those indexes of a file that are not there; gives the names of all. The caller commits.

    The file has a statement `CREATE INDEX IF NOT EXISTS name ON table ...` on each line.

    Raises: `DatabaseError` if a table is not there or others do not let go of one; whoever interrupts it need not
    wait for an index.
    """
    statements = {name: (table, line) for line in _lines(file) for name, table in _INDEX.findall(line)}
    cursor.execute(
        "SELECT tablename, array(SELECT indexname::text FROM pg_indexes i "
        "WHERE (i.schemaname, i.tablename) = (t.schemaname, t.tablename)) FROM pg_tables t WHERE schemaname = %s",
        (schema,),
    )
    there = dict(cursor.fetchall())
    if missing := sorted({table for table, _ in statements.values()} - set(there)):
        raise DatabaseError(
            f"The schema {schema} has no table {listed(missing, 1)} to make indexes on. Load a data set first"
            ", or give the --schema that has one."
        )
    wanted = [(table, line) for name, (table, line) in statements.items() if name not in there[table]]
    with noting_what_is_left():
        swap.lock(cursor, schema, list(dict(wanted)), "SHARE", "the indexes cannot be made. End them and try again")
        cursor.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(schema)))

        def make(_: Connection) -> None:
            for _table, line in wanted:
                cursor.execute(line)

        Work([Task("indexes", 0, frozenset(), make)]).run([cursor.connection])
    return list(statements)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def _files(directory: Path | None) -> Iterable[Path]:
    return sorted(directory.glob("*.sql")) if directory else []
