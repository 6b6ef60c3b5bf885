"""The files of a history in its directory: which there are, and whether they and the state tell of the same.

Most have the days that they are about in their names. A history may be kept in the file of a database instead, which
each run replaces by one with more rows; the one before stays beside it until the state has been published, too.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from collections.abc import Sequence
from contextlib import closing, suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.errors import DataError, InputError, StateError
from datagen.hints import typed
from datagen.output.file_names import CSV, DATABASE_FORMATS, DUCKDB, PARQUET, Days, TableFile
from datagen.output.staging import as_output_errors
from datagen.payments.vocabulary import MERCHANT_COLUMNS, STATE
from datagen.payments.world import WORLD

if TYPE_CHECKING:
    import pyarrow as pa

    from datagen.payments.manual_edits import Snapshot

TABLES = ("merchants", "transactions")
_PAYMENT = re.compile(rb"TXN([0-9]{10})")
_DAY = r"\d{4}-\d{2}-\d{2}"
_MANIFEST = re.compile(f"manifest_({_DAY})_({_DAY})[.]json")
_TAIL = 4_096  # bytes at the end of a file, more than its last row and the one before have
_NEXT = "Restore the state and the files of one run, or move the old files elsewhere."


def data_files(directory: Path) -> dict[str, Days]:
    """The files of the tables in a directory, by name, and the days that they are about."""
    found = filter(None, (TableFile.named(name) for name in sorted(path.name for path in directory.glob("*_*_*.*"))))
    return {file.name: file.days for file in found if file.days and file.table in TABLES}


def database_file(directory: Path) -> Path | None:
    """The file of a database that holds the history of a directory; None where tables have files of their own."""
    found = (directory / f"{WORLD.name}.{kind}" for kind in DATABASE_FORMATS)
    return next((path for path in found if path.is_file()), None)


def kept_before(path: Path) -> Path:
    """Where the file of a database is kept that is about to be replaced."""
    return path.with_name(f".{path.name}.before")


def keep(path: Path) -> Path:
    """Keep the file of a database that is about to be replaced.

    Raises: `OutputError` if that cannot be done.
    """
    before = kept_before(path)
    with as_output_errors("write", before):
        before.unlink(missing_ok=True)
        try:
            os.link(path, before)
        except OSError:  # not every file system has links
            shutil.copyfile(path, before)
    return before


def mend(directory: Path, last: dt.date) -> None:
    """Where a run was ended between publishing the file of a database and the state, put the file of the state back.

    `last` is the last day of the state.

    Raises: `StateError` for a file that cannot be read.
    """
    if (path := database_file(directory)) and (before := kept_before(path)).exists():
        newest = last_payment(path)
        if newest and newest[1] > last:
            before.replace(path)
        else:
            before.unlink()


def refuse_interrupted(directory: Path, last: dt.date) -> None:
    """Raise `StateError` where a run was ended between publishing the file of a database and the state.

    `last` is the last day of the state.
    """
    path = database_file(directory)
    newest = last_payment(path) if path and kept_before(path).exists() else None
    if newest and newest[1] > last:
        raise StateError(
            f"{path} is ahead of {STATE}: a run was ended while it published both. Run it again, which mends it: "
            f"{typed(WORLD, 'continue')}"
        )


def refuse_open(path: Path) -> None:
    """Raise `StateError` if a program has written to a database's file and not closed it."""
    for suffix in (".wal", "-wal", "-journal"):
        if (log := path.with_name(path.name + suffix)).exists():
            raise StateError(f"{log} is there: a program has changed {path.name} and not closed it. Close it there.")


def manifests(directory: Path) -> dict[str, Days]:
    """The manifests of runs in a directory, by name, and the days of each run."""
    found: dict[str, Days] = {}
    for path in sorted(directory.glob("manifest_*_*.json")):
        if match := _MANIFEST.fullmatch(path.name):
            with suppress(ValueError):  # a name like ours that is none
                found[path.name] = Days(*(dt.date.fromisoformat(day) for day in match.groups()))
    return found


def manifest_name(days: Days) -> str:
    """What the manifest of a run over these days is called."""
    return f"manifest_{days.first}_{days.last}.json"


def history_format(directory: Path) -> str | None:
    """The format of the newest file of a history; None where it has no files."""
    if path := database_file(directory):
        return path.suffix[1:]
    files = data_files(directory)
    return max(files, key=lambda name: files[name].last).rpartition(".")[2] if files else None


def state_bytes(path: Path) -> bytes:
    """The text of a state. Raises `StateError` if it cannot be read."""
    try:
        return path.read_bytes()
    except IsADirectoryError:
        raise StateError(f"{path} is a directory, not a state. Move it elsewhere, and restore the file.") from None
    except OSError as error:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            raise
        raise StateError(f"{path} cannot be read: {error.strerror}. Check its permissions.") from error


def newest_merchants(directory: Path, last: dt.date) -> Snapshot | None:
    """The merchants as the file of a last day has them, if it is there. Raises `StateError` if it cannot be read."""
    import pyarrow as pa

    from datagen.payments.manual_edits import Snapshot

    whole = database_file(directory)
    files = {} if whole else data_files(directory)
    names = [name for name, days in files.items() if days.last == last and name.startswith("merchants")]
    names = [whole.name] if whole else names
    if not names:
        return None
    try:
        table = _texts(directory / names[-1])
        columns = [table[name].combine_chunks().fill_null("").to_pylist() for name in MERCHANT_COLUMNS]
    except (OSError, KeyError, pa.ArrowException, DataError, InputError) as error:
        reason = " ".join(str(error).split())
        raise StateError(
            f"{directory / names[-1]} cannot be read: {reason}. It tells what of {STATE} was edited: restore it."
        ) from error
    rows = zip(*columns, strict=True)
    return Snapshot(names[-1], {name: list(group) for name, group in groupby(rows, lambda row: row[0])})


