"""Histories with given pools: their names and streets, whole or in parts, and never with other pools halfway."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from datagen.errors import StateError
from datagen.payments import state
from datagen.pools.pool_files import SHIPPED, Pools, open_pools
from tests.payments.payments_runs import begun, continued

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def pools_of(directory: Path, **files: str) -> Pools:
    directory.mkdir()
    for name, form in files.items():
        lines = [f"{weight}\t{form.format('X' + 2 * letter)}" for weight, letter in enumerate(LETTERS, 1)]
        (directory / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return open_pools(directory)


@pytest.fixture
def german(tmp_path: Path) -> Pools:
    return pools_of(tmp_path / "german", surnames="{}mann", streets="{}straße", companies="{} & Söhne GmbH")


def merchants(text: bytes) -> list[dict[str, str]]:
    return [version for versions in json.loads(text)["merchants"].values() for version in versions]


@pytest.mark.slow
def test_merchants_have_names_and_streets_of_the_pools_through_joins_and_moves(german: Pools) -> None:
    made = merchants(begun("2024-01-01", "2024-03-10", pools=german).state)
    assert any(int(version["version"]) > 1 for version in made)
    assert all(version["merchant_name"].endswith(" & Söhne GmbH") for version in made)
    assert all("straße" in version["address"] for version in made)


def test_without_companies_a_merchant_is_called_after_an_owner_and_the_trade(tmp_path: Path) -> None:
    pools = pools_of(tmp_path / "names", surnames="{}mann")
    made = merchants(begun("2024-01-01", "2024-01-02", pools=pools).state)
    assert all(version["merchant_name"].split()[0].endswith("mann") for version in made)
    plain = merchants(begun("2024-01-01", "2024-01-02").state)
    assert [version["merchant_name"].split(" ", 1)[1] for version in made] == [
        version["merchant_name"].split(" ", 1)[1] for version in plain
    ]


@pytest.mark.slow
def test_splitting_does_not_show_with_pools(german: Pools) -> None:
    whole = begun("2024-01-01", "2024-02-10", pools=german)
    first = begun("2024-01-01", "2024-01-20", pools=german)
    rest = continued(first.state, "2024-02-10", german)
    assert first.payments + rest.payments == whole.payments
    assert rest.state == whole.state


def test_the_state_tells_the_digests_of_the_pools_and_nothing_without_any(german: Pools) -> None:
    assert json.loads(begun("2024-01-01", "2024-01-01", pools=german).state)["options"]["pools"] == german.digests
    assert "pools" not in json.loads(begun("2024-01-01", "2024-01-01").state)["options"]


def test_a_history_is_not_continued_with_other_pools(tmp_path: Path, german: Pools) -> None:
    with_pools = begun("2024-01-01", "2024-01-02", pools=german).state
    without = begun("2024-01-01", "2024-01-02").state
    other = pools_of(tmp_path / "other", surnames="{}mann")
    for text, pools, began in (
        (with_pools, other, "with other pools of names; give those as --pools"),
        (with_pools, SHIPPED, "with other pools of names; give those as --pools"),
        (without, german, "without --pools; leave it out"),
    ):
        with pytest.raises(StateError, match=f"here: the history was begun {began}."):
            state.read(text, "here", pools=pools)
