#!/usr/bin/env python3
"""The reference (MDM) tables of a chain of fitness centres: a class to import and a command to type.

    >>> frames = FitnessCenterDataGenerator(num_facilities=2, num_members=500, num_staff=25, seed=42).generate_all()

Installed, the command is `fitness-mdm`.
"""

from __future__ import annotations

from datagen.interrupts import end_in_a_line

if __name__ == "__main__":  # before what takes long to import
    end_in_a_line()

from datagen.fitness.commands.reference import (
    FitnessCenterDataGenerator,
    command,
    main,
)

__all__ = ["FitnessCenterDataGenerator", "command", "main"]

if __name__ == "__main__":
    main()
