#!/usr/bin/env python3
"""The supplementary tables of a chain of fitness centres, generated from its reference and transactional tables.

    >>> tables = AdditionalDataGenerator(frames, ods_tables, seed=42).generate_all()

Installed, the command is `fitness-additional`.
"""

from __future__ import annotations

from datagen.interrupts import end_in_a_line

if __name__ == "__main__":  # before what takes long to import
    end_in_a_line()

from datagen.fitness.commands.supplementary import (
    AdditionalDataGenerator,
    command,
    main,
)

__all__ = ["AdditionalDataGenerator", "command", "main"]

if __name__ == "__main__":
    main()
