# ruff: noqa: S608 - the SQL is made of names of the schema
"""Tables read from a directory of files of any format, and what can be said of the files themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.any_table import column_names, quoted
from datagen.checks.coded_keys import CodedKeys
from datagen.checks.duckdb_engine import DuckDatabase, drop_raw, raw_rows, sql_type
from datagen.checks.duckdb_files import csv_text, parquet_rows
from datagen.checks.engine import EXAMPLES
from datagen.checks.filling import Counts, RawRows, as_type, fill, unlike
from datagen.checks.findings import Finding, Outcome
from datagen.checks.known import known_tables
from datagen.checks.lake_files import judge_lake
from datagen.errors import InputError, UsageError
from datagen.frozen import dataclass
from datagen.output.file_names import CSV, DATABASE_FORMATS, LAKE_FORMATS, SQLITE, TableFile, names_of_table
from datagen.output.manifest import Manifest, Resource
from datagen.output.stored_tables import tables_there

if TYPE_CHECKING:
    from datagen.any_table import AnyTables
    from datagen.table_facts import ColumnFacts, TableFacts

GROUP = "files"
_FORMAT = "the format of the files"
_MANIFEST = "the manifest"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Scanned:
    """A file's bytes: how many, their SHA-256 in hexadecimal ('' if not asked for), and whether any is 0."""

    bytes: int
    sha256: str
    has_nul: bool


def fill_from_directory(
    database: DuckDatabase,
    directory: Path,
    tables: AnyTables,
    manifest: Manifest | None,
    earlier: Collection[str] = (),
) -> Iterator[Finding]:
    """Fill the database with the tables of a directory, and judge their files.

    A table's files are those that the manifest lists, or else those whose names tell it (`datagen.output.file_names`).
    Each is read once by DuckDB, with the declared types; a value that is not of its type becomes empty and is reported.
    Bytes are hashed meanwhile where a manifest says what they should be. Files of `earlier` versions of a lake's tables
    are not read.

    Raises: `UsageError` if the directory holds no table at all.
    """
    found = {
        name: [file for file in files if file.name not in earlier] for name, files in _found(directory, tables).items()
    }
    held = [
        _Files(directory, table, found.get(table.name, []), manifest.resource(table.name) if manifest else None)
        for table in known_tables(tables).values()
    ]
    if not any(files.paths for files in held):
        raise UsageError(f"{directory} holds no table of this world; give a directory of its files.")
    keys = CodedKeys(database, tables, {files.table.name: files.size for files in held})
    with ThreadPoolExecutor(1) as hashing, database.side_by_side() as reading:
        scans: dict[Path, Future[Scanned]] = {}
        for files in held:  # in the order in which they are read, for each is waited for once it is read
            for path in [path for path in files.paths if path not in scans]:
                scans[path] = hashing.submit(scan, path, hashed=files.resource is not None)
        reads: dict[str, Future[_Read]] = {}
        for files in held:
            if files.paths:
                before = [reads[name] for name in keys.needed(files.table) if name in reads]
                reads[files.table.name] = reading.submit(_read, database, files, keys, before)
        try:
            for files in held:
                if files.paths:
                    yield from _judged(database, files, scans, reads[files.table.name].result())
                else:
                    yield _absent(files)
        finally:
            for scanned in scans.values():  # after an error, none is begun any more
                scanned.cancel()
    if manifest:
        yield from judge_lake(directory, manifest)
    database.compress()


def _found(directory: Path, tables: AnyTables) -> dict[str, list[TableFile]]:
    try:
        there = tables_there(directory, tables)
        return {table: [file for file in files if (directory / file.name).is_file()] for table, files in there.items()}
    except OSError as error:
        raise InputError(f"{error.filename} cannot be read: {error.strerror}. Check path and permissions.") from error


