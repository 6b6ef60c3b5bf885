"""Keys held as numbers say the same as texts, whatever is wrong with the values; ids are found unique by their bits."""

from __future__ import annotations

import csv
import runpy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.checks import coded_keys, duckdb_engine
from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.engine import Ids
from datagen.checks.files import fill_from_directory
from datagen.checks.findings import Outcome
from datagen.checks.schema_checks import check_table
from datagen.checks.verify import verify_directory
from datagen.schema import load_order, references
from datagen.world import World, worlds
from tests.support import toy_world

GOLDEN = runpy.run_path(str(Path(__file__).parents[1] / "golden" / "renew.py"))
SETS = {"ecommerce": "tiny_shop", "fitness": "tiny", "bank": "tiny_bank"}
ALL, NONE = 0, 1 << 60
"""Bytes from which on a table counts as large."""


def mixed_up(directory: Path, world: World) -> None:
    """Turn the columns that refer to other tables upside down, and let a value of each third table refer to nothing."""
    for place, table in enumerate(load_order(world.metadata)):
        path = next(directory.rglob(f"{table.name}.csv"))
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        for name in {name for item in references(table) for name in item.columns}:
            column = head.index(name)
            values = [row[column] for row in reversed(rows)]
            if place % 3 == 0 and values:
                values[0] = "X1"
            for row, value in zip(rows, values, strict=True):
                row[column] = value
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *rows])


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_the_verdict_is_the_same_with_keys_as_numbers_and_as_texts(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, directory = worlds()[name], tmp_path / "data"
    GOLDEN["SETS"][SETS[name]][1](directory)
    mixed_up(directory, world)
    monkeypatch.setattr(coded_keys, "LARGE", NONE)
    as_texts = verify_directory(directory, world)
    monkeypatch.setattr(coded_keys, "LARGE", ALL)
    assert verify_directory(directory, world).to_json() == as_texts.to_json()
    assert len(as_texts.failed()) > 20


@pytest.mark.parametrize(
    ("clubs", "visits", "held"),
    [
        (toy_world.CLUBS, toy_world.VISITS, ("ENUM('C001', 'C002')", "ENUM('C001', 'C002')")),
        (toy_world.CLUBS, toy_world.VISITS.replace("4,C002", "4,C003"), ("ENUM('C001', 'C002')", "VARCHAR")),
        (toy_world.CLUBS, toy_world.VISITS.replace("4,C002", "4,"), ("ENUM('C001', 'C002')", "ENUM('C001', 'C002')")),
        (toy_world.CLUBS.splitlines()[0] + "\n", toy_world.VISITS, ("VARCHAR", "VARCHAR")),
    ],
    ids=["as it should be", "a visit to no club", "a visit without a club", "no clubs"],
)
def test_a_column_is_held_in_codes_if_all_its_values_have_one(
    clubs: str, visits: str, held: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coded_keys, "LARGE", ALL)
    directory = toy_world.write(tmp_path, clubs=clubs, visits=visits)
    with DuckDatabase() as database:
        findings = list(fill_from_directory(database, directory, toy_world.metadata, None))
        assert {item.outcome for item in findings} == {Outcome.PASSED}
        for table, type_ in zip(("clubs", "visits"), held, strict=True):
            columns = database.rows(f"DESCRIBE {table}")
            assert {row["column_type"] for row in columns if row["column_name"] == "clubid"} == {type_}
            assert "_read" not in {row["column_name"] for row in columns}
        assert [row["clubid"] or "" for row in database.rows("SELECT clubid FROM visits ORDER BY visitid")] == [
            line.split(",")[1] for line in visits.splitlines()[1:]
        ]


def test_only_keys_that_large_tables_refer_to_are_coded(tmp_path: Path) -> None:
    with DuckDatabase() as database:
        list(fill_from_directory(database, toy_world.write(tmp_path), toy_world.metadata, None))
        assert {row["t"] for row in database.rows("SELECT typeof(clubid) AS t FROM visits")} == {"VARCHAR"}


def counting_from(first: str, count: int) -> list[str]:
    """Ids that count up, if the first is one."""
    return [f"V{int(first[1:]) + n:05}" for n in range(count)] if first[1:].isdecimal() else []


BITS = DuckDatabase(threads=1)
IDS = (
    st.integers(0, 3000).map("V{:05}".format) | st.integers(0, 3000).map("V{}".format) | st.text("V0129-é", max_size=6)
)
COUNTING = st.integers(0, 99_990).map(lambda first: counting_from(f"V{first:05}", 9))
NUMBERS = st.lists(st.integers(-(2**40), 2**40) | st.integers(0, 9))


@given(st.lists(IDS) | COUNTING | st.tuples(COUNTING, st.lists(IDS)).map(lambda two: two[0] + two[1]) | NUMBERS)
def test_bits_never_make_two_values_of_one_and_know_ids_that_count_up(values: list[str] | list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb_engine, "_MANY", 0)
        BITS.connection.execute("CREATE OR REPLACE TABLE given AS SELECT unnest(?) AS id", [values])
        BITS.create("visits", "SELECT id FROM given")
        found = BITS.rows(f"SELECT count(id) - {BITS.different('visits', 'id') or 0} AS n FROM visits")[0]["n"]
    assert found >= len(values) - len(set(values))
    if values[:1] and isinstance(values[0], str) and values == counting_from(values[0], len(values)):
        assert found == 0


@pytest.mark.parametrize("many", [0, 1 << 13])
def test_a_key_that_is_there_twice_is_shown(many: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb_engine, "_MANY", many)
    directory = toy_world.write(tmp_path, visits=toy_world.VISITS.replace("V00003", "V00002"))
    with DuckDatabase() as database:
        list(fill_from_directory(database, directory, toy_world.metadata, None))
        found = {item.check: item for item in check_table(database, toy_world.metadata.tables["visits"])}
    assert found["visits.visitid.unique"].examples == ({"visitid": "V00002", "times": 2},)
    assert [item.check for item in found.values() if item.offending] == ["visits.visitid.unique"]


@pytest.mark.parametrize(
    ("visits", "held", "wrong"),
    [
        (toy_world.VISITS, "ENUM('F', 'M')", 0),
        (toy_world.VISITS.replace("false,F", "false,X"), "VARCHAR", 1),
        (toy_world.VISITS.replace("false,F", "false,f"), "VARCHAR", 1),
        (toy_world.VISITS.replace("false,F", 'false,""'), "ENUM('F', 'M')", 0),
    ],
    ids=["as they should be", "a word that is not listed", "a small letter", "empty in quotes"],
)
def test_words_of_a_list_are_held_in_codes_if_all_are_of_it(
    visits: str, held: str, wrong: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = toy_world.write(tmp_path, visits=visits)
    found = {}
    for size in (ALL, NONE):
        monkeypatch.setattr(coded_keys, "LARGE", size)
        with DuckDatabase() as database:
            findings = list(fill_from_directory(database, directory, toy_world.metadata, None))
            types = {row["t"] for row in database.rows("SELECT typeof(sex) AS t FROM visits")}
            judged = {item.check: item for item in check_table(database, toy_world.metadata.tables["visits"])}
            found[size] = (findings, judged)
        assert types == {held if size == ALL else "VARCHAR"}
        assert [item.offending for check, item in judged.items() if "sex" in check] == [wrong]
    assert found[ALL] == found[NONE]


@pytest.mark.parametrize(
    ("values", "known"),
    [
        (["V01", "V02", "V03"], Ids(3, "V", 6, 3, 3, 3)),
        (["V01", None, "V03"], Ids(3, "V", 4, 2, 3, 3)),
        (["V99", "V100", "V0101"], Ids(3, "V", 300, 3, 3, 5)),
        (["V01", "V02", "V02"], Ids(3, "V", 5, 2, 3, 3)),
        (["V" + "9" * 18] * 2, Ids(2, "V", 2 * (10**18 - 1), 1, 19, 19)),
        (["V" + "1" * 19] * 2, None),
        (["V01", "V02", "V0x"], None),
        (["V01", "V02", "V 3"], None),
        (["V01", "V02", "V+3"], None),
        (["V01", "V02", "W03"], None),
        (["V01", "V02", "V٠3"], None),
        (["V01", "V1e", "V02\n"], None),
    ],
    ids=lambda given: ",".join(str(item)[:6] for item in given) if isinstance(given, list) else "",
)
def test_ids_are_known_only_if_all_are_of_one_form(
    values: list[str | None], known: Ids | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duckdb_engine, "_MANY", 0)
    BITS.connection.execute("CREATE OR REPLACE TABLE given AS SELECT unnest(?) AS id", [values])
    BITS.create("visits", "SELECT id FROM given")
    BITS.judge_ids("visits", "id")
    assert BITS.ids("visits", "id") == known
