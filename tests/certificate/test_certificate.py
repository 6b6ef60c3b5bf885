"""A certificate travels: it is verified without this package, and finds damage and edits."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import datagen
from datagen.__main__ import command
from datagen.certificate.statement import CERTIFICATE, SCRIPT
from datagen.certificate.verify import seal_of
from datagen.console import run_command

CALLS = {
    "ecommerce": {"orders": 60, "end_date": "2026-01-31"},
    "bank": {"customers": 40, "employees": 9, "end_date": "2026-01-31"},
    "fitness": {"facilities": 1, "members": 40, "staff": 8, "months": 3, "end_date": "2026-01-31"},
    "payments": {"start_date": "2024-01-01", "end_date": "2024-01-04"},
}


@pytest.fixture(scope="module", params=CALLS)
def certified(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A world, and a certified directory of its data."""
    place = tmp_path_factory.mktemp(request.param) / "data"
    getattr(datagen, request.param)(**CALLS[request.param]).write(place)
    assert run_command(command, [request.param, "certify", str(place), "--quiet", "--no-log"]) == 0
    return request.param, place


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certified directory of a marketplace, by the option of `generate`."""
    place = tmp_path_factory.mktemp("shop") / "data"
    line = ["ecommerce", "generate", "--orders=60", "--end-date=2026-01-31", f"--output-dir={place}"]
    assert run_command(command, [*line, "--certificate", "--quiet", "--no-log"]) == 0
    return place


def verified(place: Path) -> subprocess.CompletedProcess[str]:
    """What the script says, run where there is no package of ours: an import of it would fail."""
    alone = (
        "import runpy, sys\n"
        "class Refused:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] in ('datagen', 'sqlalchemy', 'pyarrow', 'pandas', 'numpy'):\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Refused())\n"
        "runpy.run_path(sys.argv[1], run_name='__main__')\n"
    )
    return subprocess.run(
        [sys.executable, "-I", "-c", alone, str(place / SCRIPT)], cwd="/", capture_output=True, text=True
    )


def copied(shop: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shop, tmp_path / "copy [1]"))


def change(place: Path, edit: Callable[[dict[str, Any]], object], *, sealed: bool = False) -> None:
    """Edit a certificate, and its seal with it if that is `sealed` again."""
    statement = json.loads((place / CERTIFICATE).read_text())
    edit(statement)
    if sealed:
        statement["seal"]["sha256"] = seal_of(statement)
    (place / CERTIFICATE).write_text(json.dumps(statement))


@pytest.mark.slow
def test_a_certificate_of_each_world_is_verified_without_this_package(certified: tuple[str, Path]) -> None:
    done = verified(certified[1])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all as certified" in done.stdout


@pytest.mark.few(1)
def test_a_certificate_is_a_statement_about_every_file_and_names_what_files_cannot_answer(
    certified: tuple[str, Path],
) -> None:
    _, place = certified
    statement = json.loads((place / CERTIFICATE).read_text())
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    files = {name for table in statement["predicate"]["tables"] for name in table["files"]}
    assert {item["name"] for item in statement["subject"]} == files
    asked = {check["id"] for check in statement["predicate"]["checks"]}
    left = {item["id"] for item in statement["predicate"]["left_out"]}
    details = json.loads((place / "verification.json").read_text())["findings"]
    assert {item["check"] for item in details if item["group"] != "files"} <= asked | left


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certified history of payments in two runs, the second of which wrote Parquet."""
    place = tmp_path_factory.mktemp("history") / "data"
    quiet = [f"--output-dir={place}", "--quiet", "--no-log", "--force"]
    few = ["--set=business.initial_merchants=40"]
    first = ["payments", "generate", "--start-date=2024-01-01", "--end-date=2024-01-03", "--report", *few, *quiet]
    assert run_command(command, first) == 0
    assert (place / "report.html").is_file()
    assert run_command(command, ["payments", "continue", "--date=2024-01-04", *quiet]) == 0
    assert not (place / "report.html").exists(), "it says nothing of the new day"
    assert not (place / CERTIFICATE).exists()
    more = ["payments", "continue", "--date=2024-01-05", "--format=parquet", "--certificate", *quiet]
    assert run_command(command, more) == 0
    return place


@pytest.mark.slow
def test_of_a_history_only_figures_of_longer_windows_are_left_out(history: Path) -> None:
    done = verified(history)
    assert "all as certified" in done.stdout, done.stdout
    made = json.loads((history / CERTIFICATE).read_text())["predicate"]
    assert all(item["id"][0] == "S" and "The window is 5 days long" in item["reason"] for item in made["left_out"])
    assert {"P01a", "P05d", "P07k", "P07n", "S23"} <= {item["id"] for item in made["checks"]}


