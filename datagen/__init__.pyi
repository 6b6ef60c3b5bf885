"""The public names, with their types.

The packages of worlds can be called: the options are those of `datagen WORLD generate`, with `_` for `-`.
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from datagen.errors import CheckError as CheckError
from datagen.errors import DatabaseError as DatabaseError
from datagen.errors import DataError as DataError
from datagen.errors import DatagenError as DatagenError
from datagen.errors import FrameError as FrameError
from datagen.errors import OutputError as OutputError
from datagen.errors import RuleError as RuleError
from datagen.errors import StateError as StateError
from datagen.errors import UsageError as UsageError
from datagen.fitness.command import check_business_rules as check_business_rules
from datagen.fitness.command import generate_data_profile_report as generate_data_profile_report
from datagen.fitness.command import generate_data_quality_report as generate_data_quality_report
from datagen.fitness.command import validate_referential_integrity as validate_referential_integrity
from datagen.fitness.commands.loader import FitnessCenterDatabaseLoader as FitnessCenterDatabaseLoader
from datagen.fitness.commands.loader import create_performance_indexes as create_performance_indexes
from datagen.fitness.commands.loader import load_csv_to_postgres as load_csv_to_postgres
from datagen.fitness.commands.reference import FitnessCenterDataGenerator as FitnessCenterDataGenerator
from datagen.fitness.commands.supplementary import AdditionalDataGenerator as AdditionalDataGenerator
from datagen.fitness.commands.transactional import FitnessCenterODSGenerator as FitnessCenterODSGenerator
from datagen.tables import Tables as Tables
from datagen.tables import read as read
from datagen.world import Window as Window
from datagen.world import World as World
from datagen.world import worlds as worlds

__version__: str
__all__: list[str]

def fitness(
    *,
    demo: bool = ...,
    full_scale: bool = ...,
    facilities: int = ...,
    members: int = ...,
    staff: int = ...,
    end_date: str | dt.date = ...,
    months: int = ...,
    mdm_dir: str | Path = ...,
    seed: int = ...,
    set: Mapping[str, object] = ...,  # noqa: A002 - as the option is called
    rules: str | Path = ...,
    pools: str | Path = ...,
    workers: int = ...,
) -> Tables:
    """A chain of fitness centres."""

def payments(
    *,
    start_date: str | dt.date,
    end_date: str | dt.date,
    seed: int = ...,
    set: Mapping[str, object] = ...,  # noqa: A002 - as the option is called
    rules: str | Path = ...,
    pools: str | Path = ...,
    workers: int = ...,
) -> Tables:
    """A payments aggregator, from a first to a last day."""

def bank(
    *,
    scale: float = ...,
    customers: int = ...,
    employees: int = ...,
    end_date: str | dt.date = ...,
    seed: int = ...,
    set: Mapping[str, object] = ...,  # noqa: A002 - as the option is called
    rules: str | Path = ...,
    pools: str | Path = ...,
    workers: int = ...,
) -> Tables:
    """A retail bank."""

def ecommerce(
    *,
    brands: int = ...,
    categories: int = ...,
    sellers: int = ...,
    products: int = ...,
    promotions: int = ...,
    promotion_products: int = ...,
    orders: int = ...,
    items: int = ...,
    scale: float = ...,
    start_date: str | dt.date = ...,
    end_date: str | dt.date = ...,
    seed: int = ...,
    set: Mapping[str, object] = ...,  # noqa: A002 - as the option is called
    rules: str | Path = ...,
    workers: int = ...,
) -> Tables:
    """A marketplace."""