class _Files:
    """The files of a table in a directory: those of its manifest, or those that their names tell."""

    def __init__(
        self, directory: Path, table: TableFacts, found: Sequence[TableFile], resource: Resource | None
    ) -> None:
        self.table, self.resource = table, resource
        self._raw = ""
        found = [file for file in found if file.database == table.database]
        there = [file.name for file in found]
        listed = [*resource.files] if resource else names_of_table(found)
        self.names = {directory / name: name for name in listed if name in there}
        self.paths = [*self.names]
        self.missing = [name for name in listed if name not in there]
        kinds = {Path(name).suffix for name in listed}
        self.strange = [name for name in there if name not in listed and Path(name).suffix in kinds]
        """Files that the manifest should list."""

    @property
    def is_csv(self) -> bool:
        return self.paths[0].suffix == f".{CSV}"

    @property
    def is_sqlite(self) -> bool:
        return self.paths[0].suffix == f".{SQLITE}"

    @property
    def shown(self) -> str:
        """The name of the file, or how many there are."""
        return self.paths[0].name if len(self.paths) == 1 else f"The {len(self.paths)} files of {self.table.name}"

    @property
    def size(self) -> int:
        return sum(path.stat().st_size for path in self.paths)

    @property
    def raw(self) -> str:
        """What FROM takes for the rows, once `open` has been called."""
        return self._raw

    def open(self, database: DuckDatabase) -> None:
        """Have the rows read by a database."""
        self._raw = raw_rows(database, self.table, self.paths)

    def close(self, database: DuckDatabase) -> None:
        """Free what `open` took into the database."""
        if self.is_sqlite:
            drop_raw(database, self.table)

    def read(self, *paths: Path) -> str:
        """What FROM takes for the rows of some of the files, of CSV as text."""
        return csv_text(paths, column_names(self.table)) if self.is_csv else parquet_rows(paths)

    @property
    def sql(self) -> str:
        """The name of the table that holds the rows."""
        return quoted(self.table.name)


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
        raise InputError(f"{path} cannot be read: {error.strerror}. Check its permissions.") from error
    return Scanned(size, digest.hexdigest() if hashed else "", has_nul)


def _finding(check: str, title: str, wrong: str, source: str = _FORMAT) -> Finding:
    return Finding(check, GROUP, title, source, Outcome.FAILED if wrong else Outcome.PASSED, wrong)


def _absent(files: _Files) -> Finding:
    title = f"{files.table.name} can be read"
    check = f"{files.table.name}.file"
    if files.missing:
        return _finding(check, title, _gaps(files))
    return Finding(check, GROUP, title, _FORMAT, Outcome.SKIPPED, "The directory does not have it.")


@dataclass(frozen=True)
class _Read:
    """What came of reading a table's files."""

    wrong: str
    """Why they cannot be read."""
    types: Mapping[str, str]
    """Those of the raw columns that are not text."""
    counts: Counts | None


def _read(database: DuckDatabase, files: _Files, keys: CodedKeys, before: Collection[Future[_Read]]) -> _Read:
    """Fill a table, once those are filled whose keys it holds in codes."""
    import _duckdb as duckdb

    table, directory = files.table, files.paths[0].parent
    wait(before)
    types: dict[str, str] = {}
    counts: Counts | None = None
    try:
        wrong = _gaps(files) or _wrong_names(files)
        if not wrong:
            files.open(database)
        wrong = wrong or (_wrong_header(files) if files.is_csv else _wrong_columns(database, files))
        if not wrong:
            types = {} if files.is_csv else _types(database, files.raw)
            plain = files.paths if files.is_csv and keys.is_large(table) else ()
            counts = fill(database, RawRows(table, files.raw, files.is_csv, plain), types, keys.of(table))
    except OSError as error:
        raise InputError(f"{error.filename} cannot be read: {error.strerror}. Check its permissions.") from error
    except duckdb.Error as error:
        wrong = " ".join(str(error).replace(f"{directory.absolute()}/", "").split())[:300]
    if counts:
        for names in table.keys:
            if len(names) == 1:
                database.judge_ids(table.name, names[0])
        keys.code(table)
    return _Read(wrong, types, counts)


