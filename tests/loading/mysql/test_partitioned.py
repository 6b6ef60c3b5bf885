"""Tables partitioned by month in MariaDB: loaded, replaced by others and replacing them, verified there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from datagen import jobs
from datagen.ecommerce.world import WORLD
from datagen.progress import Progress
from tests.loading.mysql.server import ask
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


@pytest.mark.parametrize("before", ["month", None])
@pytest.mark.parametrize("after", ["month", None])
def test_partitioned_tables_and_others_take_each_others_place(shop, url, before, after):
    load(shop, url, partition=before)
    told = load(shop, url, partition=after, truncate=True)
    assert ("fk_order_item_order_id, fk_order_item_product_id" in told) == (after is not None)
    parts = ask(
        url,
        "SELECT count(*) FROM information_schema.partitions WHERE table_schema = database() "
        "AND table_name = 'order' AND partition_name IS NOT NULL",
    )
    assert int(parts[0][0]) == (14 if after else 0)
    ask(
        url,
        "INSERT INTO `order` (order_date, status, total_amount, created_at) "
        "VALUES ('2040-01-01', 'PLACED', 1, '2040-01-01')",
    )
    assert int(ask(url, "SELECT max(order_id) FROM `order`")[0][0]) == 201
