"""The manifests of a history's runs: what each wrote, by which a change of its files shows."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from datagen.checks.findings import Outcome
from datagen.console import run_command
from datagen.output.manifest import read_manifest
from datagen.payments.command import command
from datagen.payments.verification import judge, judge_manifests
from datagen.payments.vocabulary import STATE


def run(directory: Path, *arguments: str) -> None:
    assert run_command(command, [*arguments, "--output-dir", str(directory), "-q"]) == 0


@pytest.fixture(scope="module", params=("csv", "parquet"))
def history(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight merchants from the end of January into February, in two runs; not to be changed."""
    directory = tmp_path_factory.mktemp("manifests") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(directory.parent)
        days = ("--start-date", "2024-01-20", "--end-date", "2024-01-29")
        run(directory, "--initial", *days, "--set", "business.initial_merchants=8", "--format", request.param)
        run(directory, "--incremental", "-f", "--date", "2024-02-03")
    return directory


def test_a_manifest_states_what_a_run_wrote(history: Path) -> None:
    for name, files in (("manifest_2024-01-20_2024-01-29.json", 1), ("manifest_2024-01-30_2024-02-03.json", 2)):
        manifest = read_manifest(history, name)
        assert manifest and (manifest.world, manifest.seed) == ("payments", 42)
        assert manifest.options["rules"] == {"business.initial_merchants": 8}
        assert [item.table for item in manifest.resources] == ["merchants", "transactions"]
        payments = manifest.resources[1]
        assert len(payments.files) == (files if ".parquet" in payments.path else 1)
        rows = amounts = Decimal(0)
        for path, stated in payments.files.items():
            data = (history / path).read_bytes()
            assert (stated.bytes, stated.sha256) == (len(data), hashlib.sha256(data).hexdigest())
            table = f"select count(*), sum(cast(payment_amount as decimal(12, 2))) from '{history / path}'"
            (found,) = duckdb.sql(table).fetchall()
            assert found[0] == stated.rows
            rows, amounts = rows + found[0], amounts + found[1]
        assert payments.written.rows == rows
        assert Decimal(payments.totals["payment_amount"]) == amounts


def changed(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1:] = b"\r" if data[-1:] == b"\n" else b"x"
    path.write_bytes(data)


def longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


DAMAGE: list[tuple[str, Callable[[Path], object], str]] = [
    ("a byte is changed", lambda out: changed(max(out.glob("merchants_2024-01-20*"))), "has other bytes"),
    ("a line is added", lambda out: longer(max(out.glob("merchants_2024-01-20*"))), "has another size"),
    ("a manifest is lost", lambda out: (out / "manifest_2024-01-20_2024-01-29.json").unlink(), "stands in no manifest"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("change", "reason"), [item[1:] for item in DAMAGE], ids=[kind for kind, *_ in DAMAGE])
def test_a_change_of_the_files_shows(
    history: Path, tmp_path: Path, change: Callable[[Path], object], reason: str
) -> None:
    copy = Path(shutil.copytree(history, tmp_path / "out"))
    assert judge_manifests(copy, dt.date(2024, 2, 3)).outcome is Outcome.PASSED
    change(copy)
    (found,) = [item for item in judge(copy).failed() if item.check == "files.manifest"]
    assert reason in found.reason and found.offending


@pytest.mark.slow
def test_a_run_that_is_repeated_takes_the_manifest_of_the_later_one_away(history: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(history, tmp_path / "out"))
    before = {path.name: path.read_bytes() for path in history.iterdir()}
    first = tmp_path / "first"
    days = ("--start-date", "2024-01-20", "--end-date", "2024-01-29")
    kind = "parquet" if list(history.glob("*.parquet")) else "csv"
    run(first, "--initial", *days, "--set", "business.initial_merchants=8", "--format", kind)
    shutil.copy(first / STATE, copy / STATE)  # as if the second run had been killed before its end
    run(copy, "--incremental", "-f", "--date", "2024-02-02")
    names = sorted(path.name for path in copy.glob("manifest_*"))
    assert names == ["manifest_2024-01-20_2024-01-29.json", "manifest_2024-01-30_2024-02-02.json"]
    run(copy, "--incremental", "-f", "--date", "2024-02-03")
    assert (copy / STATE).read_bytes() == before[STATE]
    assert judge(copy).ok
