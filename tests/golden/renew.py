#!/usr/bin/env python3
"""The bytes of a tiny data set, by SHA-256, as they are and as they were recorded.

After a change that is meant to change the data, record them anew, and say so in CHANGELOG.md:

    python tests/golden/renew.py
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

RECORD = Path(__file__).with_name("tiny.json")
SIZE = {"num_facilities": 1, "num_members": 20, "num_staff": 5}
CHOICES = {"seed": 42, "end_date": "2026-01-01"}
MONTHS = 3


def digests() -> dict[str, str]:
    """The SHA-256 of every CSV file of the reference and the transactional tables."""
    from fitness_center_data_generator import FitnessCenterDataGenerator
    from fitness_center_ods_generator import FitnessCenterODSGenerator

    reference = FitnessCenterDataGenerator(**SIZE, **CHOICES)
    transactions = FitnessCenterODSGenerator(reference.generate_all(), **CHOICES, months=MONTHS)
    with tempfile.TemporaryDirectory() as scratch:
        files = [
            *reference.save_to_csv(Path(scratch, "mdm")).glob("*.csv"),
            *transactions.save_to_csv(Path(scratch, "ods")).glob("*.csv"),
        ]
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files)}


def faker_version() -> str:
    """Street names come from Faker's lists, which change with its releases."""
    return version("faker")


def main() -> None:
    """Write the record."""
    record = {"made with": SIZE | CHOICES | {"months": MONTHS}, "faker": faker_version(), "sha256": digests()}
    RECORD.write_text(json.dumps(record, indent=2) + "\n")
    print(f"{RECORD}: {len(record['sha256'])} files")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
