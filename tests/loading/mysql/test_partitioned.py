"""Tables partitioned by month in MariaDB: loaded, replaced by others and replacing them, verified there."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pymysql
import pytest

from datagen import jobs
from datagen.ecommerce.world import WORLD
from datagen.errors import DatabaseError, DataError
from datagen.loading.backend import Existing
from datagen.loading.mysql import in_place
from datagen.loading.mysql.address import address_of
from datagen.loading.mysql.facts import MARIADB, MYSQL
from datagen.loading.mysql.faults import explain
from datagen.progress import Progress
from tests.loading.mysql.server import ask, checksum, connection_to
from tests.support.shops import exported


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(tmp_path_factory.mktemp("shop") / "data", orders=200)


def load(directory: Path, url: str, **options: Any) -> str:
    """Load, and verify; gives what was told."""
    told: list[str] = []
    progress = Progress(quiet=True)
    progress.say = told.append  # type: ignore[assignment, unused-ignore]
    outcome = jobs.load(WORLD, directory, jobs.Target(url, **options), progress)
    jobs.refuse_broken_database(outcome.verdict)
    return "\n".join(told)


def partitions(url: str) -> int:
    """How many partitions the orders have."""
    found = ask(
        url,
        "SELECT count(*) FROM information_schema.partitions WHERE table_schema = database() "
        "AND table_name = 'order' AND partition_name IS NOT NULL",
    )
    return int(found[0][0])


def add_order(url: str) -> int:
    """The number of an order that is added."""
    ask(
        url,
        "INSERT INTO `order` (order_date, status, total_amount, created_at) "
        "VALUES ('2040-01-01', 'PLACED', 1, '2040-01-01')",
    )
    return int(ask(url, "SELECT max(order_id) FROM `order`")[0][0])


def test_tables_by_month_are_replaced_where_they_are(shop, url):
    load(shop, url, partition="month")
    ask(url, "CREATE INDEX mine ON product (price)")
    assert add_order(url) == 201
    told = load(shop, url, partition="month", truncate=True)
    assert "fk_order_item_order_id, fk_order_item_product_id" in told
    assert partitions(url) == 14
    assert add_order(url) == 201
    assert ask(url, "SHOW INDEX FROM product WHERE key_name = 'mine'")


def test_mariadb_sets_the_next_number_only_where_it_would_be_another(shop, killable):
    if "MariaDB" not in ask(killable, "SELECT version()")[0][0]:
        pytest.skip("MySQL always sets it.")
    altered = "SHOW GLOBAL STATUS LIKE 'Com_alter_table'"
    load(shop, killable, partition="month")
    before = ask(killable, altered)
    load(shop, killable, partition="month", truncate=True)
    again = ask(killable, altered)
    add_order(killable)
    load(shop, killable, partition="month", truncate=True)
    numbers = [int(found[0][1]) for found in (before, again, ask(killable, altered))]
    assert numbers[2] - numbers[1] == numbers[1] - numbers[0] + 1


def test_mysql_moves_no_tables_of_a_database_whose_folder_has_another_name(url):
    with closing(connection_to(url)) as connection, connection.cursor() as cursor:
        needed = {
            (facts.title, name)
            for facts in (MYSQL, MARIADB)
            for name in ("shop_1", "my shop", "läden", "shop-1")
            if in_place.is_needed(cursor, facts, Existing(name, (), frozenset()), WORLD.metadata)
        }
    assert needed == {("MySQL", "my shop"), ("MySQL", "läden"), ("MySQL", "shop-1")}


def test_a_folder_that_a_killed_server_has_kept_is_named():
    reason = "Schema directory './shop__replaced' already exists. This must be resolved manually."
    error = pymysql.err.OperationalError(3678, reason)
    assert re.search(
        "killed .*'./shop__replaced'.* Remove that folder .* or load into a database of another name",
        str(explain(address_of("mysql://me@localhost/shop"), error)),
    )


@pytest.mark.parametrize("before", ["month", None])
def test_tables_with_rows_are_not_partitioned_otherwise(shop, url, before):
    load(shop, url, partition=before)
    old = checksum(url)
    with pytest.raises(DatabaseError, match=r"has rows and other partitions .* Drop the tables, or load into another"):
        load(shop, url, partition=None if before else "month", truncate=True)
    assert checksum(url) == old


@pytest.mark.parametrize("before", ["month", None])
def test_tables_without_rows_are_partitioned_as_the_load_says(shop, url, before):
    load(shop, url, partition=before)
    ask(url, "SET foreign_key_checks = 0", *(f"DELETE FROM `{table}`" for table in WORLD.metadata.tables))
    load(shop, url, partition=None if before else "month")
    assert partitions(url) == (0 if before else 14)
    assert add_order(url) == 201


def test_rows_that_are_there_are_not_doubled(shop, url):
    load(shop, url, partition="month")
    with pytest.raises(DataError, match="have rows already"):
        load(shop, url, partition="month")
