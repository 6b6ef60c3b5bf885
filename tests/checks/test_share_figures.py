"""Figures that are shares are declared in a line each, and judged as if they were written out."""

from __future__ import annotations

from pathlib import Path

import pytest

from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.findings import Finding, Outcome
from datagen.checks.sql_rules import ask, parameters, read_catalogue
from datagen.world import dates_in
from tests.support import toy_world

VALUES = parameters(toy_world.Rules(), dates_in({"start_date": "2025-10-09", "end_date": "2026-01-09"}))
HEAD = "-- S1: Something has its share.\n-- uses: visits\n-- least rows: 1\n"


def asked(directory: Path, lines: str, rows: str) -> Finding:
    """What a block of these lines says of rows (guests, sex, people) of visits."""
    (directory / "figures.sql").write_text(HEAD + lines)
    with DuckDatabase(threads=1) as database:
        database.create("visits", f"SELECT * FROM (VALUES {rows}) v (guest, sex, people)")
        [finding] = ask(database, read_catalogue(directory), VALUES)
    return finding


def figures(finding: Finding) -> dict[str, tuple[float | None, float | None, float | None, int]]:
    return {item.label: (item.value, item.low, item.high, item.rows) for item in finding.measures}


ROWS = "('Some', 'F', 1), ('None', 'M', 2), ('None', NULL, 4), ('None', 'F', 1)"


def test_a_mix_has_a_figure_for_each_of_its_shares(tmp_path: Path) -> None:
    finding = asked(tmp_path, "-- mix: guest as :fees.guests within 0.1\nfrom visits;\n", ROWS)
    assert figures(finding) == {"Some": (0.25, 0.15, 0.35, 4), "None": (0.75, 0.65, 0.85, 4)}
    assert finding.outcome is Outcome.PASSED


def test_what_a_mix_does_not_name_counts_among_all_and_what_is_not_there_has_no_share(tmp_path: Path) -> None:
    finding = asked(tmp_path, "-- mix: guest as :fees.guests within 0.1\nfrom visits;\n", f"{ROWS}, ('Odd', 'F', 1)")
    assert figures(finding)["Some"][0] == 0.2
    finding = asked(tmp_path, "-- mix: guest as :fees.guests within 0.1\nfrom visits;\n", "('None', 'F', 1)")
    assert figures(finding) == {"Some": (0.0, 0.15, 0.35, 1), "None": (1.0, 0.65, 0.85, 1)}
    assert finding.outcome is Outcome.FAILED


def test_a_mix_may_be_asked_of_some_rows(tmp_path: Path) -> None:
    lines = "-- mix: guest as :fees.guests among sex = 'F' within 0.1\nfrom visits;\n"
    assert figures(asked(tmp_path, lines, ROWS)) == {"Some": (0.5, 0.15, 0.35, 2), "None": (0.5, 0.65, 0.85, 2)}


@pytest.mark.parametrize(
    ("line", "figure"),
    [
        ("people = 1 near 0.5 within 0.1", (0.5, 0.4, 0.6, 4)),
        ("people = 1 near 0.5 within 0.1 or 2 standard errors", (0.5, 0.0, 1.0, 4)),
        ("people = 1 near 0.5 within 0.6 or 2 standard errors", (0.5, -0.1, 1.1, 4)),
        ("people = 1 from 0.3", (0.5, 0.3, None, 4)),
        ("people = 1 up to 0.7", (0.5, None, 0.7, 4)),
        ("people = 1 from 0.1 to 0.2 * 4", (0.5, 0.1, 0.8, 4)),
        ("people = 1 among sex is not null near 1 - :fees.guests.some\n-- within 0.1", (0.6667, 0.65, 0.85, 3)),
        ("sex = 'M' or people = 4 among sex = 'M' from 0", (1.0, 0.0, None, 1)),
        ("people = 1 among sex = 'X' from 0", (None, 0.0, None, 0)),
    ],
)
def test_a_share_has_a_condition_and_a_band(tmp_path: Path, line: str, figure: tuple[float | None, ...]) -> None:
    finding = asked(tmp_path, f"-- share: it's one, or not: {line}\nfrom visits;\n", ROWS)
    assert figures(finding) == {"it's one, or not": figure}


def test_shares_are_a_figure_each(tmp_path: Path) -> None:
    lines = "-- share: one: people = 1 from 0.4\n-- share: men: sex = 'M' from 0.4\nfrom visits where people < 4;\n"
    finding = asked(tmp_path, lines, ROWS)
    assert [(item.label, item.value, item.outcome) for item in finding.measures] == [
        ("men", 0.3333, Outcome.FAILED),
        ("one", 0.6667, Outcome.PASSED),
    ]


@pytest.mark.parametrize(
    "line", ["mix: guest", "mix: guest as shares within 0.1", "share: a: b", "share: people = 1 near 0.5 within 0.1"]
)
def test_a_line_of_another_form_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "figures.sql").write_text(f"{HEAD}-- {line}\nfrom visits;\n")
    with pytest.raises(ValueError, match=r"figures.sql: S1: '.*' is not a line such as"):
        read_catalogue(tmp_path)


def test_a_mix_and_several_numbers_are_rows_of_sql() -> None:
    assert VALUES["fees.guests"] == "('Some', 0.25), ('None', 0.75)"
    assert VALUES["default.fees.hours"] == "(0, 6), (1, 22)"
