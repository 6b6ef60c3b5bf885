"""A world of three tables whose names want quotes: what a world has to say to have every command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy import Column, Date, ForeignKey, Integer, MetaData, Numeric, String, Table

from datagen import console, jobs, verbs
from datagen.hints import look_into
from datagen.options import seed_number
from datagen.rules import rule, section
from datagen.schema import NAMING, at_least
from datagen.streams import Streams
from datagen.world import World

if TYPE_CHECKING:
    import pandas as pd

metadata = MetaData(naming_convention=NAMING)
Table(
    "Group",
    metadata,
    Column("Group", String(2), primary_key=True),
    Column("name", String(20), nullable=False),
    comment="Groups of customers",
)
Table(
    "order",
    metadata,
    Column("select", Integer, primary_key=True, comment="Number of the order"),
    Column("Group", String(2), ForeignKey("Group.Group"), nullable=False),
    Column("from", Date, nullable=False),
    Column("to, or not", Numeric(12, 2), nullable=False, comment="Amount"),
    at_least("select", 1),
)


@dataclass(frozen=True)
class Orders:
    """Of orders."""

    most: float = rule(50.0, unit="USD an order, at most", source="the shop", low=1, high=1000)


@dataclass(frozen=True)
class ShopRules:
    """All rules."""

    orders: Orders = section(Orders)


WORLD = World(
    name="shop",
    title="Shop",
    tables=metadata,
    root=ShopRules,
    checks=Path(__file__).parent / "sql",
    directory="shop",
    commands={"generate": "tests.toy.shop:generate"},
)
WINDOW = {"start_date": "2026-01-01", "end_date": "2026-02-01"}


def frames(seed: int, orders: int, rules: ShopRules) -> dict[str, pd.DataFrame]:
    """The tables."""
    import numpy as np
    import pandas as pd

    draws = Streams(seed, "shop").words(orders, "orders")
    return {
        "Group": pd.DataFrame({"Group": ["G1", "G2"], "name": ["near", 'far, and "farther"']}),
        "order": pd.DataFrame(
            {
                "select": np.arange(1, orders + 1),
                "Group": np.where(draws % 3 == 0, "G2", "G1"),
                "from": pd.Timestamp("2026-01-01") + pd.to_timedelta((draws % 31).astype(int), "D"),
                "to, or not": np.round(draws % 1_000 / 1_000 * rules.orders.most, 2),
            }
        ),
    }


@console.command(
    "Generate a shop.",
    click.option("--orders", type=click.IntRange(1), default=40, help="Orders."),
    console.seed_option,
    console.output_option(WORLD.directory),
    console.format_option,
    console.rule_options,
    *verbs.DELIVERY,
    *console.ENDS,
)
@click.pass_context
def generate(
    context: click.Context, /, orders: int, seed: int, output_dir: Path, kind: str, rules: Path | None,
    settings: Sequence[str], quiet: bool, verbose: bool, as_json: bool, **_: Any,
) -> None:  # fmt: skip
    """Check the options, then generate, verify and load."""
    from datagen.rules import changes

    changed, wanted = console.changed_rules(WORLD.rules, rules, settings), verbs.delivery(context)
    progress = console.begin(f"Shop: {orders} orders", quiet=quiet or as_json, verbose=verbose)
    options: Mapping[str, Any] = {**WINDOW, "orders": orders, "rules": changes(changed)}
    made = jobs.Content(options, frames(seed_number(seed), orders, changed))
    jobs.write(jobs.Request(WORLD, seed, lambda: made, jobs.Writing(kind)), output_dir, progress)
    verbs.deliver(WORLD, output_dir, progress, wanted, look_into(output_dir / f"order.{kind}", "order"))
