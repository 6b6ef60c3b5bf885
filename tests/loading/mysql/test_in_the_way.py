"""Who and what may be in the way of a load: sessions, other people's tables and triggers, what a killed load left."""

from __future__ import annotations

import threading
from contextlib import closing, suppress
from pathlib import Path

import pymysql
import pytest

from datagen.errors import DatabaseError, DataError
from datagen.loading.backend import DONE, UNCHANGED
from datagen.loading.backends import backend_for
from datagen.loading.load import create_tables
from datagen.loading.mysql import backend, staging
from tests.loading.mysql.server import ask, checksum, connection_to, database_of
from tests.loading.mysql.toy_shop import SHOP, load_shop, shop

TRIGGER = "CREATE TRIGGER watch AFTER INSERT ON {} FOR EACH ROW SET @n = 1"


@pytest.fixture
def loaded(url: str, tmp_path: Path) -> str:
    """The URL of a database with fifty orders."""
    load_shop(url, shop(tmp_path / "first", 50))
    return url


@pytest.mark.parametrize(
    ("addition", "told"),
    [
        (
            "CREATE TABLE mine (who varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, "
            "CONSTRAINT mine_fk FOREIGN KEY (who) REFERENCES people (personid))",
            r"mine, a table that is not this world's, refers to .*people .foreign key mine_fk.*Drop that key, load",
        ),
        (
            TRIGGER.format("`order`"),
            r"order has a trigger .watch., .* Drop it, load, and create it again",
        ),
        ("ALTER TABLE `order` ADD CONSTRAINT mine CHECK (amount < 1000)", r"order has a CHECK .mine. that is not the"),
        (
            "CREATE TABLE mine (n int PRIMARY KEY); ALTER TABLE `order` ADD CONSTRAINT own FOREIGN KEY (`select`) "
            "REFERENCES mine (n)",
            r"order has a foreign key .own. that is not the schema's",
        ),
        ("ALTER TABLE `order` ADD COLUMN mine int", "order has other columns than this release makes"),
        ("DROP TABLE `order`; CREATE VIEW `order` AS SELECT 1", "order is not a table, so it is left alone"),
        ("DROP TABLE loaded_files; CREATE TABLE loaded_files (mine int)", "loaded_files is not a load record"),
        ("CREATE DATABASE `{0}__loading`; CREATE TABLE `{0}__loading`.mine (n int)", "is not a load's, under the name"),
    ],
)
def test_what_others_have_made_and_cannot_be_kept_stops_the_load(
    loaded: str, tmp_path: Path, addition: str, told: str
) -> None:
    statements = addition.format(database_of(loaded)).split("; ")
    ask(loaded, "SET foreign_key_checks = 0", *statements)
    before = checksum(loaded)
    with pytest.raises((DatabaseError, DataError), match=told):
        load_shop(loaded, shop(tmp_path / "second", 70))
    assert checksum(loaded) == before


def test_a_trigger_that_comes_while_the_tables_are_loaded_stops_the_load(
    loaded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = staging.MySqlWorker.finish

    def and_then(self: staging.MySqlWorker, table: object) -> None:
        with suppress(pymysql.err.OperationalError):  # it is there already: from another table
            ask(loaded, TRIGGER.format("people"))
        finish(self, table)  # type: ignore[arg-type]

    monkeypatch.setattr(staging.MySqlWorker, "finish", and_then)
    with pytest.raises(DatabaseError, match="people has a trigger"):
        load_shop(loaded, shop(tmp_path / "second", 70))
    assert ask(loaded, "SELECT count(*) FROM `order`") == [(50,)]
    assert checksum(loaded)["beside"] == []


def test_who_is_in_the_way_is_named_and_the_load_waits_for_those_who_end(
    loaded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = checksum(loaded)
    monkeypatch.setattr(staging, "_PATIENCE", 0.5)
    monkeypatch.setattr(staging, "_MOMENT", 1)
    directory = shop(tmp_path / "second", 70)
    with closing(connection_to(loaded)) as reader, reader.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT count(*) FROM people")
        told = rf"tables of datagen test \d+ for 0 s without a pause .*server threads .*{reader.thread_id()} of root"
        with pytest.raises(DatabaseError, match=told):
            load_shop(loaded, directory)
        assert checksum(loaded) == before
        monkeypatch.setattr(staging, "_PATIENCE", 60)
        timer = threading.Timer(0.5, reader.rollback)
        timer.start()
        load_shop(loaded, directory)
        timer.join()
    assert ask(loaded, "SELECT count(*) FROM `order`") == [(70,)]


def test_rows_that_others_add_to_an_empty_table_in_the_last_moment_are_not_lost(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = backend_for(url)
    database.connect()
    create_tables(database, SHOP, database.schema_of(None))
    let_go = staging.MySqlStaging._let_go

    def and_then(self: staging.MySqlStaging) -> None:
        let_go(self)
        ask(url, "INSERT IGNORE INTO people VALUES ('X0000001', '2024-01-01')")

    monkeypatch.setattr(staging.MySqlStaging, "_let_go", and_then)
    with pytest.raises(DataError, match=r"have rows already .people"):
        load_shop(database, shop(tmp_path / "data", 50), truncate=False)
    database.close()
    assert ask(url, "SELECT personid FROM people") == [("X0000001",)]
    assert checksum(url)["beside"] == []


def test_two_loads_cannot_meet(loaded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "_LOCK_PATIENCE", 0)
    first, directory = backend_for(loaded), shop(tmp_path / "second", 70)
    told = r"Another load into the database datagen test .* is running"
    with first.exclusive(""), pytest.raises(DatabaseError, match=told):
        load_shop(loaded, directory)
    load_shop(loaded, directory)
    first.close()


def test_what_a_killed_load_leaves_is_removed_by_the_next(loaded: str, tmp_path: Path) -> None:
    name = database_of(loaded)
    ask(
        loaded,
        f"CREATE DATABASE `{name}__replaced`",
        f"CREATE DATABASE `{name}__loading`",
        f"CREATE TABLE `{name}__loading`.datagen_load (generation varchar(64) NOT NULL) "
        "COMMENT 'A load of datagen in the making; the next load removes it.'",
        f"CREATE TABLE `{name}__loading`.people (n int)",
    )
    load_shop(loaded, shop(tmp_path / "second", 70))
    assert checksum(loaded)["beside"] == []


@pytest.mark.parametrize("is_done", [True, False])
@pytest.mark.parametrize("lost", [True, False], ids=["connection lost", "interrupted"])
def test_what_ends_a_load_while_tables_are_moved_is_told_with_what_the_database_holds(
    loaded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_done: bool, lost: bool
) -> None:
    execute = pymysql.cursors.Cursor.execute

    def and_then(self: pymysql.cursors.Cursor, query: str, args: object = None) -> int:
        if not str(query).startswith("RENAME TABLE"):
            return execute(self, query, args)
        if is_done:
            execute(self, query, args)
        raise pymysql.err.OperationalError(2013, "Lost connection") if lost else KeyboardInterrupt

    monkeypatch.setattr(pymysql.cursors.Cursor, "execute", and_then)
    with pytest.raises(DatabaseError if lost else KeyboardInterrupt) as ended:
        load_shop(loaded, shop(tmp_path / "second", 70))
    if lost:
        assert f"holds {'the new data' if is_done else 'what it held before'}, whole." in str(ended.value)
    else:
        assert ended.value.__notes__ == [DONE if is_done else UNCHANGED]
    assert ask(loaded, "SELECT count(*) FROM `order`") == [(70 if is_done else 50,)]
    assert checksum(loaded)["beside"] == []
