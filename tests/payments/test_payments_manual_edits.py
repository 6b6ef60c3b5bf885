"""What is edited in a state counts from the next day on; what would change the past, or fits no file, is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from datagen.console import run_command
from datagen.errors import StateError
from datagen.generate import CountingSink, write_dataset
from datagen.output.file_names import CSV, PARQUET
from datagen.output.table_writers import CsvFiles
from datagen.payments import state
from datagen.payments.command import command
from datagen.payments.dataset import PaymentsDataset
from datagen.payments.history import MOST_PAYMENTS
from datagen.payments.merchant_book import MOST_MERCHANTS, MerchantBook
from datagen.payments.verification import judge
from datagen.payments.vocabulary import STATE
from datagen.workers import Threads
from tests.payments.payments_runs import begun as begun_in_memory
from tests.support.loaded_history import FEW, LIVELY, continued, made

State = dict[str, Any]
DAYS = ("--start-date", "2024-01-01", "--end-date", "2024-01-20")


@pytest.fixture(scope="module")
def histories(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Twenty days of a lively history in a format, of which some merchants have more than one version."""

    @cache
    def written(kind: str) -> Path:
        directory = tmp_path_factory.mktemp("edits") / "out"
        churn = ("--set", "business.monthly_churn_rate=0.3")
        return made(directory, "--initial", *DAYS, *FEW, *LIVELY, *churn, "--format", kind)

    return written


@pytest.fixture(params=[CSV, PARQUET])
def begun(request: pytest.FixtureRequest, histories: Callable[[str], Path]) -> Path:
    """A history in each format in turn."""
    return histories(request.param)


@pytest.fixture
def out(begun: Path, tmp_path: Path) -> Path:
    """A copy, to be changed."""
    return Path(shutil.copytree(begun, tmp_path / "out"))


def edit(directory: Path, change: Callable[[State], object]) -> None:
    told = json.loads((directory / STATE).read_text())
    change(told)
    (directory / STATE).write_text(json.dumps(told))


def merchants(directory: Path) -> dict[str, list[State]]:
    found: dict[str, list[State]] = json.loads((directory / STATE).read_text())["merchants"]
    return found


def chosen(told: dict[str, list[State]], *, versions: int = 1, status: str = "active") -> str:
    """A merchant with so many versions at least."""
    return next(name for name, held in told.items() if len(held) >= versions and held[-1]["status"] == status)


