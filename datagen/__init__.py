"""Generators of realistic, relationally consistent business data.

The public names are imported when they are first used, so that commands start at once.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

__version__ = "0.1.0"
_CHECKS = "datagen.fitness.command"
_LOADER = "datagen.fitness.commands.loader"
_HOMES = {
    "AdditionalDataGenerator": "datagen.fitness.commands.supplementary",
    "FitnessCenterDataGenerator": "datagen.fitness.commands.reference",
    "FitnessCenterDatabaseLoader": _LOADER,
    "FitnessCenterODSGenerator": "datagen.fitness.commands.transactional",
    "check_business_rules": _CHECKS,
    "create_performance_indexes": _LOADER,
    "generate_data_profile_report": _CHECKS,
    "generate_data_quality_report": _CHECKS,
    "load_csv_to_postgres": _LOADER,
    "validate_referential_integrity": _CHECKS,
    "CheckError": "datagen.errors",
    "DataError": "datagen.errors",
    "DatabaseError": "datagen.errors",
    "DatagenError": "datagen.errors",
    "FrameError": "datagen.errors",
    "OutputError": "datagen.errors",
    "RuleError": "datagen.errors",
    "StateError": "datagen.errors",
    "UsageError": "datagen.errors",
    "Tables": "datagen.tables",
    "Window": "datagen.world",
    "World": "datagen.world",
    "read": "datagen.tables",
    "worlds": "datagen.world",
}
__all__ = ["__version__", *_HOMES]  # noqa: PLE0604 - all of them are texts


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in _worlds():
        return import_module(f"datagen.{name}")  # which can be called; see `datagen.callable_package`
    raise AttributeError(f"module 'datagen' has no attribute {name!r}")


def _worlds() -> list[str]:
    return [path.parent.name for path in Path(__file__).parent.glob("*/world.py")]


def __dir__() -> list[str]:
    return sorted([*__all__, *_worlds()])
