"""Two small tables, loaded into MySQL or MariaDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datagen.loading.backend import Backend
from datagen.loading.backends import backend_for
from datagen.loading.load import Loaded, load
from datagen.loading.preflight import opened
from datagen.schema import part_of
from datagen.world import World
from tests.loading import toy

SHOP = part_of(toy.TABLES, toy.SHOP)
"""The tables `people` and `order`, whose columns are named `select` and `Group`, too."""


@dataclass(frozen=True)
class Rules:
    """No rules."""


def world_in(directory: Path) -> World:
    """A world of these tables without rules."""
    (directory / "checks").mkdir()
    return World("toy", "Toys", tables=SHOP, root=Rules, checks=directory / "checks")


def shop(directory: Path, orders: int, *, manifest: bool = True, **changed: Sequence[Mapping[str, Any]]) -> Path:
    """A directory with so many orders, or the rows that are given for a table; gives it."""
    rows = {name: values for name, values in toy.rows(orders).items() if name in SHOP.tables}
    return toy.write(directory, rows | changed, manifest=manifest)


def load_shop(url: str | Backend, directory: Path, *, truncate: bool = True) -> Loaded:
    """Load such a directory."""
    backend = backend_for(url) if isinstance(url, str) else url
    try:
        backend.connect()
        with opened(directory, SHOP, "toy") as found:
            return load(backend, found, SHOP, schema=backend.schema_of(None), truncate=truncate)
    finally:
        if isinstance(url, str):
            backend.close()
