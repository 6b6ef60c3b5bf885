"""A whole directory, or frames, judged: one report, the same every time, whatever is missing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from datagen.checks.findings import Finding, Measure, Outcome, Verdict, summary
from datagen.checks.verify import (
    Suite,
    check_business_rules,
    suite_for,
    validate_referential_integrity,
    verify_directory,
    verify_frames,
)
from datagen.errors import FrameError, UsageError
from datagen.world import World
from tests.support import toy_world

WINDOW = {"start_date": "2025-10-09", "end_date": "2026-01-09"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return toy_world.world(tmp_path)


@pytest.fixture
def suite(world: World) -> Suite:
    return suite_for(world, WINDOW, "The test")


def frames() -> dict[str, pd.DataFrame]:
    """The toy tables as a user may have them in pandas."""
    import io

    read = {"clubs": pd.read_csv(io.StringIO(toy_world.CLUBS)), "visits": pd.read_csv(io.StringIO(toy_world.VISITS))}
    read["visits"]["day"] = pd.to_datetime(read["visits"]["day"])
    return read


def test_a_good_directory_is_ok(tmp_path: Path, world: World) -> None:
    report = verify_directory(toy_world.write(tmp_path / "data"), world)
    assert report.ok
    assert report.in_band
    assert (report.as_of, report.start) == ("2026-01-09", "2025-10-09")
    assert {item.group for item in report.findings} == {"files", "schema", "references", "visits"}
    assert {item.outcome for item in report.findings} == {Outcome.PASSED}


def test_the_same_directory_gives_the_same_bytes(tmp_path: Path, world: World) -> None:
    toy_world.write(tmp_path / "data", visits=toy_world.VISITS.replace(",C00", ",X00"))
    first = verify_directory(tmp_path / "data", world)
    assert verify_directory(tmp_path / "data", world, threads=1).to_json() == first.to_json()
    document = json.loads(first.to_json())
    assert document["ok"] is False
    (orphans,) = [item for item in document["findings"] if item["check"] == "visits.clubid.reference"]
    assert orphans["offending"] == 4
    assert orphans["examples"][0] == {"visitid": "V00001", "clubid": "X001"}


def test_a_broken_rule_or_schema_is_not_ok_but_a_missed_band_is(tmp_path: Path, world: World) -> None:
    dear = verify_directory(toy_world.write(tmp_path / "a", visits=toy_world.VISITS.replace("7.50", "8.00")), world)
    assert (dear.ok, [item.check for item in dear.failed()]) == (False, ["H1"])
    lonely = verify_directory(toy_world.write(tmp_path / "b", visits=toy_world.VISITS.replace("true", "false")), world)
    assert (lonely.ok, lonely.in_band) == (True, False)


def test_rules_that_were_changed_are_read_from_the_manifest(tmp_path: Path, world: World) -> None:
    directory = toy_world.write(tmp_path / "data")
    path = directory / "datapackage.json"
    changed = {"fees.usual": 2.0, "fees.guests": {"Some": 0.5, "None": 0.5}}
    path.write_text(path.read_text().replace('"rules": {}', f'"rules": {json.dumps(changed)}'))
    report = verify_directory(directory, world)
    assert {item.check: item.offending for item in report.failed()} == {"H1": 3}
    (measure,) = report.findings[-1].measures
    assert measure.low == 0.2


def test_the_window_can_be_given(tmp_path: Path, world: World) -> None:
    directory = toy_world.write(tmp_path / "data", manifest=False)
    with pytest.raises(UsageError, match="--end-date"):
        verify_directory(directory, world)
    assert verify_directory(directory, world, WINDOW).ok
    assert not verify_directory(directory, world, WINDOW | {"end_date": "2026-01-08"}).ok


def test_a_partial_directory_is_judged_as_far_as_it_goes(tmp_path: Path, world: World) -> None:
    directory = toy_world.write(tmp_path / "data", manifest=False)
    (directory / "clubs.csv").unlink()
    report = verify_directory(directory, world, WINDOW)
    assert report.ok
    skipped = [item.check for item in report.findings if item.outcome is Outcome.SKIPPED]
    assert skipped == ["clubs.file", "visits.clubid.reference", "H2"]
    assert all(item.reason for item in report.findings if item.outcome is Outcome.SKIPPED)


def test_a_small_memory_gives_the_same_report(tmp_path: Path, world: World) -> None:
    directory = toy_world.write(tmp_path / "data")
    assert verify_directory(directory, world, memory=64).to_json() == verify_directory(directory, world).to_json()


def test_frames_are_judged_as_files_are(suite: Suite) -> None:
    report = verify_frames(frames(), suite)
    assert report.ok
    damaged = frames()
    damaged["visits"].loc[1, "paid"] = 100.0
    assert [item.check for item in verify_frames(damaged, suite).failed()] == ["H1"]


def test_a_frame_without_a_column_is_refused(suite: Suite) -> None:
    damaged = frames()
    del damaged["visits"]["paid"]
    with pytest.raises(FrameError, match=r"visits.*paid"):
        verify_frames(damaged, suite)


def test_a_column_of_mixed_types_is_refused(suite: Suite) -> None:
    damaged = frames()
    damaged["visits"]["people"] = pd.Series([1, "two", 3.5, None], dtype=object)
    with pytest.raises(FrameError, match="visits"):
        verify_frames(damaged, suite)


def test_references_alone(tmp_path: Path) -> None:
    orphaned = frames()
    orphaned["visits"].loc[0, "clubid"] = "C009"
    (finding,) = validate_referential_integrity(orphaned, toy_world.metadata)
    assert (finding.outcome, finding.offending) == (Outcome.FAILED, 1)
    (finding,) = validate_referential_integrity(toy_world.write(tmp_path / "data"), toy_world.metadata)
    assert finding.outcome is Outcome.PASSED


def test_rules_alone(tmp_path: Path, suite: Suite) -> None:
    findings = check_business_rules(toy_world.write(tmp_path / "data"), suite)
    assert [item.check for item in findings] == ["H1", "H2", "S1"]


def test_the_summary_counts_by_group_and_names_what_failed() -> None:
    measure = Measure("share", 0.5, 0.1, 0.2, 1_000, Outcome.FAILED)
    findings = (
        Finding("H1", "visits", "Nobody is early.", "page", Outcome.PASSED),
        Finding("H2", "visits", "Nobody is late.", "page", Outcome.FAILED, offending=1_234, examples=({"id": "V1"},)),
        Finding("S1", "scorecard", "Guests are rare.", "page", Outcome.FAILED, measures=(measure,)),
        Finding("a.file", "files", "a can be read", "page", Outcome.FAILED, "It is cut."),
    )
    text = summary(Verdict("toy", "2026-01-09", "2025-10-09", findings))
    lines = text.splitlines()
    assert lines[0].split() == ["checks", "passed", "failed", "too", "few", "rows", "skipped"]
    assert ["visits", "1", "1", "0", "0"] in [line.split() for line in lines]
    assert ["all", "1", "3", "0", "0"] in [line.split() for line in lines]
    for words in (
        "H2: Nobody is late. (page)",
        "1,234 offending, such as id V1",
        "It is cut.",
        "share: 0.5, band 0.1 to",
    ):
        assert words in text


def test_a_long_summary_is_cut_short() -> None:
    findings = tuple(Finding(f"H{n}", "g", "t", "s", Outcome.FAILED, offending=1) for n in range(30))
    assert "10 more" in summary(Verdict("toy", "", "", findings))


NOTEBOOK = """
import sys, types

