"""The files of a history in its directory: which there are, and whether they and the state tell of the same."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.errors import StateError
from datagen.output.file_names import PARQUET, Days, TableFile
from datagen.payments.vocabulary import MERCHANT_COLUMNS, STATE

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

    names = [name for name, days in data_files(directory).items() if days.last == last and name.startswith("merchants")]
    if not names:
        return None
    try:
        table = _texts(directory / names[-1])
        columns = [table[name].combine_chunks().fill_null("").to_pylist() for name in MERCHANT_COLUMNS]
    except (OSError, KeyError, pa.ArrowException) as error:
        reason = " ".join(str(error).split())
        raise StateError(
            f"{directory / names[-1]} cannot be read: {reason}. It tells what of {STATE} was edited: restore it."
        ) from error
    rows = zip(*columns, strict=True)
    return Snapshot(names[-1], {name: list(group) for name, group in groupby(rows, lambda row: row[0])})


def _texts(path: Path) -> pa.Table:
    """A table, all of whose values are texts as CSV has them."""
    import pyarrow as pa

    if path.suffix == f".{PARQUET}":
        from pyarrow import parquet

        with path.open("rb") as file:  # of a path, the names of folders would become columns
            table = parquet.ParquetFile(file).read()
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
    files = data_files(directory)
    later = [name for name, days in files.items() if days.first > last]
    due = {name: days for name, days in files.items() if days.first <= last}
    path = directory / STATE
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
