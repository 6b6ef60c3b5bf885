#!/usr/bin/env python3
"""The complete data set of a chain of fitness centres: `python run_complete_data_generation.py --help`.

Installed, the command is `fitness`; `datagen fitness generate` is the same job.
"""

from __future__ import annotations

from datagen.interrupts import end_in_a_line

if __name__ == "__main__":  # before what takes long to import
    end_in_a_line()

from datagen.fitness.commands.complete import (
    Choices,
    command,
    expected,
    generate,
    main,
)

__all__ = ["Choices", "command", "expected", "generate", "main"]

if __name__ == "__main__":
    main()
