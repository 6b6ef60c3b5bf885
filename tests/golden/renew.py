#!/usr/bin/env python3
"""The bytes of tiny data sets, one a world that makes files at once, as they are and as they were recorded.

After a change that is meant to change the data, record them anew, and say so in CHANGELOG.md:

    python tests/golden/renew.py
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
FITNESS = {"facilities": 1, "members": 20, "staff": 5, "seed": 42, "end-date": "2026-01-01", "months": 3}
SHOP = {"orders": 60, "seed": 42, "end-date": "2026-01-01"}
BANK = {"customers": 40, "employees": 9, "seed": 42, "end-date": "2026-01-01"}


def _fitness(folder: Path) -> None:
    from datagen.console import run_command
    from run_complete_data_generation import command

    options = [f"--{name}={value}" for name, value in FITNESS.items()]
    assert run_command(command, [*options, f"--output-dir={folder}", "--quiet", "--no-verify"]) == 0


def _bank(folder: Path) -> None:
    from datagen.bank.commands.dhub import command
    from datagen.console import run_command

    options = [f"--{name}={value}" for name, value in BANK.items()]
    assert run_command(command, ["export", str(folder), *options, "--quiet"]) == 0


def _shop(folder: Path) -> None:
    from datagen.console import run_command
    from datagen.ecommerce.command import command

    options = [f"--{name}={value}" for name, value in SHOP.items()]
    assert run_command(command, ["generate", *options, f"--output-dir={folder}", "--quiet", "--no-verify"]) == 0


SETS: Mapping[str, tuple[Mapping[str, Any], Callable[[Path], None]]] = {
    "tiny": (FITNESS, _fitness),
    "tiny_bank": (BANK, _bank),
    "tiny_shop": (SHOP, _shop),
}
"""The choices of each data set, and what makes its files."""


def record_of(name: str) -> Path:
    """The file with the record of a data set."""
    return FOLDER / f"{name}.json"


def digests(name: str) -> dict[str, str]:
    """The SHA-256 of the CSV file of each table."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "data")
        SETS[name][1](folder)
        files = sorted(folder.rglob("*.csv"))
        return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def main() -> None:
    """Write the records."""
    for name, (choices, _) in SETS.items():
        record = {"made with": choices, "sha256": digests(name)}
        record_of(name).write_text(json.dumps(record, indent=2) + "\n")
        print(f"{record_of(name)}: {len(record['sha256'])} files")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