kernel = types.ModuleType("IPython")  # DuckDB takes this for a Jupyter kernel, and there are no ipywidgets
kernel.get_ipython = lambda: types.SimpleNamespace(config={"IPKernelApp": {}})
sys.modules |= {"IPython": kernel, "ipywidgets": None}
import duckdb

try:
    duckdb.connect().execute("SET enable_progress_bar = false")
except duckdb.InvalidInputException:
    print("as in a notebook")
from datagen.checks.duckdb_engine import DuckDatabase

with DuckDatabase() as database:
    print(database.rows("SELECT 1 AS n"))
"""


def test_checks_work_in_a_notebook_without_widgets() -> None:
    done = subprocess.run([sys.executable, "-c", NOTEBOOK], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == ["as in a notebook", "[{'n': 1}]"], done.stderr


LIBRARY = """
import sys
import pyarrow as pa
from datagen.checks.duckdb_engine import DuckDatabase

with DuckDatabase() as database:
    print(database.rows("SELECT 1 AS n"), "duckdb" in sys.modules)
    with database.given("rows_", pa.table({"n": [2]})):
        print(database.rows("SELECT n FROM rows_"))
"""


def test_the_package_around_duckdb_is_imported_only_where_rows_of_arrow_are_read() -> None:
    done = subprocess.run([sys.executable, "-c", LIBRARY], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == ["[{'n': 1}] False", "[{'n': 2}]"], done.stderr
