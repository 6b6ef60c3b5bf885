"""The bytes of tiny data sets are those recorded: nothing changed by accident, here or on another machine.

Where the change is meant: `python tests/golden/renew.py`.
"""

from __future__ import annotations

import json
import runpy
from functools import cache
from pathlib import Path

import pytest

GOLDEN = runpy.run_path(str(Path(__file__).with_name("golden") / "renew.py"))
RECORDS = {name: json.loads(GOLDEN["record_of"](name).read_text()) for name in GOLDEN["SETS"]}
TABLES = {"tiny": 23, "tiny_bank": 34, "tiny_shop": 8}


@cache
def digests(name: str) -> dict[str, str]:
    found: dict[str, str] = GOLDEN["digests"](name)
    return found


@pytest.mark.parametrize("name", RECORDS)
def test_the_record_is_of_the_choices_that_are_made(name):
    assert RECORDS[name]["made with"] == GOLDEN["SETS"][name][0]


@pytest.mark.parametrize("name", RECORDS)
def test_every_file_is_recorded(name):
    assert sorted(digests(name)) == sorted(RECORDS[name]["sha256"])
    assert len(digests(name)) == TABLES[name]


@pytest.mark.parametrize(
    ("name", "file"), [(name, file) for name, record in RECORDS.items() for file in sorted(record["sha256"])]
)
def test_a_file_has_the_bytes_that_were_recorded(name, file):
    assert digests(name)[file] == RECORDS[name]["sha256"][file], (
        f"{file} of {name} has changed; if that is meant: python tests/golden/renew.py"
    )