def _texts(path: Path) -> pa.Table:
    """A table, all of whose values are texts as CSV has them."""
    import pyarrow as pa

    if path.suffix != f".{CSV}":
        from datagen.data_directory import read_rows
        from datagen.payments.tables import merchants

        table = read_rows(path, merchants)
        return table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))
    from pyarrow import csv

    types = dict.fromkeys(MERCHANT_COLUMNS, pa.string())
    with path.open("rb") as file:
        return csv.read_csv(
            file,
            csv.ReadOptions(use_threads=False),
            convert_options=csv.ConvertOptions(column_types=types, strings_can_be_null=False),
        )


def later_files(directory: Path, last: dt.date, total: int) -> list[str]:
    """The files of days after the last one of the state, which counts so many payments: nothing tells of them.

    Raises `StateError` if the files up to that day are not those of the state; where there are none, there is nothing
    to compare.
    """
    path = directory / STATE
    if whole := database_file(directory):
        ends = last_payment(whole)
        if (held := ends[0] if ends else 0) != total:
            raise StateError(
                f"{path}, total_transactions: it is {total}, but {whole.name} ends with payment {held}. {_NEXT}"
            )
        return []
    files = data_files(directory)
    later = [name for name, days in files.items() if days.first > last]
    due = {name: days for name, days in files.items() if days.first <= last}
    for name, days in due.items():
        if days.last > last:
            raise StateError(f"{path} goes up to {last}, but {name} goes on after it. {_NEXT}")
    payments = sorted((name for name in due if name.startswith("transactions")), key=lambda name: due[name].last)
    if not payments:
        return later
    if (newest := due[payments[-1]].last) < last:
        raise StateError(f"{path} goes up to {last}, but the newest file, {payments[-1]}, only to {newest}. {_NEXT}")
    following = last + dt.timedelta(1)
    for name in reversed(payments):
        if due[name].last + dt.timedelta(1) != following:
            break  # what came between is elsewhere
        if (found := _last_payment(directory / name)) not in (None, total):
            raise StateError(
                f"{path}, total_transactions: it is {total}, but {name} ends with payment {found}. {_NEXT}"
            )
        if found:
            break
        following = due[name].first
    return later


def last_payment(path: Path) -> tuple[int, dt.date] | None:
    """The number and the day of the last payment that the file of a database holds; None for one without any.

    Raises: `StateError` for a file that cannot be read.
    """
    newest = "SELECT payment_id, CAST(payment_timestamp AS VARCHAR) FROM {} ORDER BY payment_id DESC LIMIT 1"
    try:
        if path.suffix == f".{DUCKDB}":
            import duckdb

            from datagen.checks.duckdb_files import duckdb_rows

            with duckdb.connect() as connection:
                found = connection.execute(newest.format(duckdb_rows(path, TABLES[1]))).fetchone()
        else:
            import sqlite3

            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as opened:
                found = opened.execute(newest.format(TABLES[1])).fetchone()
    except Exception as error:  # whatever a database raises for damage, it is not to be continued
        raise StateError(f"{path} cannot be read: {' '.join(str(error).split())[:200]}. {_NEXT}") from error
    if found is None:
        return None
    number = _PAYMENT.fullmatch(str(found[0]).encode())
    if not number:
        raise StateError(f"{path} does not end with a payment, but {found[0]!r}. {_NEXT}")
    return int(number[1]), dt.date.fromisoformat(found[1][:10])


def _last_payment(path: Path) -> int | None:
    """The number of the last payment of a file; None for a file without any."""
    import pyarrow as pa

    try:
        last = (_end_of_parquet if path.suffix == f".{PARQUET}" else _end_of_csv)(path)
    except (OSError, KeyError, pa.ArrowException) as error:
        raise StateError(f"{path} cannot be read: {' '.join(str(error).split())}. {_NEXT}") from error
    if last is None:
        return None
    found = _PAYMENT.match(last)
    if not found:
        raise StateError(f"{path} does not end with a payment, but {last[:40].decode(errors='replace')!r}. {_NEXT}")
    return int(found[1])


def _end_of_csv(path: Path) -> bytes | None:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL))
        lines = file.read().split(b"\n")
    if lines[-1]:  # what follows the last line end
        return b"a line that is cut"
    header = size <= _TAIL and len(lines) <= 2
    return None if header else lines[-2]


def _end_of_parquet(path: Path) -> bytes | None:
    from pyarrow import parquet

    with path.open("rb") as data, parquet.ParquetFile(data) as file:
        for group in reversed(range(file.num_row_groups)):
            if file.metadata.row_group(group).num_rows:
                ids = file.read_row_group(group, ["payment_id"])["payment_id"]
                return str(ids[-1]).encode()
    return None


def named(names: Sequence[str], most: int = 4) -> str:
    """Files in a sentence, or the first ones of many."""
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{rest}"
