"""The bytes of a tiny data set are those recorded: nothing changed by accident, here or on another machine.

Where the change is meant: `python tests/golden/renew.py`.
"""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

GOLDEN = runpy.run_path(str(Path(__file__).with_name("golden") / "renew.py"))
RECORD = json.loads(GOLDEN["RECORD"].read_text())


@pytest.fixture(scope="module")
def digests() -> dict[str, str]:
    return GOLDEN["digests"]()


def test_the_record_is_of_the_choices_that_are_made():
    assert RECORD["made with"] == GOLDEN["CHOICES"]


def test_every_file_is_recorded(digests):
    assert sorted(digests) == sorted(RECORD["sha256"])
    assert len(digests) == 23


@pytest.mark.parametrize("name", sorted(RECORD["sha256"]))
def test_a_file_has_the_bytes_that_were_recorded(digests, name):
    assert digests[name] == RECORD["sha256"][name], (
        f"{name} has changed; if that is meant: python tests/golden/renew.py"
    )
