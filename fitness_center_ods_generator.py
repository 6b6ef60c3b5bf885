#!/usr/bin/env python3
"""The transactional (ODS) tables of a chain of fitness centres, generated from its reference tables.

    >>> tables = FitnessCenterODSGenerator(frames, seed=42).generate_all()

Installed, the command is `fitness-ods`.
"""

from __future__ import annotations

from datagen.interrupts import end_in_a_line

if __name__ == "__main__":  # before what takes long to import
    end_in_a_line()

from datagen.fitness.commands.transactional import (
    FitnessCenterODSGenerator,
    command,
    main,
)

__all__ = ["FitnessCenterODSGenerator", "command", "main"]

if __name__ == "__main__":
    main()
