# ruff: noqa: S608 - the SQL is made of names of the schema
"""A DuckDB file: tables with their keys, CHECKs and comments, and views.

Its rows and its catalogue follow from what it is built of; its bytes do not, for DuckDB writes an identifier of its
own into each file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.ddl import file_ddl
from datagen.errors import DataError, InputError
from datagen.schema import column_names, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from sqlalchemy import Table

_STORAGE = "v1.2.0"
"""Files can be read by this release of DuckDB and by all later ones."""
_OURS = "held"


def build(path: Path, tables: Sequence[Table], rows: Mapping[str, Path], views: Path | None) -> None:
    """Build the file, which must not be there, of tables, parents first, and a Parquet file of the rows of each.

    `views` is a directory of SQL files, a view each.

    Raises: `DataError` for rows that DuckDB refuses.
    """
    statements = file_ddl(tables, "duckdb")
    with _written(path) as connection:
        for table in tables:
            connection.execute(statements[table.name].create)
            _insert(connection, table, rows[table.name])
        for table in tables:
            for statement in statements[table.name].comments:
                connection.execute(statement)
        for view in sorted(views.glob("*.sql")) if views else ():
            connection.execute(f"CREATE VIEW {quoted(view.stem)} AS {view.read_text(encoding='utf-8')}")


def append(path: Path, tables: Sequence[Table], rows: Mapping[str, Path], replaced: Collection[str]) -> None:
    """Add the rows of Parquet files to the tables of a file, that nobody else reads; some are `replaced` by theirs.

    What else the file holds stays as it is.

    Raises: `DataError` for rows that DuckDB refuses.
    """
    with _written(path) as connection:
        for table in tables:
            if table.name in replaced:
                connection.execute(f"DELETE FROM {quoted(table.name)}")
                connection.execute(f"CHECKPOINT {_OURS}")  # or the keys of the rows that went would still be known
            _insert(connection, table, rows[table.name])


@contextmanager
def _written(path: Path) -> Iterator[DuckDBPyConnection]:
    """A file, made if it is not there, attached and in use; complete on disk when this ends."""
    import duckdb

    Path(f"{path}.wal").unlink(missing_ok=True)  # of a run that was killed, about another file of this name
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")  # rows stand in their order
        connection.execute(f"ATTACH {_text(str(path))} AS {_OURS} (STORAGE_VERSION '{_STORAGE}')")
        connection.execute(f"USE {_OURS}")
        yield connection
        connection.execute("USE memory")
        connection.execute(f"DETACH {_OURS}")


def _insert(connection: DuckDBPyConnection, table: Table, rows: Path) -> None:
    import duckdb

    columns = ", ".join(map(quoted, column_names(table)))
    source = f"read_parquet([{_text(_pattern(rows))}], hive_partitioning = false)"
    try:
        connection.execute(f"INSERT INTO {quoted(table.name)} ({columns}) SELECT {columns} FROM {source}")
    except (duckdb.ConstraintException, duckdb.ConversionException) as error:
        reason = str(error).partition("\n")[0]
        raise DataError(
            f"DuckDB refuses the rows of {table.name}: {reason}. Write them as CSV and verify these files."
        ) from error


def tables_in(path: Path) -> list[str]:
    """The names of the tables of a file.

    Raises: `InputError` for what is no DuckDB file, or is being written to.
    """
    import duckdb

    try:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH {_text(str(path.absolute()))} AS {_OURS} (READ_ONLY)")
            found = connection.execute(f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{_OURS}'")
            return [name for (name,) in found.fetchall()]
    except duckdb.Error as error:
        reason = str(error).partition("\n")[0]
        raise InputError(f"{path} cannot be read as a DuckDB file: {reason}. Close or restore it.") from error


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _pattern(path: Path) -> str:
    """The pattern that matches this path alone."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in str(path.absolute()))
