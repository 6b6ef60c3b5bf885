"""Good data of other seeds, sizes, windows and rules breaks no rule and leaves no band that can be judged."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest

from datagen.checks.findings import Finding, Outcome
from datagen.checks.verify import verify_directory
from datagen.ecommerce.rules import EcommerceRules
from datagen.ecommerce.world import WORLD
from datagen.rules import override
from tests.support.shops import exported

pytestmark = pytest.mark.slow

SHOPS: list[tuple[str, str, int, dict[str, int]]] = [  # first day, as-of day, seed, sizes
    ("2025-11-29", "2026-11-29", 1, {"orders": 50}),
    ("2023-02-28", "2024-02-29", 2, {"orders": 1_000}),  # a leap day
    ("2026-08-29", "2026-11-29", 3, {"orders": 1_000}),
    ("2024-12-25", "2026-12-25", 4, {"orders": 1_000}),
    ("2025-12-01", "2026-01-01", 5, {"orders": 1_000}),
    ("2023-01-01", "2026-01-01", 6, {"orders": 200}),
    ("2025-11-29", "2026-11-29", 7, {"orders": 1_000, "items": 1_000}),
    ("2025-11-29", "2026-11-29", 8, {"orders": 1_000, "items": 50_000}),
    ("2025-11-29", "2026-11-29", 9, {"orders": 1, "products": 4, "brands": 1, "categories": 1, "sellers": 1,
                                     "promotions": 0, "promotion_products": 0, "items": 1}),
    ("2025-11-29", "2026-11-29", 10, {"orders": 1_000, "products": 400, "sellers": 80, "brands": 60, "categories": 30,
                                      "promotions": 40, "promotion_products": 800}),
    ("2025-11-29", "2026-11-29", 11, {"orders": 1_000, "categories": 2}),
    ("2025-11-29", "2026-11-29", 12, {"orders": 1_000, "brands": 1}),
    ("2025-11-29", "2026-11-29", 13, {"orders": 20_000}),
    ("2026-05-05", "2027-05-05", 5, {"orders": 1_500, "items": 31_620, "products": 100, "sellers": 71, "brands": 30,
                                     "categories": 23, "promotions": 1, "promotion_products": 8}),
    ("2021-01-12", "2024-01-12", 6, {"orders": 1_500, "items": 24_685, "products": 100, "sellers": 54, "brands": 95,
                                     "categories": 34, "promotions": 20, "promotion_products": 206}),
    ("2024-07-10", "2025-01-10", 11, {"orders": 1_500, "items": 27_651, "products": 1_000, "sellers": 175,
                                      "brands": 173, "categories": 33, "promotions": 1, "promotion_products": 4}),
]  # fmt: skip
# `DATAGEN_TEST_SEEDS=30` for a longer run
SHOPS += [
    (
        f"2025-{1 + seed % 12:02}-{1 + seed % 28:02}",
        f"2026-{1 + seed % 12:02}-{1 + seed % 28:02}",
        seed,
        {"orders": 1_000},
    )
    for seed in range(100, 100 + int(os.environ.get("DATAGEN_TEST_SEEDS", "0")))
]
CHANGES: dict[str, Any] = {
    "orders.months": "1,1,1,1,1,1,1,1,1,1,1,1",
    "orders.weekdays": "1,1,1,1,1,1.4,1.4",
    "orders.item_dispersion": 6,
    "orders.quantities": "1.1,1.05,1.02",
    "life.cancelled": 0.2,
    "life.slow_payers": 0.5,
    "life.way": "5.5,0.3",
    "life.peak_way": 1.0,
    "life.run_hour": 5,
    "life.waking_hours": "9,21",
    "orders.weekend_hours": "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,9,9,1,1",
    "catalogue.single_department": 0.1,
    "returns.stars": 3.0,
    "returns.whole_orders": 0.1,
    "returns.value": 0.3,
    "catalogue.nines": 0.1,
    "catalogue.official_share": 0.08,
    "catalogue.official_rating": "3.5,0.2",
    "catalogue.launched": 0.3,
    "catalogue.retired": 0.2,
    "catalogue.top_share": 0.5,
    "demand.exponent": 0.6,
    "promotions.fixed_amounts": 0.8,
}


def wrong(directory: Path, given: dict[str, Any] | None = None) -> list[Finding]:
    found = verify_directory(directory, WORLD, given, threads=1).findings
    return [item for item in found if item.outcome in (Outcome.FAILED, Outcome.SKIPPED)]


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: f"{shop[2]}: {shop[3]} up to {shop[1]}")
def test_good_data_raises_no_alarm(shop: tuple[str, str, int, dict[str, int]], tmp_path: Path) -> None:
    start, as_of, seed, sizes = shop
    window = {"start": dt.date.fromisoformat(start), "as_of": dt.date.fromisoformat(as_of)}
    assert wrong(exported(tmp_path / "data", seed=seed, **window, **sizes)) == []


def test_data_of_changed_rules_is_judged_by_them(tmp_path: Path) -> None:
    changed = exported(tmp_path / "data", orders=20_000, seed=14, rules=override(EcommerceRules(), CHANGES))
    assert wrong(changed) == []
    failed = {item.check for item in wrong(changed, {"rules": {}})}
    assert failed >= {"H03b", "S01", "S02", "S03", "S05", "S07", "S08", "S09", "S10", "S15", "S16", "S17"}
