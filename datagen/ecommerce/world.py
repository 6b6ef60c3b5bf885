"""The e-commerce world, declared for the engine."""

from __future__ import annotations

from collections.abc import Mapping

from datagen.world import Options, World

COUNTS = ("brands", "categories", "sellers", "products", "promotions", "promotion_products", "orders", "items")
"""The sizes that a manifest states: how many rows a table has."""


def parameters(options: Options) -> Mapping[str, int]:
    """The numbers of rows that were asked for."""
    return {name: int(options[name]) for name in COUNTS}


WORLD = World(
    name="ecommerce",
    title="E-commerce",
    tables="datagen.ecommerce.tables:metadata",
    root="datagen.ecommerce.rules:EcommerceRules",
    checks="datagen.ecommerce.checks:SQL",
    parameters_of=parameters,
    directory="generated_data_ecommerce",
)
