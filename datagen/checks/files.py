# ruff: noqa: S608 - the SQL is made of names of the schema
"""Tables read from a directory of CSV or Parquet files, and what can be said of the files themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.checks.database import EXAMPLES, DuckDatabase, csv_text, sql_type
from datagen.checks.findings import Finding, Outcome
from datagen.errors import OutputError, UsageError
from datagen.output.manifest import Manifest, Resource
from datagen.schema import column_names, kind, load_order

if TYPE_CHECKING:
    from sqlalchemy import Column, MetaData, Table

GROUP = "files"
_FORMAT = "the format of the files"
_MANIFEST = "the manifest"
_CHUNK = 1 << 20
_WHOLE_SECONDS = {"time": len("06:30:00"), "timestamp": len("2026-01-31 06:30:00")}


@dataclass(frozen=True)
class Scanned:
    """A file's bytes: how many, their SHA-256 in hexadecimal ('' if not asked for), and whether any is 0."""

    bytes: int
    sha256: str
    has_nul: bool


def fill_from_directory(
    database: DuckDatabase, directory: Path, metadata: MetaData, manifest: Manifest | None
) -> Iterator[Finding]:
    """Fill the database with the tables of a directory (`<table>.csv` or `<table>.parquet`), and judge the files.

    Each file is read once by DuckDB, with the declared types; a value that is not of its type becomes empty and is
    reported. Bytes are hashed meanwhile where a manifest says what they should be. Raises `UsageError` if the
    directory holds no table at all.
    """
    paths = {table.name: path for table in load_order(metadata) if (path := _path(directory, table.name))}
    if not paths:
        raise UsageError(f"{directory} holds no table of this world; give a directory of CSV or Parquet files.")
    with ThreadPoolExecutor(1) as pool:
        scans = {
            name: pool.submit(scan, path, hashed=manifest is not None and manifest.resource(name) is not None)
            for name, path in sorted(paths.items(), key=lambda item: -item[1].stat().st_size)
        }
        for table in load_order(metadata):
            resource = manifest.resource(table.name) if manifest else None
            if table.name in paths:
                yield from _read(database, table, paths[table.name], resource, scans[table.name])
            else:
                yield _absent(table, resource)
    database.compress()


def scan(path: Path, *, hashed: bool) -> Scanned:
    """Read a file's bytes once."""
    size, has_nul, digest = 0, False, hashlib.sha256()
    try:
        with path.open("rb", buffering=0) as file:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                has_nul = has_nul or b"\0" in chunk
                if hashed:
                    digest.update(chunk)
    except OSError as error:
        raise OutputError(f"{path} cannot be read: {error.strerror}. Check its permissions.") from error
    return Scanned(size, digest.hexdigest() if hashed else "", has_nul)


def _path(directory: Path, table: str) -> Path | None:
    return next((path for end in ("csv", "parquet") if (path := directory / f"{table}.{end}").is_file()), None)


def _finding(check: str, title: str, wrong: str, source: str = _FORMAT) -> Finding:
    return Finding(check, GROUP, title, source, Outcome.FAILED if wrong else Outcome.PASSED, wrong)


def _absent(table: Table, resource: Resource | None) -> Finding:
    title = f"{table.name} can be read"
    if resource:
        return _finding(f"{table.name}.file", title, f"The manifest lists {resource.path}, which is not there.")
    return Finding(f"{table.name}.file", GROUP, title, _FORMAT, Outcome.SKIPPED, "The directory does not have it.")


def _read(
    database: DuckDatabase, table: Table, path: Path, resource: Resource | None, scanned: Future[Scanned]
) -> Iterator[Finding]:
    import duckdb

    title = f"{path.name} can be read, with the declared columns in their order"
    is_csv = path.suffix == ".csv"
    try:
        wrong = (_wrong_header if is_csv else _wrong_columns)(database, table, path)
        if not wrong:
            raw = csv_text(path, column_names(table)) if is_csv else f"read_parquet('{_quoted(path)}')"
            _fill(database, table, raw, is_csv=is_csv)
    except OSError as error:
        raise OutputError(f"{path} cannot be read: {error.strerror}. Check its permissions.") from error
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        wrong = " ".join(str(error).replace(f"{path.parent}/", "").split())[:300]
    yield _finding(f"{table.name}.file", title, wrong)
    file = scanned.result()
    rows = None
    if not wrong:
        rows = int(database.rows(f"SELECT count(*) AS n FROM {table.name}")[0]["n"])
        yield from _judge_values(database, table, raw)
        if is_csv:
            yield _judge_text(database, table, file, rows)
        database.connection.execute(f"ALTER TABLE {table.name} DROP COLUMN _flags")
        database.connection.execute(f"ALTER TABLE {table.name} DROP COLUMN _width")
    if resource:
        yield _judge_manifest(resource, file, rows)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _wrong_header(_: DuckDatabase, table: Table, path: Path) -> str:
    with path.open("rb") as file:
        first = file.readline(1 << 16)
    expected = ",".join(column_names(table))
    if first.rstrip(b"\r\n") == expected.encode():
        return ""
    return f"The header is '{first.decode(errors='replace').strip()[:200]}', not '{expected}'."


def _wrong_columns(database: DuckDatabase, table: Table, path: Path) -> str:
    rows = database.rows(f"DESCRIBE SELECT * FROM read_parquet('{_quoted(path)}')")
    found = [row["column_name"] for row in rows]
    expected = column_names(table)
    return "" if found == expected else f"The columns are {', '.join(found)}, not {', '.join(expected)}."


