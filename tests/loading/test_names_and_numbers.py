"""Tables with names that mean something in SQL, and whole numbers for keys: loaded, appended to and verified."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from datagen.errors import DataError
from datagen.loading.append import Appended, catch_up
from datagen.loading.backend import Backend
from datagen.loading.backends import backend_for
from datagen.loading.load import Loaded, create_tables, load
from datagen.loading.preflight import opened
from datagen.loading.verify import verify
from datagen.schema import part_of
from datagen.world import World
from tests.loading import toy
from tests.support.queries import ask

SHOP = part_of(toy.TABLES, toy.SHOP)
ORDERS = 'SELECT count(*), min("select"), max("select"), sum(amount) FROM "Test schema"."order"'


@dataclass(frozen=True)
class Rules:
    """No rules."""


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "checks").mkdir()
    return World("toy", "Toys", tables=SHOP, root=Rules, checks=tmp_path / "checks")


@pytest.fixture
def backend(url: str) -> Iterator[Backend]:
    found = backend_for(url)
    yield found
    found.close()


def test_they_are_loaded_and_verified(backend: Backend, url: str, schema: str, tmp_path: Path, world: World) -> None:
    rows = {name: values for name, values in toy.rows(50).items() if name in SHOP.tables}
    directory = toy.write(tmp_path / "data", rows)
    with opened(directory, SHOP, "toy") as found:
        assert load(backend, found, SHOP, schema=schema).rows == {"people": 10, "order": 50}
    assert ask(url, ORDERS) == [(50, 1, 50, 1300)]
    verdict = verify(backend, world, schema=schema)
    assert verdict.ok
    assert "order.rows" in {item.check for item in verdict.findings}
    assert "order.amount.total" in {item.check for item in verdict.findings}
    ask(url, 'UPDATE "Test schema"."order" SET amount = amount + 1 WHERE "select" = 7')
    assert [item.check for item in verify(backend, world, schema=schema).failed()] == ["order.amount.total"]


def test_they_can_be_created_empty(backend: Backend, url: str, schema: str) -> None:
    assert create_tables(backend, SHOP, schema) == ["people", "order"]
    assert create_tables(backend, SHOP, schema) == []
    assert ask(url, ORDERS) == [(0, None, None, None)]


def test_new_days_are_appended(backend: Backend, url: str, schema: str, tmp_path: Path) -> None:
    first = toy.write_history(tmp_path / "data", [2])
    assert isinstance(catch_up(backend, tmp_path / "data", SHOP, first, schema=schema), Loaded)
    whole = toy.write_history(tmp_path / "data", [2, 3])
    done = catch_up(backend, tmp_path / "data", SHOP, whole, schema=schema)
    assert isinstance(done, Appended) and done.rows == 72
    assert ask(url, ORDERS) == [(120, 1, 120, sum(number % 97 for number in range(1, 121)) + 60)]
    again = catch_up(backend, tmp_path / "data", SHOP, whole, schema=schema)
    assert isinstance(again, Appended) and again.rows == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("\n49,", "\n490,"), r"column select: '\d+' does not come after"),
        (("P0000003", "P0000099"), "column Group: 'P0000099' is not one of people.personid"),
        (("2024-01-04 ", "2024-01-09 "), "column at: '2024-01-09 00:00:00' is not on a day of the file"),
    ],
)
def test_rows_that_do_not_come_next_are_refused(
    backend: Backend, url: str, schema: str, tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    catch_up(backend, tmp_path / "data", SHOP, toy.write_history(tmp_path / "data", [2]), schema=schema)
    before = ask(url, ORDERS)
    whole = toy.write_history(tmp_path / "data", [2, 3])
    new = tmp_path / "data" / "order_2024-01-03_2024-01-05.csv"
    text = new.read_text()
    assert change[0] in text
    new.write_text(text.replace(*change))
    with pytest.raises(DataError, match=told):
        catch_up(backend, tmp_path / "data", SHOP, whole, schema=schema)
    assert ask(url, ORDERS) == before


def test_a_row_that_breaks_a_rule_is_named(backend: Backend, schema: str, tmp_path: Path) -> None:
    rows = {name: values for name, values in toy.rows(50).items() if name in SHOP.tables}
    rows["order"][3] |= {"amount": "-1.00"}
    directory = toy.write(tmp_path / "data", rows, manifest=False)
    with (
        opened(directory, SHOP, "toy") as found,
        pytest.raises(DataError, match=r"order.csv, line 5, column amount: '-1.00' breaks the rule amount >= 0"),
    ):
        load(backend, found, SHOP, schema=schema)


def test_the_tables_of_a_part_are_those_of_its_database() -> None:
    assert isinstance(SHOP, MetaData)
    assert list(SHOP.tables) == ["people", "order"]