def changed_state(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def edit(place: Path) -> None:
        state = json.loads((place / "merchants.json").read_text())
        change(state)
        (place / "merchants.json").write_text(json.dumps(state))

    return edit


def swapped(place: Path) -> None:
    path = place / "transactions_2024-01-01_2024-01-03.csv"
    head, one, other, rest = path.read_text().split("\n", 3)
    path.write_text("\n".join([head, other, one, rest]))


def without_a_merchant(place: Path) -> None:
    path = place / "merchants_2024-01-04_2024-01-04.csv"
    path.write_text("\n".join(line for line in path.read_text().splitlines() if not line.startswith("M000007")) + "\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "check"),
    [
        (changed_state(lambda state: state.update(total_transactions=3)), "P01c"),
        (
            changed_state(lambda state: next(iter(state["card_profiles"].values())).update(stored_date="2024-01-04")),
            "P05e",
        ),
        (changed_state(lambda state: state["merchants"]["M000003"][0].update(mdr_rate=0.5)), "P07l"),
        (changed_state(lambda state: state["merchants"].pop("M000003")), "P07k"),
        (swapped, "P01a"),
        (without_a_merchant, "P07n"),
    ],
)
def test_damage_to_state_and_files_of_a_history_is_found(
    history: Path, tmp_path: Path, damage: Callable[[Path], None], check: str
) -> None:
    place = copied(history, tmp_path)
    damage(place)
    done = verified(place)
    assert done.returncode == 1
    assert f"FAILED {check}: " in done.stdout


@pytest.mark.slow
def test_what_is_read_of_a_state_is_what_verification_reads(history: Path) -> None:
    import duckdb

    from datagen.certificate.verify import reader
    from datagen.checks.duckdb_engine import DuckDatabase
    from datagen.payments.verification import fill

    made = json.loads((history / CERTIFICATE).read_text())["predicate"]
    with DuckDatabase() as ours, duckdb.connect() as theirs:
        fill(ours, history)
        for table in made["tables"]:
            theirs.execute(f"CREATE TABLE {table['name']} AS {reader(table, history)}")
        queries = {item["name"]: item["sql"] for item in made["relations"]}
        for name in ("state", "profiles", "versions", "files", "snapshots"):
            rows = ours.connection.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall()
            assert rows, name
            assert theirs.execute(f"SELECT * FROM ({queries[name]}) ORDER BY ALL").fetchall() == rows, name
        for name in ("transactions", "earlier_merchants"):
            days = (
                f"SELECT place, first_day, last_day, * EXCLUDE (place, first_day, last_day) FROM {name} ORDER BY place"
            )
            mine = ours.connection.execute(days.replace("last_day)", "last_day, flags_)")).fetchall()
            assert theirs.execute(days).fetchall() == mine


@pytest.mark.slow
def test_the_same_data_has_the_same_certificate(shop: Path) -> None:
    before = (shop / CERTIFICATE).read_bytes()
    assert run_command(command, ["ecommerce", "certify", str(shop), "--quiet", "--no-log"]) == 0
    assert (shop / CERTIFICATE).read_bytes() == before


def test_planted_damage_is_found_by_hash_and_by_rule(shop: Path, tmp_path: Path) -> None:
    place = copied(shop, tmp_path)
    items = place / "order_item.csv"
    head, first, rest = items.read_text().split("\n", 2)
    values = first.split(",")
    values[2] = "999999"
    items.write_text("\n".join([head, ",".join(values), rest]))
    done = verified(place)
    assert done.returncode == 1
    assert "FAILED order_item.csv: its SHA-256 is another." in done.stdout
    assert "FAILED order_item.product_id.reference: 1 rows break it" in done.stdout


@pytest.mark.slow
def test_data_that_was_broken_when_it_was_certified_is_never_called_sound(shop: Path, tmp_path: Path) -> None:
    place = copied(shop, tmp_path)
    sellers = place / "seller.csv"
    sellers.write_bytes(sellers.read_bytes().replace(b"\n", b"\r\n"))  # no row is wrong, the file is
    assert run_command(command, ["ecommerce", "certify", str(place), "--quiet", "--no-log"]) == 1
    done = verified(place)
    assert done.returncode == 1
    assert "FAILED seller.manifest: it was broken when it was certified." in done.stdout


@pytest.mark.slow
def test_a_file_that_is_gone_or_elsewhere_is_found(shop: Path, tmp_path: Path) -> None:
    place = copied(shop, tmp_path)
    (place / "seller.csv").unlink()
    assert "FAILED seller.csv: it is not there." in verified(place).stdout
    change(place, lambda made: made["subject"][0].update(name="../brand.csv"), sealed=True)
    assert "it is not in this directory" in verified(place).stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "edit",
    [
        lambda made: made["predicate"].update(title="Shops"),
        lambda made: made["predicate"]["checks"].pop(),
        lambda made: made["predicate"]["made"].update(seed=7),
    ],
)
def test_an_edited_certificate_is_found(shop: Path, tmp_path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    place = copied(shop, tmp_path)
    change(place, edit)
    done = verified(place)
    assert done.returncode == 1
    assert "FAILED The certificate was edited." in done.stdout


@pytest.mark.slow
def test_numbers_that_are_not_so_are_found_even_where_the_seal_was_renewed(shop: Path, tmp_path: Path) -> None:
    place = copied(shop, tmp_path)

    def edit(made: dict[str, Any]) -> None:
        table = next(item for item in made["predicate"]["tables"] if item["totals"])
        table["totals"][0]["expected"] = "1"
        figure = next(item for item in made["predicate"]["checks"] if item["kind"] == "figure")
        figure["observed"]["measures"][0]["value"] = 12345.0

    change(place, edit, sealed=True)
    done = verified(place)
    assert done.returncode == 1
    assert "certified 1." in done.stdout
    assert "certified 12345.0." in done.stdout
    assert "edited" not in done.stdout


def test_a_certificate_that_is_none_is_said_in_a_line(shop: Path, tmp_path: Path) -> None:
    place = copied(shop, tmp_path)
    (place / CERTIFICATE).write_text("{}")
    done = verified(place)
    assert done.returncode == 1
    assert done.stdout.startswith("The certificate cannot be read")
    assert not done.stderr


def test_a_certificate_without_a_verification_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    line = ["ecommerce", "generate", "--certificate", "--no-verify", "--no-log"]
    assert run_command(command, line) == 2
    assert "leave out --no-verify" in capsys.readouterr().err