def _typed(column: Column[Any]) -> str:
    """The value of a raw column `r_<name>` in its type; empty where it has none."""
    raw = f'"r_{column.name}"'
    return raw if sql_type(column) == "VARCHAR" else f"try_cast({raw} AS {sql_type(column)})"


def _unlike(column: Column[Any], raw: str, typed: str, *, is_csv: bool) -> str:
    """SQL that holds where a value is not one of the column's type, or not written as such values are."""
    if kind(column) in ("char", "varchar"):
        return f"length({raw}) > {getattr(column.type, 'length', None) or 2**31}"
    if kind(column) == "text":
        return ""
    same = f"cast({typed} AS VARCHAR) = {raw}" if is_csv else f"{typed} IS NOT NULL"
    if is_csv and kind(column) in _WHOLE_SECONDS:
        same = f"({same} AND strlen({raw}) = {_WHOLE_SECONDS[kind(column)]})"
    return f"NOT coalesce({same}, {raw} IS NULL)"


def _fill(database: DuckDatabase, table: Table, raw: str, *, is_csv: bool) -> None:
    """Fill a table in one pass; `_flags` has a bit for each unlike value of a row, `_width` is the row's plain text."""
    names = [f'"{name}"' for name in column_names(table)]
    renamed = ", ".join(f'{name} AS "r_{name[1:-1]}"' for name in names)
    typed = ", ".join(f"{_typed(item)} AS {name}" for item, name in zip(table.columns, names, strict=True))
    flags = []
    for place, (item, name) in enumerate(zip(table.columns, names, strict=True)):
        if test := _unlike(item, f'"r_{item.name}"', name, is_csv=is_csv):
            flags.append(f"CASE WHEN {test} THEN {1 << place} ELSE 0 END")
    widths = [f'coalesce(strlen("r_{item.name}"), 0)' for item in table.columns] if is_csv else ["0"]
    database.create(
        table.name,
        f"SELECT {', '.join(names)}, cast({' + '.join(flags) or 0} AS INTEGER) AS _flags, "
        f"cast({' + '.join(widths)} + {len(names)} AS INTEGER) AS _width "
        f"FROM (SELECT *, {typed} FROM (SELECT {renamed} FROM {raw}))",
    )


def _judge_values(database: DuckDatabase, table: Table, raw: str) -> Iterator[Finding]:
    """One finding a column whose values have a form: of its type, and written as the page says."""
    is_csv = raw.startswith("read_csv")
    places = {name: 1 << place for place, name in enumerate(column_names(table))}
    columns = [item for item in table.columns if _unlike(item, "r", "t", is_csv=is_csv)]
    counts = database.rows(
        "SELECT "
        + ", ".join(f'count(*) FILTER (_flags & {places[item.name]} <> 0) AS "{item.name}"' for item in columns)
        + f" FROM {table.name}"
    )[0]
    key = next(iter(table.primary_key)).name
    for item in columns:
        examples: tuple[Mapping[str, Any], ...] = ()
        if counts[item.name]:
            typed = _typed(item).replace(f'"r_{item.name}"', f'"{item.name}"')
            test = _unlike(item, f'"{item.name}"', typed, is_csv=is_csv)
            chosen = f'"{key}"' if item.name == key else f'"{key}", "{item.name}"'
            examples = tuple(
                database.rows(f"SELECT {chosen} FROM {raw} AS raw WHERE {test} ORDER BY ALL LIMIT {EXAMPLES}")
            )
        yield Finding(
            f"{table.name}.{item.name}.values",
            GROUP,
            f"Every {table.name}.{item.name} is a {sql_type(item).lower()}, written as such values are",
            _FORMAT,
            Outcome.FAILED if counts[item.name] else Outcome.PASSED,
            offending=counts[item.name],
            examples=examples,
        )


def _judge_text(database: DuckDatabase, table: Table, file: Scanned, rows: int) -> Finding:
    """Whether the file is just the text its values make: no other line ends, quotes or blank lines, nothing after."""
    texts = [item.name for item in table.columns if sql_type(item) == "VARCHAR"]
    expected = len(",".join(column_names(table))) + 1
    expected += int(database.rows(f"SELECT coalesce(sum(_width), 0) AS n FROM {table.name}")[0]["n"])
    if expected != file.bytes and texts:  # the difference may be quotes where values need them
        quotes = " + ".join(
            f'CASE WHEN regexp_matches("{name}", \'[",\\n\\r]\') '
            f'THEN 2 + strlen("{name}") - strlen(replace("{name}", \'"\', \'\')) ELSE 0 END'
            for name in texts
        )
        expected += int(database.rows(f"SELECT coalesce(sum({quotes}), 0) AS n FROM {table.name}")[0]["n"])
    wrong = ""
    if file.has_nul:
        wrong = "It holds a NUL character."
    elif expected != file.bytes:
        wrong = (
            f"It has {file.bytes:,} bytes where its {rows:,} rows make {expected:,}: "
            "look for CRLF, a missing last line end, blank lines or needless quotes."
        )
    return _finding(f"{table.name}.text", f"{table.name}.csv is plain CSV: LF, quotes only where needed", wrong)


def _judge_manifest(resource: Resource, file: Scanned, rows: int | None) -> Finding:
    said = resource.written
    wrong = [
        f"{what} {found:,} and not {stated:,}"
        for what, found, stated in (("rows are", rows, said.rows), ("bytes are", file.bytes, said.bytes))
        if found is not None and found != stated
    ]
    if file.sha256 != said.sha256:
        wrong.append("the SHA-256 is another")
    text = f"Against the manifest, {', '.join(wrong)}." if wrong else ""
    return _finding(f"{resource.table}.manifest", f"{resource.path} is what the manifest states", text, _MANIFEST)
