"""MariaDB gives the answers of the files, and damage in a live database is found: its rows are read back and judged."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from datagen.checks.findings import Finding, Outcome, Verdict
from datagen.checks.sql_rules import ask
from datagen.ecommerce.tables import metadata
from datagen.ecommerce.world import WORLD
from datagen.jobs.one_database import load_directory, verify_loaded
from datagen.loading.session import Session
from datagen.progress import Progress
from datagen.schema import load_order
from tests.ecommerce.checks import damage_catalogue, damage_orders
from tests.loading.mysql import server as servers

pytestmark = pytest.mark.slow

KINDS = sorted([*damage_catalogue.DAMAGE, *damage_orders.DAMAGE], key=itemgetter(1))
# One of each rule: rows that are read back are judged as those of files are, which have all kinds.
DAMAGE = [next(kinds) for _, kinds in groupby(KINDS, itemgetter(1))]
ROWS = 500
"""Rows in a statement."""


class Planting:
    """A database with good data, in which rows are put in place of others."""

    def __init__(self, url: str, bench: Any) -> None:
        self.url, self.bench = url, bench
        self._good = {table.name: self._rows(table.name) for table in load_order(metadata)}

    def _rows(self, table: str) -> set[tuple[Any, ...]]:
        return set(self.bench.database.connection.execute(f'SELECT * FROM "{table}"').fetchall())

    @contextmanager
    def damaged(self, statements: str) -> Iterator[None]:
        """The database with the rows that the statements make of the good ones, until the block ends."""
        with self.bench.damaged(statements):
            found = {name: self._rows(name) for name in self._good}
        changes = [(name, self._good[name] - rows, rows - self._good[name]) for name, rows in found.items()]
        self._put(changes)
        try:
            yield
        finally:
            self._put([(name, new, old) for name, old, new in changes])

    def _put(self, changes: list[tuple[str, set[tuple[Any, ...]], set[tuple[Any, ...]]]]) -> None:
        with closing(servers.connection_to(self.url)) as connection, connection.cursor() as cursor:
            cursor.execute("SET foreign_key_checks = 0")
            for name, old, new in changes:
                key = next(iter(metadata.tables[name].primary_key)).name
                keys = [row[0] for row in old]
                for first in range(0, len(keys), ROWS):
                    listed = ", ".join(map(str, keys[first : first + ROWS]))
                    cursor.execute(f"DELETE FROM `{name}` WHERE {key} IN ({listed})")
                if new:
                    marks = ", ".join(["%s"] * len(metadata.tables[name].columns))
                    cursor.executemany(f"INSERT INTO `{name}` VALUES ({marks})", list(new))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty database: of the server of 127.0.0.1:3306, or of one that is started."""
    own, server = None, servers.standing()
    if server is None:
        if servers.PROGRAM is None:
            pytest.skip("There is neither a MariaDB at 127.0.0.1:3306 nor a program mariadbd (mariadb-server-core).")
        own = servers.ThrowAway(tmp_path_factory.mktemp("mariadb"))
        own.start()
        server = own.url
    found = servers.with_database(server, f"datagen_shop_{os.getpid()}")
    servers.drop(found)
    servers.ask(server, f"CREATE DATABASE `{servers.database_of(found)}`")
    yield found
    servers.drop(found)
    if own:
        own.stop()


@pytest.fixture(scope="module")
def session(small_shop: Path, url: str) -> Iterator[Session]:
    """A session with the database, in which the good data is loaded."""
    with Session("shop", "", url, None, Progress(quiet=True)) as made:
        load_directory(WORLD, small_shop, made)
        yield made


@pytest.fixture(scope="module")
def planting(small_bench: Any, url: str, session: Session) -> Planting:
    """The same without foreign keys, unique names and CHECKs, which the server would see to."""
    query = (
        "SELECT table_name, constraint_name FROM information_schema.table_constraints"
        " WHERE table_schema = database() AND constraint_type = '{}'"
    )
    for kind, word in (("FOREIGN KEY", "FOREIGN KEY"), ("UNIQUE", "INDEX"), ("CHECK", "CONSTRAINT")):
        for table, name in servers.ask(url, query.format(kind)):
            servers.ask(url, f"ALTER TABLE `{table}` DROP {word} `{name}`")
    return Planting(url, small_bench)


def asked(session: Session, bench: Any, *checks: str) -> list[Finding]:
    """What checks say of the database as it is now."""
    with session.backend.snapshot(session.schema) as found:
        return list(ask(found.database(metadata, ()), bench.catalogue, bench.values, checks))


def plain(findings: list[Finding]) -> list[tuple[Any, ...]]:
    return [(item.check, item.outcome, item.offending, item.measures) for item in findings]


def test_the_loaded_database_is_in_order(session: Session) -> None:
    verdict: Verdict = verify_loaded(WORLD, session)
    assert [item for item in verdict.findings if item.outcome in (Outcome.FAILED, Outcome.SKIPPED)] == []


def test_the_database_and_the_files_agree(small_bench: Any, session: Session) -> None:
    assert plain(asked(session, small_bench)) == plain(small_bench.findings())


@pytest.mark.parametrize(("kind", "check", "statements"), DAMAGE, ids=[f"{check}: {kind}" for kind, check, _ in DAMAGE])
def test_damage_in_a_live_database_is_found(
    small_bench: Any, session: Session, planting: Planting, kind: str, check: str, statements: str
) -> None:
    with planting.damaged(statements):
        (finding,) = asked(session, small_bench, check)
    assert finding.outcome is Outcome.FAILED, kind
    assert finding.offending
