# ruff: noqa: E501 - one kind of damage a line
"""Every rule catches the damage that it is there for: planted one at a time in a good history, and taken back."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from datagen.checks import file_series
from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.findings import Finding, Outcome
from datagen.checks.sql_rules import ask, read_catalogue
from datagen.console import run_command
from datagen.errors import StateError
from datagen.payments import verification
from datagen.payments.checks import SQL
from datagen.payments.command import command
from datagen.payments.verification import fill, judge, outlined
from datagen.payments.vocabulary import STATE
from tests.payments.payments_damage import DAMAGE, SHIFTED
from tests.support.bench import GoodDatabase
from tests.support.planted_damage import each_kind, each_shift, every_rule_has_damage, is_caught, leaves_its_band

pytestmark = pytest.mark.slow

CATALOGUE = read_catalogue(SQL)
JUDGING = replace(CATALOGUE, rules=tuple(replace(item, least_rows=1, least_days=0) for item in CATALOGUE.rules))
FEW = {f"bands.{name}_least": "20" for name in ("commonest", "channel", "ticket")} | {
    "bands.reuse_least": "1",
    "bands.pile_least": "1",
}  # in a small history, too


class Bench:
    """A good history in DuckDB."""

    def __init__(self, directory: Path) -> None:
        self.database = GoodDatabase()
        self.files, self.values = fill(self.database, directory)

    def findings(self, *checks: str, least_rows: bool = True) -> list[Finding]:
        """What the checks of these ids say; without `least_rows`, figures are judged however few rows there are."""
        values = self.values if least_rows else self.values | FEW
        return list(ask(self.database, CATALOGUE if least_rows else JUDGING, values, checks))

    def damaged(self, statements: str) -> AbstractContextManager[None]:
        return self.database.damaged(statements, CATALOGUE, self.values)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty merchants and those who follow them, from May to early December, in two runs."""
    directory = tmp_path_factory.mktemp("history") / "out"
    days = ("--start-date", "2024-05-01", "--end-date", "2024-11-20")
    rules = ("--set", "business.initial_merchants=30", "--set", "business.monthly_churn_rate=0.06")
    rules += ("--set", "business.monthly_change_rate=0.1")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(directory.parent)
        assert run_command(command, ["--initial", *days, *rules, "--output-dir", str(directory), "-q"]) == 0
        more = ["--incremental", "-f", "--date", "2024-12-05", "--output-dir", str(directory), "-q"]
        assert run_command(command, more) == 0
    return directory


@pytest.fixture(scope="module")
def bench(history: Path) -> Iterator[Bench]:
    made = Bench(history)
    yield made
    made.database.close()


def test_a_good_history_breaks_no_rule(history: Path) -> None:
    verdict = judge(history)
    assert [(item.check, item.reason, item.examples) for item in verdict.failed() if not item.statistical] == []
    assert not any(item.outcome is Outcome.SKIPPED for item in verdict.findings)
    assert verdict.ok


def test_files_are_read_a_few_at_a_time(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_series, "_FILES", 1)
    assert judge(history).ok


