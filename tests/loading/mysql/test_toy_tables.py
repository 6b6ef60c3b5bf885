from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pymysql
import pytest

from datagen.errors import DataError
from datagen.loading.append import Appended, catch_up
from datagen.loading.backend import Backend
from datagen.loading.backends import backend_for
from datagen.loading.load import Loaded, create_tables
from datagen.loading.mysql import staging
from datagen.loading.mysql.appending import MySqlAppending
from datagen.loading.verify import verify
from datagen.world import World
from tests.loading import toy
from tests.loading.mysql.server import ask, checksum, watching
from tests.loading.mysql.toy_shop import SHOP, load_shop, shop, world_in

ORDERS = "SELECT count(*), min(`select`), max(`select`), sum(amount) FROM `order`"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return world_in(tmp_path)


@pytest.fixture
def backend(url: str) -> Iterator[Backend]:
    found = backend_for(url)
    yield found
    found.close()


def name_of(url: str) -> str:
    return backend_for(url).schema_of(None)


def test_names_that_mean_something_in_sql_are_loaded_and_verified(
    backend: Backend, url: str, tmp_path: Path, world: World
) -> None:
    assert load_shop(backend, shop(tmp_path / "data", 50)).rows == {"people": 10, "order": 50}
    assert ask(url, ORDERS) == [(50, 1, 50, 1300)]
    verdict = verify(backend, world, schema=name_of(url))
    assert verdict.ok
    assert {"order.rows", "order.amount.total", "order.columns", "order.at.range"} <= {
        item.check for item in verdict.findings
    }


@pytest.mark.parametrize(
    "damage, failing",
    [
        ("UPDATE `order` SET amount = amount + 1 WHERE `select` = 7", "order.amount.total"),
        ("DELETE FROM `order` WHERE `select` = 7", "order.rows"),
        (
            "SET foreign_key_checks = 0; UPDATE `order` SET `Group` = 'nobody' WHERE `select` = 7",
            "order.Group.reference",
        ),
        (
            "ALTER TABLE `order` DROP CONSTRAINT ck_order_amount; UPDATE `order` SET amount = -1 WHERE `select` = 7",
            "order.amount.check",
        ),
        ("SET sql_mode = ''; UPDATE `order` SET `at` = '2024-02-31' WHERE `select` = 7", "order.at.range"),
        ("ALTER TABLE `order` MODIFY amount double NOT NULL", "order.columns"),
        ("ALTER TABLE `order` DROP COLUMN amount", "order.columns"),
    ],
)
def test_planted_damage_is_found(
    backend: Backend, url: str, tmp_path: Path, world: World, damage: str, failing: str
) -> None:
    load_shop(backend, shop(tmp_path / "data", 50))
    ask(url, *damage.split("; "))
    failed = {item.check for item in verify(backend, world, schema=name_of(url)).failed()}
    assert set(failing.split()) <= failed


def test_tables_can_be_created_empty(backend: Backend, url: str) -> None:
    assert create_tables(backend, SHOP, name_of(url)) == ["people", "order"]
    assert create_tables(backend, SHOP, name_of(url)) == []
    assert ask(url, ORDERS) == [(0, None, None, None)]


