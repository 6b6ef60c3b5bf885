"""What a plan of a bank promises is what is made then; it makes nothing itself."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from datagen.__main__ import command
from datagen.bank.generation import Choices, expected
from datagen.bank.rules import BankRules
from datagen.bank.size import Size
from datagen.console import run_command
from datagen.output.manifest import read_manifest
from datagen.rules import override
from tests.support.banks import AS_OF, exported

ENOUGH = 300
"""Rows from which chance does not move a table by much."""
SAMPLED = 1_200
"""Customers above which a plan makes a smaller bank."""


@pytest.mark.few(1)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize(("customers", "employees"), [(100, 20), (3_000, 400)])
def test_tables_hold_what_was_planned(kind: str, customers: int, employees: int, tmp_path: Path) -> None:
    planned = expected(Choices(Size(customers, employees), 1, AS_OF, BankRules()), kind=kind)
    manifest = read_manifest(exported(tmp_path / "data", customers, employees, 1, AS_OF, kind=kind))
    assert manifest
    written = {item.table: item.written for item in manifest.resources}
    assert set(planned.tables) == set(written)
    assert planned.units == -(-customers // 2_400)
    for table in ("departments", "employees", "employee_training", "performance_reviews", "campaigns"):
        assert planned.tables[table].rows == written[table].rows
    for table, found in written.items():
        if found.rows >= ENOUGH or customers < SAMPLED:
            assert planned.tables[table].rows == pytest.approx(found.rows, rel=0.15), table
        # Small Parquet files are mostly what every file has, which a plan takes for rows.
        if found.rows >= (ENOUGH if kind == "csv" else 20 * ENOUGH) or customers < SAMPLED:
            assert planned.tables[table].bytes == pytest.approx(found.bytes, rel=0.2), table


def test_a_plan_follows_changed_rules() -> None:
    size, day = Size(300, 40), dt.date(2026, 11, 20)
    usual, changed = (
        expected(Choices(size, 1, day, rules)).tables["transactions"].rows
        for rules in (BankRules(), override(BankRules(), {"transactions.checking_spendings": 40}))
    )
    assert changed > 1.5 * usual


def test_the_verb_plans_without_making_anything(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    options = ["bank", "plan", "--scale", "0.05", "--end-date", "2026-11-20"]
    assert run_command(command, [*options, "--json"]) == 0
    planned = json.loads(capsys.readouterr().out)
    assert planned["tables"]["customers"]["rows"] == 60 and planned["units"] == 1
    assert run_command(command, options) == 0
    told = capsys.readouterr().out
    assert "premium_payments" in told and "of memory" in told
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_made_cannot_be_planned(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_command(command, ["bank", "plan", "--customers", "100000", "--employees", "7"]) == 2
    assert "Give at most --customers" in capsys.readouterr().err
    assert run_command(command, ["bank", "plan", "--scale", "0"]) == 2
    assert "--scale must lie in" in capsys.readouterr().err
