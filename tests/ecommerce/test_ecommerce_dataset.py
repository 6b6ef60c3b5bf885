"""A marketplace as a whole: exact counts, bytes that do not depend on the workers, what stays when it grows."""

from __future__ import annotations

import datetime as dt
import filecmp
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from datagen.checks.findings import Outcome
from datagen.checks.verify import verify_directory
from datagen.ecommerce import market
from datagen.ecommerce.tables import metadata
from datagen.ecommerce.world import WORLD
from datagen.errors import UsageError
from datagen.schema import column_names, load_order
from tests.support.shops import AS_OF, START, exported, frames

TABLES = load_order(metadata)


@pytest.fixture(scope="module")
def small() -> dict[str, pd.DataFrame]:
    return frames(orders=300)


def files(place: Path) -> list[str]:
    return sorted(str(path.relative_to(place)) for path in place.rglob("*.*") if path.is_file())


def broken(place: Path) -> list[str]:
    """The checks that are not satisfied, but for figures."""
    verdict = verify_directory(place, WORLD, {})
    return [f"{item.check}: {item.examples}" for item in verdict.failed() if not item.statistical] + [
        item.check for item in verdict.findings if item.outcome is Outcome.SKIPPED and not item.statistical
    ]


def test_every_table_has_its_columns_in_order(small):
    assert {name: list(frame.columns) for name, frame in small.items()} == {
        table.name: column_names(table) for table in TABLES
    }


def test_the_counts_are_those_asked_for(small):
    assert {name: len(frame) for name, frame in small.items()} == {
        "brand": 20,
        "category": 10,
        "seller": 25,
        "product": 200,
        "promotion": 10,
        "promotion_product": 100,
        "order": 300,
        "order_item": 3_000,
    }


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_bytes_do_not_depend_on_the_workers(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(market, "MOST_ITEMS_A_UNIT", 150)  # stretches of a few days
    places = [exported(tmp_path / str(workers), orders=300, workers=workers, kind=kind) for workers in (1, 2, 4)]
    names = files(places[0])
    assert len(names) == (9 if kind == "csv" else 6 + 1 + 2 * 13)
    for other in places[1:]:
        assert files(other) == names
        assert filecmp.cmpfiles(places[0], other, names, shallow=False) == (names, [], [])


@pytest.mark.few(2)
@pytest.mark.parametrize("table", ["brand", "category", "seller", "promotion", "promotion_product", "product"])
def test_more_orders_leave_the_catalogue_as_it_was(small, table):
    follow_demand = {"stock_qty", "reorder_level", "reorder_qty"}
    columns = [name for name in small[table].columns if name not in follow_demand]
    more = frames(orders=2_000)[table]
    pd.testing.assert_frame_equal(small[table][columns], more[columns])
    if table == "product":
        assert (small[table]["reorder_qty"] < more["reorder_qty"]).any()


def test_parquet_has_orders_and_items_by_month(tmp_path):
    place = exported(tmp_path / "data", orders=100, kind="parquet", start=dt.date(2026, 9, 10))
    assert [name for name in files(place) if name.startswith("order_2")] == [
        "order_2026-09-10_2026-09-30.parquet",
        "order_2026-10-01_2026-10-31.parquet",
        "order_2026-11-01_2026-11-19.parquet",
    ]


@pytest.mark.few(2)
@pytest.mark.parametrize(
    "sizes",
    [
        {"orders": 50},
        {"orders": 60, "items": 3_000},
        {"orders": 30, "items": 30, "brands": 1, "categories": 1, "sellers": 1, "products": 4, "promotions": 1,
         "promotion_products": 1},
        {"orders": 400, "items": 1_600, "brands": 16, "categories": 2, "sellers": 16, "products": 16, "promotions": 3,
         "promotion_products": 20},
        {"orders": 200, "brands": 90, "categories": 60, "sellers": 120, "products": 900, "promotions": 40,
         "promotion_products": 2_000},
    ],
    ids=str,
)  # fmt: skip
def test_every_hard_rule_holds_at_any_size(tmp_path, sizes):
    """Other sizes, and usual windows, are those of the data that raises no alarm."""
    assert broken(exported(tmp_path / "data", **sizes)) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "as_of"),
    [
        (dt.date(1969, 12, 1), dt.date(1971, 1, 1)),
        (dt.date(1899, 1, 1), dt.date(1900, 1, 1)),
        (dt.date(2149, 12, 31), dt.date(2150, 12, 31)),
    ],
)
def test_every_hard_rule_holds_in_windows_of_long_ago_and_far_away(tmp_path, start, as_of):
    assert broken(exported(tmp_path / "data", orders=400, start=start, as_of=as_of)) == []


@pytest.mark.slow
@settings(max_examples=5, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(seed=st.integers(0, 2**63 - 1), orders=st.integers(1, 500), per_order=st.integers(1, 30))
def test_every_hard_rule_holds_for_any_seed(tmp_path_factory, seed, orders, per_order):
    place = tmp_path_factory.mktemp("any") / "data"
    assert broken(exported(place, seed=seed, orders=orders, items=orders * per_order)) == []


def test_more_pairs_than_are_real_reductions_are_refused():
    with pytest.raises(UsageError, match=r"--promotion-products 1,999 is more than 1,\d\d\d: so many pairs of a promo"):
        frames(orders=10, promotion_products=1_999)


def test_orders_that_are_larger_than_what_is_on_sale_are_refused():
    from datagen.ecommerce.rules import EcommerceRules
    from datagen.rules import override

    rules = override(EcommerceRules(), {"catalogue.launched": 0.3, "catalogue.retired": 0.3})
    with pytest.raises(UsageError, match=r"The largest order has 50 items, and on some day only \d+ products are on"):
        frames(orders=400, items=20_000, start=dt.date(2023, 11, 20), rules=rules)


def test_the_window_is_filled_from_its_first_day_to_the_eve_of_the_as_of_day():
    orders = frames(orders=5_000)["order"]["order_date"]
    assert orders.min().date() == START
    assert orders.max().date() == AS_OF - dt.timedelta(1)