@pytest.mark.parametrize("part", [8, 2**50], ids=["in memory", "on disk"])
def test_the_verdict_does_not_tell_where_the_tables_are_held(
    history: Path, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []
    used = DuckDatabase.__init__

    def noted(self: DuckDatabase, *arguments: int | None, on_disk: bool = False) -> None:
        held.append(on_disk)
        used(self, *arguments, on_disk=on_disk)

    expected = judge(history).to_json()
    monkeypatch.setattr(verification, "_PART_OF_MEMORY", part)
    monkeypatch.setattr(DuckDatabase, "__init__", noted)
    assert judge(history).to_json() == expected
    assert held == [part > 8]


def test_every_rule_has_damage_that_it_must_catch() -> None:
    every_rule_has_damage(CATALOGUE, DAMAGE, SHIFTED)
    assert len(DAMAGE) + len(SHIFTED) >= 25


@each_kind(DAMAGE)
def test_damage_is_caught_by_its_check(bench: Bench, kind: str, check: str, statements: str) -> None:
    is_caught(bench, kind, check, statements)


@each_shift(SHIFTED)
def test_a_shifted_figure_leaves_its_band(bench: Bench, kind: str, check: str, label: str, statements: str) -> None:
    leaves_its_band(bench, kind, check, label, statements)


# --- the files themselves --------------------------------------------------------------------------------------------


def _line(data: bytes, number: int, old: bytes, new: bytes) -> bytes:
    lines = data.split(b"\n")
    assert old in lines[number]
    lines[number] = lines[number].replace(old, new, 1)
    return b"\n".join(lines)


FILES = [
    ("a column is renamed", "transactions.file", lambda data: _line(data, 0, b"card_bin", b"bin")),
    ("columns are exchanged", "transactions.file", lambda data: _line(data, 0, b"card_type,card_issuer", b"card_issuer,card_type")),
    ("a value is missing", "transactions.file", lambda data: _line(data, 5, b",CARD", b"CARD")),
    ("a time is none", "transactions.payment_timestamp.values", lambda data: _line(data, 5, b"2024-05-01T", b"2024-05-41T")),
    ("a time has a blank", "transactions.payment_timestamp.values", lambda data: _line(data, 5, b"2024-05-01T", b"2024-05-01 ")),
    ("an id has a blank", "P01a", lambda data: _line(data, 5, b"TXN0000000005", b"TXN 000000005")),
    ("a number has too many places", "transactions.transactional_cost_rate.values", lambda data: _line(data, 5, b",0.0", b",0.00000")),
    ("a status is unknown", "transactions.payment_status.check", lambda data: _line(data, 5, b"approved", b"accepted")),
    ("a line is twice there", "transactions.payment_id.unique", lambda data: data + data.split(b"\n")[1] + b"\n"),
    ("a type of payment is unknown", "transactions.payment_type.check", lambda data: re.sub(rb",(online|mobile|phone),", b",fax,", data)),
    ("the merchant is missing", "transactions.merchant_id.filled", lambda data: re.sub(rb",M\d{6},", b",,", data, count=1)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "check", "change"), FILES, ids=[kind for kind, *_ in FILES])
def test_a_damaged_file_is_caught(tmp_path: Path, kind: str, check: str, change: object) -> None:
    directory = tmp_path / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        days = ("--start-date", "2024-05-01", "--end-date", "2024-05-02")
        few = ("--set", "business.initial_merchants=5")
        assert run_command(command, ["--initial", *days, *few, "--output-dir", str(directory), "-q"]) == 0
    path = directory / "transactions_2024-05-01_2024-05-02.csv"
    assert callable(change)
    path.write_bytes(change(path.read_bytes()))
    verdict = judge(directory)
    assert check in [item.check for item in verdict.failed()], kind
    assert not verdict.ok


def test_a_missing_and_a_surplus_file_are_caught(history: Path, tmp_path: Path) -> None:
    copy = tmp_path / "out"
    copy.mkdir()
    for path in history.iterdir():
        if not path.name.startswith("transactions"):
            (copy / path.name).write_bytes(path.read_bytes())
    assert {"transactions.days", "transactions.file"} <= {item.check for item in judge(copy).failed()}
    for days in ("2024-05-01_2024-12-05", "2024-12-05_2024-12-05"):
        (copy / f"transactions_{days}.csv").symlink_to(history / "transactions_2024-05-01_2024-11-20.csv")
    assert "transactions.days" in {item.check for item in judge(copy).failed()}


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda path: path.write_bytes(b"junk\n"), "earlier_merchants.file"),
        (lambda path: path.unlink(), "merchants.days"),
        (lambda path: path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n"), "P07n"),
    ],
    ids=["junk", "missing", "empty"],
)
def test_an_earlier_file_of_merchants_is_judged(
    history: Path, tmp_path: Path, change: Callable[[Path], object], check: str
) -> None:
    copy = Path(shutil.copytree(history, tmp_path / "out"))
    change(copy / "merchants_2024-05-01_2024-11-20.csv")
    assert check in {item.check for item in judge(copy).failed()}


STATES: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("its layout is another", lambda told: told.update(format=9), "layout, 9, is not 2"),
    ("its seed is a word", lambda told: told.update(seed=True), "seed is not a whole number"),
    ("its last day is the last of all", lambda told: told.update(last_generated_date="9999-12-31"), "years 1970 to 2149"),
    ("its start is no day", lambda told: told["options"].update(start_date="20240501"), "options.start_date must be a day"),
    ("its counter has no end", lambda told: told.update(merchant_counter=10**30), "merchant_counter is not"),
    ("its rules are a word", lambda told: told["options"].update(rules="x"), "options.rules is not an object"),
    ("a card says a number", lambda told: next(iter(told["card_profiles"].values())).update(card_bin=5), "is not a text but 5"),
    ("its cards are a list", lambda told: told.update(card_profiles=[]), "card_profiles is not an object"),
    ("a name cannot be written", lambda told: told["merchants"]["M000001"][0].update(merchant_name="\ud800"), "cannot be read as a state"),
    ("its merchants are none", lambda told: told.update(merchants=None), "merchants is not an object"),
    ("its versions are words", lambda told: told["merchants"].update(M000001=["x"]), "something else than versions"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "what"), [item[1:] for item in STATES], ids=[kind for kind, *_ in STATES])
def test_a_state_that_is_none_is_refused_in_a_line(
    history: Path, tmp_path: Path, change: Callable[[dict[str, Any]], object], what: str
) -> None:
    told = json.loads((history / STATE).read_bytes())
    change(told)
    (tmp_path / STATE).write_text(json.dumps(told))
    for purpose in (lambda: judge(tmp_path), lambda: outlined(tmp_path, "load")):
        with pytest.raises(StateError) as caught:
            purpose()
        assert what in str(caught.value) and "\n" not in str(caught.value)


def test_a_state_that_is_deeply_nested_is_refused(tmp_path: Path) -> None:
    (tmp_path / STATE).write_bytes(b"[" * 100_000)
    with pytest.raises(StateError, match="deeply nested"):
        judge(tmp_path)


def test_a_state_of_no_merchants_breaks_a_rule(history: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(history, tmp_path / "out"))
    told = json.loads((copy / STATE).read_bytes())
    (copy / STATE).write_text(json.dumps({**told, "merchants": {}}))
    assert "P07k" in {item.check for item in judge(copy).failed()}
