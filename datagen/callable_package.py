"""Packages of worlds that can be called, as `datagen.fitness(members=500)`."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from datagen.world import loaded, worlds

_GENERATED = "datagen.tables:generated"


class WorldModule(ModuleType):
    """The package of a world, which can be called: `datagen.fitness(members=500)` generates its tables."""

    def __call__(self, **options: Any) -> Any:
        """Generate the tables of the world, with the options of its `generate`, `_` for `-`.

        `set` takes a mapping of rules to values, dates may be dates. What the environment and `.env` set does not
        count, nothing is printed and no log is kept.

        Raises:
            UsageError: for an option that does not exist, or a value that cannot be.
        """
        return loaded(_GENERATED)(worlds()[self.__name__.rpartition(".")[2]], options)


def make_callable(package: str) -> None:
    """Make the package of a world callable."""
    sys.modules[package].__class__ = WorldModule
