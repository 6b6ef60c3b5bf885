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
from pathlib import Path

RECORD = Path(__file__).with_name("tiny.json")
CHOICES = {"facilities": 1, "members": 20, "staff": 5, "seed": 42, "end-date": "2026-01-01", "months": 3}


def digests() -> dict[str, str]:
    """The SHA-256 of the CSV file of each table."""
    from datagen.console import run_command
    from run_complete_data_generation import command

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "data")
        options = [f"--{name}={value}" for name, value in CHOICES.items()]
        assert run_command(command, [*options, f"--output-dir={folder}", "--quiet", "--no-verify"]) == 0
        files = sorted(folder.glob("*.csv"))
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def main() -> None:
    """Write the record."""
    record = {"made with": CHOICES, "sha256": digests()}
    RECORD.write_text(json.dumps(record, indent=2) + "\n")
    print(f"{RECORD}: {len(record['sha256'])} files")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