def test_new_days_are_appended_and_readers_see_all_or_nothing(backend: Backend, url: str, tmp_path: Path) -> None:
    first = toy.write_history(tmp_path / "data", [2])
    assert isinstance(catch_up(backend, tmp_path / "data", SHOP, first, schema=name_of(url)), Loaded)
    whole = toy.write_history(tmp_path / "data", [2, 3])
    rows = "SELECT (SELECT count(*) FROM `order`), (SELECT row_count FROM loaded_files WHERE table_name = 'order')"
    with watching(url, rows) as seen:
        done = catch_up(backend, tmp_path / "data", SHOP, whole, schema=name_of(url))
    assert isinstance(done, Appended) and done.rows == 72
    assert seen <= {(48, 48), (120, 120)}
    assert ask(url, ORDERS) == [(120, 1, 120, sum(number % 97 for number in range(1, 121)) + 60)]
    again = catch_up(backend, tmp_path / "data", SHOP, whole, schema=name_of(url))
    assert isinstance(again, Appended) and again.rows == 0
    assert checksum(url)["beside"] == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("\n49,", "\n490,"), r"column select: '\d+' does not come after"),
        (("P0000003", "P0000099"), "column Group: 'P0000099' is not one of people.personid"),
        (("2024-01-04 ", "2024-01-09 "), "column at: '2024-01-09 00:00:00' is not on a day of the file"),
        ((",50.50", ",-50.50"), "column amount: '-50.50' breaks the rule amount >= 0"),
        ((",50.50", ",50.509"), "column amount: '50.509' is not a number"),
        (("\n50,", "\n49,"), "column select: '49' stands there and again"),
    ],
)
def test_rows_that_do_not_come_next_are_refused(
    backend: Backend, url: str, tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    catch_up(backend, tmp_path / "data", SHOP, toy.write_history(tmp_path / "data", [2]), schema=name_of(url))
    before = checksum(url)
    whole = toy.write_history(tmp_path / "data", [2, 3])
    new = tmp_path / "data" / "order_2024-01-03_2024-01-05.csv"
    text = new.read_text()
    assert change[0] in text
    new.write_text(text.replace(*change))
    with pytest.raises(DataError, match=told):
        catch_up(backend, tmp_path / "data", SHOP, whole, schema=name_of(url))
    assert checksum(url) == before


def test_what_others_write_meanwhile_keeps_an_append_away(backend: Backend, url: str, tmp_path: Path) -> None:
    catch_up(backend, tmp_path / "data", SHOP, toy.write_history(tmp_path / "data", [2]), schema=name_of(url))
    ask(url, "INSERT INTO `order` VALUES (49, 'P0000001', '2024-01-03', 1)")
    whole = toy.write_history(tmp_path / "data", [2, 3])
    with pytest.raises(DataError, match="order ends with 49 instead of 48: rows were added or removed"):
        catch_up(backend, tmp_path / "data", SHOP, whole, schema=name_of(url))


def test_rows_of_other_tables_that_have_changed_are_changed(backend: Backend, url: str, tmp_path: Path) -> None:
    catch_up(backend, tmp_path / "data", SHOP, toy.write_history(tmp_path / "data", [2]), schema=name_of(url))
    whole = toy.write_history(tmp_path / "data", [2, 3])
    people = tmp_path / "data" / "people_2024-01-03_2024-01-05.csv"
    people.write_text(
        people.read_text().replace("P0000003,2024-01-01", "P0000003,2023-12-31") + "P0000077,2024-01-02\n"
    )
    done = catch_up(backend, tmp_path / "data", SHOP, whole, schema=name_of(url))
    assert isinstance(done, Appended) and done.changed == {"people": 2}
    assert ask(url, "SELECT since FROM people WHERE personid = 'P0000003'") == [(dt.date(2023, 12, 31),)]


def test_a_row_that_breaks_a_rule_is_named(backend: Backend, url: str, tmp_path: Path) -> None:
    orders = toy.rows(50)["order"]
    orders[3] |= {"amount": "-1.00"}
    directory = shop(tmp_path / "data", 50, manifest=False, order=orders)
    told = r"order.csv, line 5, column amount: '-1.00' breaks the rule amount >= 0"
    with pytest.raises(DataError, match=told):
        load_shop(backend, directory)
    assert checksum(url) == {"beside": []}


def test_a_second_load_refuses_to_double_rows(backend: Backend, url: str, tmp_path: Path) -> None:
    directory = shop(tmp_path / "data", 50)
    load_shop(backend, directory)
    before = checksum(url)
    told = r"database datagen test \d+ have rows already .* Add --truncate .* name another database in the URL"
    with pytest.raises(DataError, match=told):
        load_shop(backend, directory, truncate=False)
    assert checksum(url) == before


def test_parquet_is_loaded_as_csv_is(backend: Backend, url: str, tmp_path: Path) -> None:
    directory = shop(tmp_path / "data", 5000)
    load_shop(backend, directory)
    before = checksum(url)
    (directory / "datapackage.json").unlink()
    path = directory / toy.SHOP / "order"
    rows = toy.rendered(SHOP.tables["order"], toy.rows(5000)["order"])[0]
    pq.write_table(rows, path.with_suffix(".parquet"))
    path.with_suffix(".csv").unlink()
    load_shop(backend, directory)
    assert {**checksum(url), "loaded_files": None} == {**before, "loaded_files": None}


@pytest.fixture
def without_orders(backend: Backend, url: str, tmp_path: Path) -> Path:
    """A directory with people alone, after one with orders has been loaded."""
    load_shop(backend, shop(tmp_path / "data", 50))
    return toy.write(tmp_path / "people", {"people": toy.rows(0)["people"]})


def test_tables_that_the_directory_has_not_keep_their_rows(backend: Backend, url: str, without_orders: Path) -> None:
    before = checksum(url)
    assert load_shop(backend, without_orders).kept == ("order",)
    assert checksum(url)["order"] == before["order"]
    assert checksum(url)["beside"] == []


def test_rows_that_stay_and_refer_to_none_of_the_new_ones_stop_the_load(
    backend: Backend, url: str, tmp_path: Path, without_orders: Path
) -> None:
    before = checksum(url)
    fewer = toy.write(tmp_path / "fewer", {"people": toy.rows(0)["people"][:5]})
    with pytest.raises(DataError, match=r"Rows of order that are in the database, .* do not fit the new ones"):
        load_shop(backend, fewer)
    assert checksum(url) == before


def test_what_is_written_to_a_kept_table_in_the_last_moment_is_not_lost(
    backend: Backend, url: str, without_orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = staging.MySqlStaging._let_go

    def and_then(self: staging.MySqlStaging) -> None:
        let_go(self)
        ask(url, "UPDATE `order` SET amount = 100 WHERE `select` = 7")

    monkeypatch.setattr(staging.MySqlStaging, "_let_go", and_then)
    with pytest.raises(DataError, match="order, which the directory does not have, was changed while"):
        load_shop(backend, without_orders)
    assert ask(url, "SELECT amount FROM `order` WHERE `select` = 7") == [(Decimal(100),)]
    assert checksum(url)["beside"] == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("7x,P0000007,2024-01-01 06:00:00,7.50", "line 8, column select: '7x' is not a whole number"),
        ("7.5,P0000007,2024-01-01 06:00:00,7.50", "line 8, column select: '7.5' is not a whole number"),
        ("99999999999,P0000007,2024-01-01 06:00:00,7.50", "line 8, column select: '99999999999' is too large"),
        ("6,P0000007,2024-01-01 06:00:00,7.50", "line 7, column select: '6' stands there and again in line 8"),
        ("7,P0000007 and more,2024-01-01 06:00:00,7.50", "line 8, column Group: 'P0000007 and more' is not text of 8"),
        ("7,,2024-01-01 06:00:00,7.50", "line 8, column Group: '' is empty"),
        ("7,P0000077,2024-01-01 06:00:00,7.50", "line 8, column Group: 'P0000077' is not one of people"),
        ("7,P0000007,2024-02-30 06:00:00,7.50", "line 8, column at: '2024-02-30 06:00:00' does not exist"),
        ("7,P0000007,,7.50", "line 8, column at: '' is empty"),
        ("7,P0000007,2024-01-01 06:00:00,7.505", "line 8, column amount: '7.505' is not a number"),
        ("7,P0000007,2024-01-01 06:00:00,-7.50", "line 8, column amount: '-7.50' breaks the rule amount >= 0"),
        ("7,P0000007,2024-01-01 06:00:00", "line 8, column amount: .* has 3 values instead of 4"),
        ("7,P0000007,2024-01-01 06:00:00,7.50,9", "line 8: '9' is more than the row can hold"),
    ],
)
def test_the_server_takes_nothing_that_it_would_change(
    backend: Backend, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str, told: str
) -> None:
    """`LOAD DATA LOCAL` would cut, round, zero or pass over each of these: nothing else looks at the values here."""
    load_shop(backend, shop(tmp_path / "first", 20))
    before = checksum(url)
    directory = shop(tmp_path / "data", 20, manifest=False)
    path = directory / toy.SHOP / "order.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:7], f"{change}\n", *lines[8:]]))
    monkeypatch.setattr("datagen.loading.load.refuse_forms", lambda directory: None)
    with pytest.raises(DataError, match=told):
        load_shop(backend, directory)
    assert checksum(url) == before


def test_nobody_else_writes_where_rows_are_appended(
    backend: Backend, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catch_up(backend, tmp_path / "data", SHOP, toy.write_history(tmp_path / "data", [2]), schema=name_of(url))
    record = MySqlAppending.record

    def and_then(self: MySqlAppending, files: Any) -> None:
        for statement in ("INSERT INTO `order` VALUES (999, 'P0000001', '2024-01-09', 1)", "DELETE FROM people"):
            with pytest.raises(pymysql.err.OperationalError, match="Lock wait timeout"):
                ask(url, "SET innodb_lock_wait_timeout = 1", statement)
        record(self, files)

    monkeypatch.setattr(MySqlAppending, "record", and_then)
    whole = toy.write_history(tmp_path / "data", [2, 3])
    done = catch_up(backend, tmp_path / "data", SHOP, whole, schema=name_of(url))
    assert isinstance(done, Appended) and done.rows == 72
