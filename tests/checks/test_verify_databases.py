"""Tables that lie in several databases are judged each in its own, and across them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table

from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.engine import Check
from datagen.checks.findings import Finding, Outcome, Verdict
from datagen.checks.verify import Suite, verify_databases, verify_frames
from datagen.schema import NAMING, at_least
from datagen.world import Window
from tests.support.toy_world import Rules

Work = Mapping[str, list[Check | Finding]]
WINDOW = Window(dt.date(2025, 10, 9), dt.date(2026, 1, 9))
RULES = """\
-- H1: Every owner has a dog.
-- source: the page
-- uses: owners, dogs
select ownerid from owners where ownerid not in (select ownerid from dogs);

-- H2: Dogs are young.
-- source: the page
-- uses: dogs
select dogid, age from dogs where age > 20;

-- S1: Dogs an owner.
-- source: the page
-- uses: dogs
-- least rows: 1
select 'dogs' as label, count(*) as value, 1 as low, 3 as high, count(*) as rows from dogs;
"""
GOOD = {
    "owners": "select * from (values ('O1'), ('O2')) t (ownerid)",
    "breeds": "select * from (values ('B1')) t (breedid)",
    "dogs": "select * from (values ('D1', 'O1', 'B1', 3), ('D2', 'O2', 'B1', 5)) t (dogid, ownerid, breedid, age)",
}

MANY = "select 'D' || n as dogid, 'O' || (n % 2 + 1) as ownerid, 'B1' as breedid, 1 as age from range(7) t (n)"


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    (tmp_path / "rules.sql").write_text(RULES)
    metadata = MetaData(naming_convention=NAMING)
    Table("owners", metadata, Column("ownerid", String(4), primary_key=True), info={"database": "people_db"})
    Table("breeds", metadata, Column("breedid", String(4), primary_key=True), info={"database": "animals_db"})
    Table(
        "dogs",
        metadata,
        Column("dogid", String(4), primary_key=True),
        Column("ownerid", String(4), nullable=False, info={"references": "owners.ownerid"}),
        Column("breedid", String(4), ForeignKey("breeds.breedid"), nullable=False),
        Column("age", Integer, nullable=False),
        at_least("age", 0),
        info={"database": "animals_db"},
    )
    return Suite("toy", metadata, tmp_path, Rules(), WINDOW)


def judged(
    suite: Suite, tables: Mapping[str, str], first: Mapping[str, list[Check | Finding]] | None = None
) -> Verdict:
    with ExitStack() as stack:
        people, animals, whole = (stack.enter_context(DuckDatabase(threads=1)) for _ in range(3))
        for name, query in tables.items():
            (people if name == "owners" else animals).create(name, query)
            whole.create(name, query)
        return verify_databases({"people_db": people, "animals_db": animals}, whole, suite, first=first)


def failed(verdict: Verdict) -> set[str]:
    return {item.check for item in verdict.failed()}


def test_good_tables_pass_and_nothing_is_asked_twice(suite: Suite) -> None:
    verdict = judged(suite, GOOD)
    assert {item.outcome for item in verdict.findings} == {Outcome.PASSED}
    checks = [item.check for item in verdict.findings]
    assert len(checks) == len(set(checks))
    with DuckDatabase(threads=1) as one:
        frames = {name: one.connection.execute(query).df() for name, query in GOOD.items()}
    assert set(checks) == {item.check for item in verify_frames(frames, suite).findings}
    assert checks[-3:] == ["H1", "H2", "S1"]


@pytest.mark.parametrize(
    ("table", "query", "wrong"),
    [
        ("owners", "select 'O1' as ownerid", {"dogs.ownerid.reference"}),
        ("owners", "select * from (values ('O1'), ('O2'), ('O3')) t (ownerid)", {"H1"}),
        ("breeds", "select 'B2' as breedid", {"dogs.breedid.reference"}),
        ("dogs", GOOD["dogs"].replace("3", "30"), {"H2"}),
        ("dogs", MANY, {"S1"}),
    ],
)
def test_damage_is_found_inside_databases_and_across_them(
    suite: Suite, table: str, query: str, wrong: set[str]
) -> None:
    assert failed(judged(suite, {**GOOD, table: query})) == wrong


def test_what_is_to_come_first_comes_first(suite: Suite) -> None:
    def judge(rows: object) -> Iterator[Finding]:
        yield Finding("animals.there", "files", "The animals are there", "the page", Outcome.PASSED)

    work: list[Check | Finding] = [Check("select 1", judge, lambda _: [])]
    verdict = judged(suite, GOOD, {"animals_db": work})
    assert "animals.there" in {item.check for item in verdict.findings}
