"""What tests of loading into SQL Server share: a fake server, small worlds in it, statements for the parser."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Column, Date, DateTime, ForeignKey, Identity, Integer, MetaData, String, Table

from datagen import schema
from datagen.errors import DatabaseError
from datagen.loading.backends import backend_for
from datagen.loading.load import Loaded, load
from datagen.loading.mssql.backend import MssqlBackend
from datagen.loading.preflight import opened
from datagen.loading.source_files import Directory
from datagen.schema import part_of
from tests.loading import toy
from tests.loading.mssql_engine import Engine
from tests.loading.mssql_server import FakeServer, fake_server

SHOP = part_of(toy.TABLES, toy.SHOP)
"""The two tables of the toy world's shop."""
NUMBERED = MetaData(naming_convention=schema.NAMING)
"""Tables whose rows the server numbers, if they come without a number."""
Table(
    "parents",
    NUMBERED,
    Column("id", Integer, Identity(), primary_key=True),
    Column("name", String(20), nullable=False, unique=True),
)
Table(
    "children",
    NUMBERED,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("parent", Integer, ForeignKey("parents.id"), nullable=False),
    Column("born", Date),
    Column("seen", DateTime),
)


@contextmanager
def running() -> Iterator[FakeServer]:
    """A fake server, if the driver can be loaded on this machine."""
    with fake_server() as server:
        for name in (toy.SHOP, toy.LOGS):
            server.databases[name] = Engine(server.databases)
        try:
            backend_for(server.url).connect().close()
        except DatabaseError as error:
            if "libltdl" not in str(error):
                raise
            pytest.skip(f"{error}")
        server.statements.clear()
        yield server


def shop(directory: Path, backend: MssqlBackend, *, target: str = "dbo", truncate: bool = False) -> Loaded:
    """Load the shop of a directory of the toy world."""
    with opened(directory, toy.TABLES, "toy") as files:
        own = tuple(source for source in files.sources if source.table.name in SHOP.tables)
        return load(backend, replace(files, sources=own), SHOP, schema=target, truncate=truncate)


@contextmanager
def numbered(directory: Path, parents: str | None, children: str) -> Iterator[Directory]:
    """Files of the tables whose rows are numbered, opened; without one of `parents` if that is None."""
    directory.mkdir(exist_ok=True)
    (directory / "parents.csv").unlink(missing_ok=True)
    if parents is not None:
        (directory / "parents.csv").write_text(f"id,name\n{parents}")
    (directory / "children.csv").write_text(f"id,parent,born,seen\n{children}")
    with opened(directory, NUMBERED, "numbered") as files:
        yield files


def parse_errors(statements: Iterable[str]) -> str:
    """What the grammar of SQL Server refuses of statements, each of which is a batch; empty if it takes them all."""
    parser = Path(sys.executable).parent / "maxdop"
    text = "\nGO\n".join(statements)
    done = subprocess.run([parser, "--parser-version", "2017"], input=text, capture_output=True, text=True)
    return done.stderr if done.returncode else ""