def files(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


def refused(directory: Path, last: str = "2024-01-22") -> None:
    """The increment ends with status 1 and changes nothing."""
    before = files(directory)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(directory.parent)
        assert run_command(command, ["--incremental", "-f", "--date", last, "--output-dir", str(directory), "-q"]) == 1
    assert files(directory) == before


ELSEWHERE = {"city": "Beverly Hills", "state": "CA", "zip_code": "90210", "phone": "310-555-0142"}
EDITS: dict[str, dict[str, Any]] = {
    "size and rate": {"size_category": "large", "mdr_rate": 0.021},
    "place": ELSEWHERE,
    "name and industry": {"merchant_name": "My Own Shop", "industry": "travel"},
    "address": {"address": "1 Main St", "email": "own@example.com"},
    "all at once": {"size_category": "large", "mdr_rate": 0.021, **ELSEWHERE, "merchant_name": "My Own Shop"},
    "leaving": {"status": "churned"},
    "leaving under another name": {"status": "churned", "merchant_name": "My Own Shop"},
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("begun", "values"),
    # What an edit does is the same in any format; how it is written is not.
    [pytest.param(CSV, values, id=f"{CSV}-{name}") for name, values in EDITS.items()]
    + [pytest.param(PARQUET, EDITS["all at once"], id="parquet-all at once")],
    indirect=["begun"],
)
def test_an_edit_in_place_counts_from_the_next_day_on_and_leaves_the_past(out: Path, values: State) -> None:
    before = merchants(out)
    name = chosen(before)
    edit(out, lambda told: told["merchants"][name][-1].update(values))
    twice = Path(shutil.copytree(out, out.with_name("twice")))
    continued(out, "2024-02-03")
    after = merchants(out)[name]
    count = len(before[name])
    assert after[: count - 1] == before[name][:-1]
    assert after[count - 1] == before[name][-1]
    assert after[count].items() >= {**values, "effective_date": "2024-01-21", "version": count + 1}.items()
    verdict = judge(out)
    assert [(item.check, item.examples) for item in verdict.failed() if not item.statistical] == []

    continued(twice, "2024-01-21")
    continued(twice, "2024-02-03")
    assert (twice / STATE).read_bytes() == (out / STATE).read_bytes()


def test_a_run_killed_before_its_end_takes_up_the_same_edit_again(out: Path) -> None:
    name = chosen(merchants(out))
    edit(out, lambda told: told["merchants"][name][-1].update(merchant_name="My Own Shop"))
    edited = (out / STATE).read_bytes()
    continued(out, "2024-01-25")
    after = files(out)
    (out / STATE).write_bytes(edited)  # as if killed before its last step
    continued(out, "2024-01-25")
    assert files(out) == after


@pytest.mark.slow
def test_a_state_nobody_edited_is_as_without_its_files(out: Path) -> None:
    alone = out.with_name("alone")
    alone.mkdir()
    shutil.copy(out / STATE, alone / STATE)
    continued(out, "2024-02-20")
    continued(alone, "2024-02-20")
    assert (alone / STATE).read_bytes() == (out / STATE).read_bytes()


def test_a_version_added_by_hand_may_change_again_on_its_first_day() -> None:
    history = state.read(begun_in_memory("2024-01-01", "2024-01-31").state)
    book, day = history.book, history.last + 1
    name = chosen(book.versions)
    number, count = int(name[1:]), len(book.versions[name])
    book.change(number, day, merchant_name="My Own Shop")
    book.change(number, day, status="churned")
    assert len(book.versions[name]) == count + 1
    assert book.versions[name][-1].items() >= {"merchant_name": "My Own Shop", "status": "churned"}.items()
    assert book.versions[name][-1]["version"] == count + 1


def _of(versions: int, place: int, **values: Any) -> Callable[[State], None]:
    def change(told: State) -> None:
        told["merchants"][chosen(told["merchants"], versions=versions)][place].update(values)

    return change


def _left(**values: Any) -> Callable[[State], None]:
    def change(told: State) -> None:
        told["merchants"][chosen(told["merchants"], status="churned")][-1].update(values)

    return change


def _shorter(told: State) -> None:
    told["merchants"][chosen(told["merchants"], versions=2)].pop()


def _fewer(told: State) -> None:
    told["merchants"].popitem()
    told["merchant_counter"] -= 1
    held = [
        name for name, card in told["card_profiles"].items() if int(card["merchant_id"][1:]) > len(told["merchants"])
    ]
    for name in held:
        del told["card_profiles"][name]
    told["card_counter"] -= len(held)


def _joined(told: State) -> None:
    name = f"M{told['merchant_counter'] + 1:06d}"
    model = told["merchants"]["M000001"][0]
    days = {"creation_date": "2024-01-10", "effective_date": "2024-01-10", "last_transaction_date": None}
    told["merchants"][name] = [{**model, "merchant_id": name, **days}]
    told["merchant_counter"] += 1


PAST: list[tuple[str, Callable[[State], object], str]] = [
    ("an earlier version", _of(2, 0, merchant_name="My Own Shop"), "only the last version can be edited"),
    ("a last day of payment", _of(1, -1, last_transaction_date="2024-01-01"), "last_transaction_date"),
    ("no day of payment", _of(1, -1, last_transaction_date=None), "last_transaction_date"),
    ("who left comes back", _left(status="active"), "does not come back"),
    ("who left moves", _left(address="1 Main St"), "does not come back or change"),
    ("a version is removed", _shorter, "never removed"),
    ("a merchant is removed", _fewer, "merchant_counter"),
    ("a merchant joined in the past", _joined, "joins on the next day"),
    ("more payments", lambda told: told.update(total_transactions=told["total_transactions"] + 1), "total_tr"),
    ("hardly any payments", lambda told: told.update(total_transactions=5), "total_transactions: it is 5"),
    ("a later day", lambda told: told.update(last_generated_date="2024-01-25"), "only to 2024-01-20"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "what"), [item[1:] for item in PAST], ids=[kind for kind, *_ in PAST])
def test_an_edit_of_the_past_is_refused(
    out: Path, capsys: pytest.CaptureFixture[str], change: Callable[[State], object], what: str
) -> None:
    edit(out, change)
    refused(out, "2024-01-28")
    error = capsys.readouterr().err
    assert what in error and error.count("\n") == 1


@pytest.mark.slow
def test_a_merchant_added_by_hand_joins_on_the_next_day(out: Path) -> None:
    def add(told: State) -> None:
        _joined(told)
        name = max(told["merchants"])
        told["merchants"][name][0].update(creation_date="2024-01-21", effective_date="2024-01-21", status="active")

    edit(out, add)
    continued(out, "2024-01-25")
    assert judge(out).ok


def test_where_old_files_were_moved_away_there_is_nothing_to_compare_with(out: Path) -> None:
    for path in out.glob("*_*_*"):
        path.unlink()
    name = chosen(merchants(out))
    edit(out, lambda told: told["merchants"][name][-1].update(merchant_name="My Own Shop"))
    continued(out, "2024-01-21")
    assert merchants(out)[name][-1]["merchant_name"] == "My Own Shop"


def test_a_file_of_merchants_that_is_none_is_told(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (newest,) = out.glob("merchants_*")
    newest.write_bytes(b"junk")
    refused(out)
    assert f"{newest} cannot be read" in capsys.readouterr().err


def test_a_file_of_payments_that_is_cut_is_told(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    newest = max(out.glob("transactions_*"))
    newest.write_bytes(newest.read_bytes()[:-5])
    refused(out)
    assert str(newest) in capsys.readouterr().err


def test_a_file_that_goes_on_after_the_state_is_refused(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (out / STATE).read_bytes()
    continued(out, "2024-01-22")
    path = next(out.glob("transactions_2024-01-21_2024-01-22.*"))
    path.rename(path.with_name(path.name.replace("2024-01-21", "2024-01-20")))
    (out / STATE).write_bytes(before)
    refused(out)
    assert "goes on after it" in capsys.readouterr().err


def test_files_of_later_days_are_named_before_they_are_removed(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (out / STATE).read_bytes()
    for day in ("2024-01-21", "2024-01-22", "2024-01-23"):
        continued(out, day)
    (out / STATE).write_bytes(before)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(out.parent)
        assert run_command(command, ["--incremental", "-f", "--date", "2024-01-21", "--output-dir", str(out)]) == 0
    told = capsys.readouterr().out
    assert "It removes files of days after that: merchants_2024-01-21" in told and "and 2 more" in told
    assert not list(out.glob("*2024-01-23*"))


def test_nothing_is_published_when_ids_are_used_up() -> None:
    history = state.read(begun_in_memory("2024-01-01", "2024-01-31").state)
    history.total = MOST_PAYMENTS - 3
    dataset = PaymentsDataset(history, history.last + 1)
    with pytest.raises(StateError, match="TXN9999999999 is the last one"):
        write_dataset(dataset, Threads(1), CsvFiles(CountingSink()))
    book = MerchantBook({}, 0)
    book.counter = MOST_MERCHANTS
    with pytest.raises(StateError, match="M999999 is the last one"):
        book.add([{}])
