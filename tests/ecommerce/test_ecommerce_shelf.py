"""The shelves, replayed by a reader who knows the tables alone."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from datagen.ecommerce import market, shelf
from datagen.ecommerce.rules import EcommerceRules
from datagen.errors import UsageError
from datagen.rules import override
from tests.support.shops import AS_OF, START, frames

DAY = pd.Timedelta(days=1)


def replayed(tables: dict[str, pd.DataFrame], start: dt.date = START, as_of: dt.date = AS_OF) -> pd.DataFrame:
    """The shelf of every product on every evening, by the rules of the story, row by row."""
    orders, items = tables["order"].set_index("order_id"), tables["order_item"]
    sold: Counter[tuple[int, pd.Timestamp]] = Counter()
    back: Counter[tuple[int, pd.Timestamp]] = Counter()
    whole = items.join(orders[["cancelled_at", "returned_at"]], on="order_id")
    columns = ["product_id", "order_date", "quantity", "returned_quantity", "cancelled_at", "returned_at"]
    for product, ordered, units, returned, cancelled, sent in whole[columns].to_numpy(object).tolist():
        sold[product, pd.Timestamp(ordered).normalize()] += units
        if not pd.isna(cancelled):
            back[product, pd.Timestamp(cancelled).normalize() + DAY] += units
        if not pd.isna(sent):
            back[product, pd.Timestamp(sent).normalize() + DAY] += returned
    found = []
    for row in tables["product"].to_dict("records"):
        opens = max(row["created_at"].normalize(), pd.Timestamp(start))
        left, due = row["reorder_level"] + row["reorder_qty"], None
        for day in pd.date_range(opens, pd.Timestamp(as_of) - DAY):
            key = (row["product_id"], day)
            left += back[key]
            if due == day:
                left, due = left + row["reorder_qty"], None
            left -= sold[key]
            on_sale = pd.isna(row["retired_at"]) or day < row["retired_at"].normalize()
            if due is None and left <= row["reorder_level"] and on_sale:
                due = day + row["lead_days"] * DAY
            found.append((row["product_id"], day, left))
    return pd.DataFrame(found, columns=["product_id", "day", "left"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("orders", "changes"),
    [(150, {}), (1_500, {"stock.cover": 0.2, "stock.safety": 0.0, "stock.order_days": "2,4"})],
    ids=["usual", "short"],
)
def test_the_shelf_is_never_below_zero_and_ends_at_what_is_stated(monkeypatch, orders, changes):
    monkeypatch.setattr(market, "MOST_ITEMS_A_UNIT", 400)  # stretches of a few days: returns and deliveries cross them
    tables = frames(orders=orders, rules=override(EcommerceRules(), changes))
    evenings = replayed(tables)
    assert evenings["left"].min() >= 0
    if changes:
        assert (evenings["left"] == 0).mean() > 0.01
    last = evenings[evenings["day"] == pd.Timestamp(AS_OF) - DAY].set_index("product_id")["left"]
    pd.testing.assert_series_equal(
        last, tables["product"].set_index("product_id")["stock_qty"], check_names=False, check_dtype=False
    )


def test_stretches_do_not_show(monkeypatch):
    """Where the window is cut into units of work decides streams, but not how many there are of anything."""
    whole = frames(orders=400)
    monkeypatch.setattr(market, "MOST_ITEMS_A_UNIT", 300)
    cut = frames(orders=400)
    for table, frame in whole.items():
        assert len(cut[table]) == len(frame)
    assert cut["order"]["order_date"].dt.date.value_counts().equals(whole["order"]["order_date"].dt.date.value_counts())


def test_customers_who_find_nothing_are_told_of():
    rules = override(
        EcommerceRules(),
        {"stock.floors": "1,1", "stock.cover": 0.1, "stock.safety": 0.0, "stock.order_days": "1,1",
         "stock.lead_days": "30,30"},
    )  # fmt: skip
    with pytest.raises(UsageError, match=r"On \d{4}-\d\d-\d\d shelves are empty before all orders are filled"):
        frames(orders=20_000, rules=rules, start=dt.date(2026, 10, 20))


def test_what_is_left_goes_to_those_who_come_first():
    products = np.array([1, 1, 1, 4, 4], np.uint16)
    units = np.array([2, 3, 1, 5, 1], np.uint8)
    left = np.array([0, 4, 0, 0, 9])
    assert shelf._given(products, units, left).tolist() == [2, 2, 0, 5, 1]


@pytest.mark.slow
def test_the_last_resort_is_what_there_is_most_of(monkeypatch):
    monkeypatch.setattr(shelf, "_ROUNDS", 0)
    rules = override(EcommerceRules(), {"stock.cover": 0.2, "stock.safety": 0.0})
    tables = frames(orders=1_500, rules=rules)
    assert replayed(tables)["left"].min() >= 0
    assert not tables["order_item"].duplicated(["order_id", "product_id"]).any()
