"""Views of a world: SQL files, one view each.

A file `name.sql` begins with comment lines, which become the view's comment: what a row is. Then lines
`-- column: meaning` may follow, and the query. Names are those of the schema the view is made in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg2 import sql

if TYPE_CHECKING:
    from psycopg2.extensions import cursor as Cursor  # noqa: N812

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
    """Make the indexes of a file of `CREATE INDEX IF NOT EXISTS name ON ...` statements; gives their names.

    The cursor is to be within a transaction.
    """
    cursor.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(schema)))
    text = re.sub(r"(?m)^--.*$", "", file.read_text(encoding="utf-8"))
    cursor.execute(text)
    return re.findall(r"IF NOT EXISTS (\w+)", text)


def _files(directory: Path | None) -> Iterable[Path]:
    return sorted(directory.glob("*.sql")) if directory else []
