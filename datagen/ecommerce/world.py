"""The e-commerce world, declared for the engine."""

from __future__ import annotations

from collections.abc import Mapping

from datagen.world import Options, World

COUNTS = ("brands", "categories", "sellers", "products", "promotions", "promotion_products", "orders", "items")
"""The sizes that a manifest states: how many rows a table has."""


def parameters(options: Options) -> Mapping[str, int | None]:
    """The numbers of rows that were asked for, as far as options state them."""
    return {name: int(options[name]) if name in options else None for name in COUNTS}


WORLD = World(
    name="ecommerce",
    title="E-commerce",
    tables="datagen.ecommerce.tables:metadata",
    root="datagen.ecommerce.rules:EcommerceRules",
    checks="datagen.ecommerce.checks:SQL",
    summary="products, promotions, orders and returns of a marketplace",
    plot_files="datagen.ecommerce.plots:SQL",
    timeline_files="datagen.ecommerce.timelines:SQL",
    parameters_of=parameters,
    directory="generated_data_ecommerce",
    sample={"orders": 200, "start_date": "2025-08-01", "end_date": "2026-01-31"},
    partitions={"order": "order_date", "order_item": "order_date"},
    settings=("start_date", "scale", *COUNTS),
    commands={
        "generate": "datagen.ecommerce.command:generate",
        "verify": "datagen.ecommerce.command:verify",
        "ddl": "datagen.ecommerce.command:ddl",
        "plan": "datagen.ecommerce.command:plan",
    },
    hints={
        "generate": "ecommerce generate",
        "load": "ecommerce load {directory}",
        "verify": "ecommerce verify {directory}",
        "psql": "ecommerce psql",
        "verify-database": "ecommerce verify-database",
    },
)