def _judged(
    database: DuckDatabase, files: _Files, scans: Mapping[Path, Future[Scanned]], read: _Read
) -> Iterator[Finding]:
    """Judge the files of a table that was read."""
    table, counts = files.table, read.counts
    title = f"{files.shown} can be read, with the declared columns in their order"
    yield _finding(f"{table.name}.file", title, read.wrong)
    scanned = {path: scans[path].result() for path in files.paths}
    rows: dict[Path, int] = {}
    if counts:
        rows = _rows(database, files, counts)
        yield from _judge_values(database, files, read.types, counts)
        if files.is_csv:
            yield _judge_text(database, files, list(scanned.values()), counts)
    files.close(database)
    if files.resource:
        yield _judge_manifest(files, files.resource, scanned, rows)


def _gaps(files: _Files) -> str:
    if not files.missing:
        return ""
    more = f" and {len(files.missing) - 1} more" if len(files.missing) > 1 else ""
    where = f"{files.table.name} of " if Path(files.missing[0]).suffix[1:] in DATABASE_FORMATS else ""
    return f"The manifest lists {where}{files.missing[0]}{more}, which is not there."


def _wrong_names(files: _Files) -> str:
    """What is wrong with the columns of a table in an SQLite file, which are asked for by name."""
    if not files.is_sqlite:
        return ""
    from datagen.output.sqlite_file import columns_of

    found, expected = columns_of(files.paths[0], files.table), column_names(files.table)
    if found == expected:
        return ""
    return f"The columns of {files.table.name} are {', '.join(found)}, not {', '.join(expected)}."


def _rows(database: DuckDatabase, files: _Files, counts: Counts) -> dict[Path, int]:
    """The rows of each file."""
    if known := counts.by_file or ([counts.rows] if len(files.paths) == 1 else []):
        return dict(zip(files.paths, known, strict=True))
    return {path: int(database.rows(f"SELECT count(*) AS n FROM {files.read(path)}")[0]["n"]) for path in files.paths}


def _wrong_header(files: _Files) -> str:
    expected = ",".join(column_names(files.table))
    for path in files.paths:
        with path.open("rb") as file:
            first = file.readline(1 << 16)
        if first.rstrip(b"\r\n") != expected.encode():
            which = f" of {path.name}" if len(files.paths) > 1 else ""
            return f"The header{which} is '{first.decode(errors='replace').strip()[:200]}', not '{expected}'."
    return ""


def _types(database: DuckDatabase, raw: str) -> dict[str, str]:
    """The types of the columns of rows, by name, as DuckDB calls them."""
    rows = database.rows(f"DESCRIBE SELECT * FROM {raw}")
    return {row["column_name"]: row["column_type"] for row in rows}


def _wrong_columns(database: DuckDatabase, files: _Files) -> str:
    expected = column_names(files.table)
    first: dict[str, str] = {}
    for path in files.paths:
        types = _types(database, files.raw if len(files.paths) == 1 else parquet_rows(path))
        first = first or types
        if [*types] != expected:
            return f"The columns of {path.name} are {', '.join(types)}, not {', '.join(expected)}."
        for item in files.table.columns:
            name, found = item.name, types[item.name]
            if found != first[name]:
                return f"{name} is {found.lower()} in {path.name}, and {first[name].lower()} in {files.paths[0].name}."
            if found.endswith(" WITH TIME ZONE") or (sql_type(item) == "VARCHAR" and found != "VARCHAR"):
                return f"{name} is {found.lower()} in {path.name}, and should be {sql_type(item).lower()}."
    return ""


def checks_of(table: TableFacts, form: str) -> int:
    """How many findings there are of the files of a table in a format, with a manifest; not those of control totals."""
    values = sum(1 for item in table.columns if unlike(item, "r", "t"))
    return 2 + values + (form == CSV) + (form in LAKE_FORMATS)


