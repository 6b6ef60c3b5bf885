#!/usr/bin/env python3
"""Load the tables of a chain of fitness centres into PostgreSQL, whole or not at all, and verify them there.

    >>> with FitnessCenterDatabaseLoader() as loader:
    ...     loader.load("generated_data_complete", truncate=True)
    ...     loader.verify_data_integrity().ok

Installed, the command is `fitness-load`; `datagen fitness load` is the same job.
"""

from __future__ import annotations

from datagen.interrupts import end_in_a_line

if __name__ == "__main__":  # before what takes long to import
    end_in_a_line()

from datagen.fitness.commands.loader import (
    FitnessCenterDatabaseLoader,
    command,
    create_performance_indexes,
    load_and_verify,
    load_csv_to_postgres,
    main,
)

__all__ = [
    "FitnessCenterDatabaseLoader",
    "command",
    "create_performance_indexes",
    "load_and_verify",
    "load_csv_to_postgres",
    "main",
]

if __name__ == "__main__":
    main()
