"""Servers and small data sets for tests of loading; the embedded server always, 127.0.0.1:5432 if there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql

from database_loader import FitnessCenterDatabaseLoader
from datagen.database.embedded import EmbeddedServer
from datagen.progress import Report

ROOT = Path(__file__).parents[2]
SYSTEM = "postgresql://postgres@127.0.0.1:5432/"
END = ("--end-date", "2026-11-20")
SCRATCH = f"datagen_test_{os.getpid()}"


def _generate(directory: Path, *options: str) -> Path:
    subprocess.run(
        [
            sys.executable,
            ROOT / "run_complete_data_generation.py",
            "--quiet",
            *END,
            *options,
            "--output-dir",
            directory,
        ],
        check=True,
        cwd=directory.parent,
    )
    return directory


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete data set of a few thousand rows; not to be changed."""
    sizes = ("--facilities", "1", "--members", "60", "--staff", "10", "--months", "3")
    return _generate(tmp_path_factory.mktemp("data") / "small", *sizes)


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another data set, of another seed; not to be changed."""
    sizes = (
        "--facilities",
        "1",
        "--members",
        "80",
        "--staff",
        "12",
        "--months",
        "3",
        "--end-date",
        "2026-11-20",
        "--seed",
        "7",
    )
    return _generate(tmp_path_factory.mktemp("data") / "other", *sizes)


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference tables of `small` alone, with a manifest."""
    from fitness_center_data_generator import FitnessCenterDataGenerator

    generator = FitnessCenterDataGenerator(1, 60, 10, end_date="2026-11-20")
    return Path(generator.save_to_csv(tmp_path_factory.mktemp("data") / "reference"))


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database in an embedded server."""
    server = EmbeddedServer("tests", tmp_path_factory.mktemp("server") / ".postgres")
    server.start()
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def system() -> Iterator[str]:
    """The URL of a scratch database in the server of this machine, if it has one."""
    try:
        connection = psycopg2.connect(SYSTEM + "postgres", connect_timeout=3)
    except psycopg2.OperationalError:
        pytest.skip("There is no PostgreSQL server at 127.0.0.1:5432.")
    connection.autocommit = True
    name = sql.Identifier(SCRATCH)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(name))
    try:
        yield SYSTEM + SCRATCH
    finally:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        connection.close()


@pytest.fixture(params=["embedded", "system"])
def url(request: pytest.FixtureRequest) -> str:
    """Each server in turn."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def schema(url: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A schema of the test's own, dropped after it; its name needs quotes."""
    name = "Test schema"
    yield name
    _drop(url, name, f"{name}__loading")


def _drop(url: str, *names: str) -> None:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        for name in names:
            cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)))
    connection.close()


@pytest.fixture
def loader(url: str, schema: str) -> Iterator[FitnessCenterDatabaseLoader]:
    """A loader into that schema that prints nothing."""
    with FitnessCenterDatabaseLoader(url, schema, report=Report(quiet=True)) as made:
        yield made


@pytest.fixture
def editable(small: Path, tmp_path: Path) -> Callable[..., Path]:
    """Makes a copy of `small` to be changed; without its manifest unless that is asked for."""

    def copy(*, manifest: bool = False) -> Path:
        directory = tmp_path / "data"
        shutil.copytree(small, directory)
        if not manifest:
            (directory / "datapackage.json").unlink()
        return directory

    return copy