def _judge_values(database: DuckDatabase, files: _Files, types: Mapping[str, str], counts: Counts) -> Iterator[Finding]:
    """One finding a column whose values have a form: of its type, and written as the page says."""
    table = files.table
    for item in table.columns:
        if not unlike(item, "r", "t"):
            continue
        count = counts.unlike[item.name]
        yield Finding(
            f"{table.name}.{item.name}.values",
            GROUP,
            f"Every {table.name}.{item.name} is a {sql_type(item).lower()}, written as such values are",
            _FORMAT,
            Outcome.FAILED if count else Outcome.PASSED,
            offending=count,
            examples=_examples(database, files, item, types.get(item.name, "VARCHAR")) if count else (),
        )


def _examples(database: DuckDatabase, files: _Files, item: ColumnFacts, found: str) -> tuple[Mapping[str, Any], ...]:
    """A few rows whose value of a column has not its form, the value as the file has it."""
    raw = quoted(item.name)
    test = unlike(item, raw, as_type(raw, sql_type(item)), found)
    keys = files.table.primary_key
    chosen = ", ".join(map(quoted, dict.fromkeys((*keys, item.name))))
    rows = database.rows(f"SELECT {chosen} FROM {files.raw} AS raw WHERE {test} ORDER BY ALL LIMIT {EXAMPLES}")
    return tuple(rows)


def _judge_text(database: DuckDatabase, files: _Files, scanned: Sequence[Scanned], counts: Counts) -> Finding:
    """Whether files are just the text their values make: no other line ends, quotes or blank lines, nothing after."""
    table, size = files.table, sum(file.bytes for file in scanned)
    texts = [item.name for item in table.columns if sql_type(item) == "VARCHAR"]
    expected = (len(",".join(column_names(table))) + 1) * len(scanned) + counts.width
    if expected != size and texts:  # the difference may be quotes where values need them
        quotes = " + ".join(
            f"CASE WHEN regexp_matches({name}, '[\",\\n\\r]') "
            f"THEN 2 + strlen({name}) - strlen(replace({name}, '\"', '')) ELSE 0 END"
            for name in map(quoted, texts)
        )
        expected += int(database.rows(f"SELECT coalesce(sum({quotes}), 0) AS n FROM {quoted(table.name)}")[0]["n"])
    wrong = ""
    if any(file.has_nul for file in scanned):
        wrong = "It holds a NUL character."
    elif expected != size:
        wrong = (
            f"It has {size:,} bytes where its {counts.rows:,} rows make {expected:,}: "
            "look for CRLF, a missing last line end, blank lines or needless quotes."
        )
    shown = f"{table.name}.csv" if len(scanned) == 1 else f"Every file of {table.name}"
    return _finding(f"{table.name}.text", f"{shown} is plain CSV: LF, quotes only where needed", wrong)


def _judge_manifest(
    files: _Files, resource: Resource, scanned: Mapping[Path, Scanned], rows: Mapping[Path, int]
) -> Finding:
    wrong = [f"{name} is not listed" for name in files.strange]
    for path in files.paths:
        said, file = resource.files[files.names[path]], scanned[path]
        faults = [
            f"{what} {found:,} and not {stated:,}"
            for what, found, stated in (("rows are", rows.get(path), said.rows), ("bytes are", file.bytes, said.bytes))
            if found is not None and found != stated
        ]
        if file.sha256 != said.sha256:
            faults.append("the SHA-256 is another")
        where = f"of {path.name} " if faults and len(files.paths) > 1 else ""
        wrong += [f"{where}{', '.join(faults)}"] if faults else []
    text = f"Against the manifest, {'; '.join(wrong)}." if wrong else ""
    return _finding(f"{resource.table}.manifest", f"{resource.path} is what the manifest states", text, _MANIFEST)
