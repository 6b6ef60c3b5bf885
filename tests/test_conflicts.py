"""What cannot be is refused before the run: all of it, with the numbers that collide; a plan counts the checks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import datagen
from datagen.__main__ import command
from datagen.console import run_command
from datagen.errors import ConflictError, Conflicts, RuleError, UsageError
from datagen.world import worlds

SAMPLES = {name: world.sample for name, world in worlds().items()}
CONFLICTS = {
    "fitness": (
        {
            "members": 0,
            "staff": -1,
            "months": 40,
            "workers": 0,
            "set": {"classes.price_low": 20, "classes.price_high": 9, "payments.x": 1},
        },
        [
            "--members must be",
            "--staff must be",
            "--months must be",
            "--workers must be",
            "'payments.x'",
            "price_low 20",
        ],
    ),
    "bank": (
        {"customers": 3, "employees": 3, "end_date": "never", "set": {"loans.late_days": "9,1", "no.rule": 1}},
        ["--customers must be", "--employees must be", "--end-date must be", "'no.rule'", "late_days"],
    ),
    "ecommerce": (
        {"sellers": 90, "brands": 80, "products": 60, "seed": -1, "set": {"promotions.promotions": -3}},
        ["--sellers 90 is more than --products 60", "--brands 80 is more", "--seed must be", "promotions.promotions"],
    ),
    "payments": (
        {"seed": -1, "end_date": "2023-01-01", "set": {"payments.remote_cost_rate": 0.01, "no.rule": 1}},
        ["--seed must be", "lies before --start-date", "'no.rule'", "debit_cost_rate and remote_cost_rate together"],
    ),
}


@pytest.mark.parametrize("name", worlds())
def test_all_that_cannot_be_is_said_at_once(name: str) -> None:
    wrong, expected = CONFLICTS[name]
    with pytest.raises(ConflictError) as refused:
        getattr(datagen, name)(**{**SAMPLES[name], **wrong})
    said = list(map(str, refused.value.conflicts))
    assert len(said) == len(expected), said
    for part in expected:
        assert sum(part in line for line in said) == 1, part


@pytest.mark.parametrize(
    ("name", "wrong", "numbers"),
    [
        (
            "fitness",
            {"staff": 2, "set": {"classes.weekly_least": 60}},
            "60 classes a week in 1 facility need 2 instructors, there is 1 at most",
        ),
        (
            "bank",
            {"customers": 20_000, "employees": 7},
            r"by telephone, .* \(1 person\) have 500 hours[\s\S]*in branches",
        ),
        ("ecommerce", {"orders": 10, "items": 5}, "--items 5 is less than --orders 10"),
        (
            "payments",
            {"set": {"payments.terminal_seconds": 60, "sizes.large_daily_tx_range": "200,3000"}},
            "seconds apart, take .* hours, more than half of the 14 opening hours",
        ),
    ],
)
def test_the_numbers_that_collide_are_named(name: str, wrong: dict[str, object], numbers: str) -> None:
    with pytest.raises(UsageError, match=numbers):
        getattr(datagen, name)(**{**SAMPLES[name], **wrong})


def test_a_command_says_each_in_a_line_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    line = ["fitness", "generate", "--members", "0", "--set", "payments.sucess_rate=0.9", "--seed=-1"]
    assert run_command(command, [*line, "--no-log"]) == 2
    first, *rest = capsys.readouterr().err.splitlines()
    assert first == "Error: 3 things cannot be:"
    assert all(text.startswith("- ") for text in rest) and len(rest) == 3
    assert run_command(command, [*line, "--json"]) == 2
    said = json.loads(capsys.readouterr().out)
    assert len(said["conflicts"]) == 3 and said["status"] == 2
    assert list(tmp_path.iterdir()) == []


def test_one_conflict_is_the_error_itself_and_none_is_none() -> None:
    conflicts = Conflicts()
    conflicts.refuse()
    assert conflicts.value_of(lambda: 1, 2) == 1
    for _ in range(2):  # the same thing is said once
        conflicts.add(RuleError("No."))
    with pytest.raises(RuleError, match=r"^No\.$"):
        conflicts.refuse()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind"),
    [*((name, "csv") for name in worlds()), *((name, "parquet") for name in ("fitness", "payments"))],
)
def test_a_plan_says_how_many_checks_will_judge_the_files(
    name: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    line = [f"--{option.replace('_', '-')}={value}" for option, value in SAMPLES[name].items()]
    assert run_command(command, [name, "plan", *line, f"--format={kind}", "--json"]) == 0
    planned = json.loads(capsys.readouterr().out)["checks"]
    if kind == "csv":
        assert run_command(command, [name, "plan", *line]) == 0
        assert f"; {planned:,} checks will judge the files" in capsys.readouterr().out
    made = [name, "generate", *line, f"--format={kind}", "--no-log", "--json", "--output-dir=data"]
    assert run_command(command, made) == 0
    groups = json.loads(capsys.readouterr().out)["verified"]["groups"]
    assert planned == sum(sum(counts.values()) for counts in groups.values())
