"""A bank with given pools: their names, streets and companies, all rules hold, and the manifest states the digests."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pandas as pd
import pytest

from datagen.bank.generation import Choices, export
from datagen.bank.rules import BankRules
from datagen.bank.size import Size
from datagen.bank.world import WORLD
from datagen.checks.verify import verify_directory
from datagen.pools.locale_pools import locale_pools
from datagen.pools.pool_files import open_pools


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pools = tmp_path_factory.mktemp("pools")
    for name, text in locale_pools("de_DE", 1).items():
        (pools / name).write_text(text, encoding="utf-8")
    choices = Choices(Size(300, 40), 5, dt.date(2026, 1, 31), BankRules(), open_pools(pools))
    made = export(tmp_path_factory.mktemp("bank") / "data", choices)
    (made.parent / "pools").symlink_to(pools)
    return made


def table(directory: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(directory / f"{name}.csv", dtype=str)


@pytest.mark.slow
def test_people_companies_and_streets_are_of_the_pools(directory: Path) -> None:
    given = open_pools(directory.parent / "pools").given
    people = [
        table(directory, name)
        for name in ("customer_db/customer_profiles", "employees_db/employees", "insurance_db/beneficiaries")
    ]
    for rows in people:
        assert len(rows)
        assert set(rows["last_name"]) <= set(given["surnames"].texts)
        both = {*given["first_names_female"].texts, *given["first_names_male"].texts}
        assert set(rows["first_name"]) <= both
    profiles = people[0]
    assert set(profiles["company_name"].dropna()) <= set(given["companies"].texts)
    streets = profiles["address"].str.replace(r"^\d+ | (Apt|Unit) \d+$", "", regex=True)
    assert set(streets) <= set(given["streets"].texts)


@pytest.mark.slow
def test_every_rule_holds_and_the_manifest_states_the_digests(directory: Path) -> None:
    assert [
        finding.check for finding in verify_directory(directory, WORLD, {}).failed() if not finding.statistical
    ] == []
    manifest = json.dumps(json.loads((directory / "datapackage.json").read_text(encoding="utf-8")))
    digests = open_pools(directory.parent / "pools").digests
    assert all(f'"{name}": "{digest}"' in manifest for name, digest in digests.items())
