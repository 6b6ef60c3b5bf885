"""The fitness world, declared for the engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from datagen.world import Options, Window, World


def window(options: Options) -> Window:
    """So many `months` before the as-of day, `end_date`.

    The first day is the same day of an earlier month, or that month's last. Raises `KeyError`, `TypeError` or
    `ValueError` for options that do not state both.
    """
    as_of, months = dt.date.fromisoformat(options["end_date"]), int(options["months"])
    years, month = divmod(as_of.year * 12 + as_of.month - 1 - months, 12)
    following = dt.date(years + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    start = min(dt.date(years, month + 1, 1) + dt.timedelta(as_of.day - 1), following - dt.timedelta(1))
    return Window(start, as_of)


def parameters(options: Options) -> Mapping[str, int]:
    """The length of the window in `months`, by which some rules go."""
    return {"months": int(options["months"])}


WORLD = World(
    name="fitness",
    title="Fitness centres",
    tables="datagen.fitness.tables:metadata",
    root="datagen.fitness.rules:FitnessRules",
    checks="datagen.fitness.checks:SQL",
    summary="members, payments, visits, classes, staff and machines of a chain",
    window_of=window,
    window_options=("--end-date", "--months"),
    unstated={"months": 12},  # of reference tables alone, which have no window of their own
    parameters_of=parameters,
    view_files="datagen.fitness.analytics:VIEWS",
    index_file="datagen.fitness.analytics:INDEXES",
    plot_files="datagen.fitness.plots:SQL",
    timeline_files="datagen.fitness.timelines:SQL",
    directory="generated_data_complete",
    sample={"facilities": 1, "members": 100, "staff": 12, "months": 3, "end_date": "2026-01-31"},
    usual=True,
    settings=("facilities", "mdm_dir", "mdm_out", "members", "months", "ods_dir", "staff"),
    hints={
        "load": "python database_loader.py --data-dir {directory}",
        "verify": "python run_complete_data_generation.py --verify {directory}",
        "psql": "python database_loader.py --psql",
    },
    scripts={
        "run_complete_data_generation.py": "fitness",
        "fitness_center_data_generator.py": "fitness-mdm",
        "fitness_center_ods_generator.py": "fitness-ods",
        "additional_data_generator.py": "fitness-additional",
        "database_loader.py": "fitness-load",
    },
    commands={
        "generate": "datagen.fitness.commands.complete:generate_verb",
        "plan": "datagen.fitness.commands.complete:plan_verb",
    },
)
