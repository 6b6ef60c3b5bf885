"""Quality and profile reports of frames and directories."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from datagen.checks.profile import generate_data_profile_report, generate_data_quality_report
from datagen.checks.verify import Suite, suite_for
from tests.support import toy_world


def suite(directory: Path) -> Suite:
    return suite_for(toy_world.world(directory), {"start_date": "2025-10-09", "end_date": "2026-01-09"}, "The test")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return toy_world.write(tmp_path / "data")


def test_a_profile_tells_ranges_spans_and_frequent_values(directory: Path) -> None:
    profile = generate_data_profile_report(directory, toy_world.metadata)
    assert profile["clubs"]["rows"] == 2
    columns = profile["visits"]["columns"]
    assert columns["paid"] == {
        "type": "decimal",
        "filled": 4,
        "distinct": 3,
        "least": "0.00",
        "most": "7.50",
        "mean": 4.375,
        "top": {"5.00": 2, "0.00": 1, "7.50": 1},
    }
    assert (columns["came"]["least"], columns["came"]["most"]) == ("2026-01-05 08:00:00", "2026-01-08 19:00:00")
    assert (columns["sex"]["filled"], columns["sex"]["distinct"]) == (2, 2)
    assert columns["clubid"]["top"] == {"C001": 2, "C002": 2}
    assert "top" not in columns["visitid"]


def test_a_profile_is_plain_json_and_the_same_every_time(directory: Path) -> None:
    first = json.dumps(generate_data_profile_report(directory, toy_world.metadata))
    assert json.dumps(generate_data_profile_report(directory, toy_world.metadata)) == first


def test_a_quality_report_tells_completeness_references_and_rules(directory: Path, tmp_path: Path) -> None:
    report = generate_data_quality_report(directory, suite(tmp_path))
    assert report["completeness"]["visits"] == {"rows": 4, "missing": {"sex": 2, "remark": 2}, "percent": 88.89}
    assert report["referential_integrity"] == {"visits.clubid.reference": 0}
    assert report["business_rules"]["H1"]["outcome"] == "passed"
    json.dumps(report)


def test_empty_tables_are_complete(tmp_path: Path) -> None:
    header = toy_world.VISITS.splitlines()[0] + "\n"
    directory = toy_world.write(tmp_path / "data", visits=header)
    assert generate_data_quality_report(directory, suite(tmp_path))["completeness"]["visits"]["percent"] == 100
    assert generate_data_profile_report(directory, toy_world.metadata)["visits"]["columns"]["paid"]["most"] is None
