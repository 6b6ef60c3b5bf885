"""Small histories in directories, loading them, and what is in the database then."""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql

from datagen.console import run_command
from datagen.jobs.one_database import load_directory
from datagen.loading.append import Appended
from datagen.loading.load import Loaded
from datagen.loading.session import Session
from datagen.payments.command import command
from datagen.payments.loading import history_of
from datagen.payments.tables import metadata
from datagen.payments.world import WORLD
from datagen.progress import Progress
from datagen.schema import kind

FEW = ("--set", "business.initial_merchants=10", "--set", "cards.stored_share=0.05")
LIVELY = ("--set", "business.monthly_growth_rate=0.9", "--set", "business.monthly_change_rate=0.9")
FIRST = "2024-01-01"


def made(directory: Path, *arguments: str) -> Path:
    """The directory, after a run of the command on it that worked; runs leave their log beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(directory.parent)
        assert run_command(command, [*arguments, "--output-dir", str(directory), "--quiet"]) == 0
    return directory


def begun(directory: Path, last: str, *more: str, first: str = FIRST) -> Path:
    """A new history."""
    return made(directory, "--initial", "--start-date", first, "--end-date", last, *FEW, *LIVELY, *more)


def continued(directory: Path, last: str) -> Path:
    """A history continued in place."""
    return made(directory, "--incremental", "--date", last, "--force")


@dataclass(frozen=True)
class Growth:
    """One history as it grew: directories as they were after each run, and the same in one run."""

    steps: tuple[Path, ...]
    whole: Path

    def copy(self, step: int, place: Path) -> Path:
        """A copy of a step, to be changed."""
        shutil.copytree(self.steps[step], place)
        return place


def loaded(directory: Path, url: str, schema: str, *, truncate: bool = False) -> Loaded | Appended:
    """Bring a schema up to a directory."""
    report = Progress(quiet=True)
    with Session("payments", "", url, schema, report) as session:
        return load_directory(WORLD, directory, session, history_of(directory), truncate=truncate)


def written(directory: Path) -> dict[str, bytes]:
    """The rows of a directory's newest state by table, as its files have them."""
    payments = [path.read_bytes().split(b"\n", 1)[1] for path in sorted(directory.glob("transactions_*"))]
    merchants = max(directory.glob("merchants_*"), key=lambda path: path.stem.split("_")[-1])
    return {"transactions": b"".join(payments), "merchants": merchants.read_bytes().split(b"\n", 1)[1]}


def stored(url: str, schema: str) -> dict[str, bytes]:
    """The rows of a schema by table, as files would have them."""
    found = {}
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        for name, table in metadata.tables.items():
            columns = [
                sql.SQL("to_char({}, 'YYYY-MM-DD\"T\"HH24:MI:SS')" if kind(item) == "timestamp" else "{}").format(
                    sql.Identifier(item.name)
                )
                for item in table.columns
            ]
            keys = sql.SQL(", ").join(sql.Identifier(item.name) for item in table.primary_key)
            query = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT (FORMAT csv)").format(
                sql.SQL(", ").join(columns), sql.Identifier(schema, name), keys
            )
            text = io.BytesIO()
            cursor.copy_expert(query, text)
            found[name] = text.getvalue()
    connection.close()
    return found
