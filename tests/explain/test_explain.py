"""One life is told across all tables, in the order of time, from files and from a database."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import datagen
from datagen.__main__ import command
from datagen.checks.duckdb_engine import DuckDatabase
from datagen.console import run_command
from datagen.explain import _WHERE, explain, read_story
from datagen.world import worlds

CALLS = {
    "bank": {"customers": 80, "employees": 12, "end_date": "2026-01-31"},
    "ecommerce": {"orders": 200, "end_date": "2026-01-31"},
    "fitness": {"facilities": 1, "members": 80, "staff": 10, "months": 3, "end_date": "2026-01-31"},
    "payments": {"start_date": "2024-01-01", "end_date": "2024-01-10"},
}
IDS = {
    ("bank", "account"): "select account_id from transactions limit 1",
    ("bank", "customer"): "select customer_id from interactions limit 1",
    ("bank", "employee"): "select handled_by from interactions where handled_by is not null limit 1",
    ("bank", "loan"): "select loan_id from loans limit 1",
    ("ecommerce", "order"): 'select order_id from "order" where delivered_at is not null limit 1',
    ("ecommerce", "product"): "select product_id from promotion_product limit 1",
    ("ecommerce", "seller"): "select seller_id from product limit 1",
    ("fitness", "employee"): "select actualinstructorid from classinstances where status = 'Completed' limit 1",
    ("fitness", "machine"): "select equipmentid from equipmentmaintenance limit 1",
    ("fitness", "member"): "select memberid from classenrollments limit 1",
    ("payments", "card"): "select card_profile_id from transactions where card_profile_id is not null\n"
    "group by 1 order by count(*) desc, 1 limit 1",
    ("payments", "merchant"): "select merchant_id from transactions limit 1",
    ("payments", "payment"): "select payment_id from transactions limit 1",
}
"""Somebody of each kind who has a life."""


@pytest.fixture(scope="module")
def made() -> Callable[[str], datagen.Tables]:
    held: dict[str, datagen.Tables] = {}

    def tables(world: str) -> datagen.Tables:
        if world not in held:
            held[world] = getattr(datagen, world)(**CALLS[world])
        return held[world]

    return tables


def test_every_kind_of_life_is_tried_here() -> None:
    kinds = {(name, kind) for name, world in worlds().items() for kind in read_story(world.timelines).patterns}
    assert kinds == IDS.keys()


@pytest.mark.slow
@pytest.mark.parametrize(("world", "kind"), IDS)
def test_a_life_is_told_in_order_by_rows_that_are_there(
    world: str, kind: str, made: Callable[[str], datagen.Tables], capsys: pytest.CaptureFixture[str]
) -> None:
    tables = made(world)
    with tables.duckdb() as connection:
        ((key,),) = connection.sql(IDS[world, kind]).fetchall()
    assert run_command(command, [world, "explain", f"{kind}:{key}", str(tables.directory), "--json"]) == 0
    life = json.loads(capsys.readouterr().out)
    assert (life["kind"], life["id"]) == (kind, str(key))
    assert life["name"]
    days = [event["at"][:10] for event in life["events"]]
    assert days == sorted(days)
    assert len(days) >= 2
    for event in life["events"]:
        (first, *_) = datagen.worlds()[world].metadata.tables[event["table"]].primary_key.columns
        known = tables.arrow(event["table"])[first.name].cast("string").to_pylist()
        assert event["id"].split(" v")[0] in known, event


def test_it_is_printed_for_people(made: Callable[[str], datagen.Tables], capsys: pytest.CaptureFixture[str]) -> None:
    tables = made("fitness")
    member = tables["classenrollments"]["memberid"][0]
    assert run_command(command, ["fitness", "explain", member, str(tables.directory)]) == 0
    head, blank, first, *_ = capsys.readouterr().out.split("\n")
    assert head.endswith(f", member {member}")
    assert blank == ""
    assert "joined" in first
    assert first.endswith(f"members {member}")


def test_a_database_tells_the_same(
    made: Callable[[str], datagen.Tables], embedded: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = made("fitness")
    tables.load(embedded, "explained", verify=False)
    for kind in read_story(worlds()["fitness"].timelines).patterns:
        with tables.duckdb() as connection:
            ((key,),) = connection.sql(IDS["fitness", kind]).fetchall()
        assert run_command(command, ["fitness", "explain", key, str(tables.directory), "--json"]) == 0
        from_files = json.loads(capsys.readouterr().out)
        line = ["fitness", "explain", key, "--database-url", embedded, "--schema", "explained", "--json"]
        assert run_command(command, line) == 0
        assert json.loads(capsys.readouterr().out) == from_files
    line = ["fitness", "explain", key, "--database-url", embedded, "--schema", "nowhere"]
    assert run_command(command, line) == 1
    assert "There is no table" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "status", "words"),
    [
        (("fitness", "explain", "X1", "."), 2, "There are: member (MEM and a number), employee"),
        (("ecommerce", "explain", "17", "."), 2, "say order:17 or product:17 or seller:17"),
        (
            ("fitness", "explain", "MEM000001", "nowhere"),
            1,
            "There is no directory nowhere. Name the one whose files are meant, or give --database-url",
        ),
        (("fitness", "explain", "MEM000001", "."), 1, "does not hold"),
        (("fitness", "explain", "MEM000001", ".", "--schema", "x"), 2, "--schema does nothing with files"),
        (("fitness", "explain", "MEM000001", ".", "--database-url", "postgresql://x"), 2, "exclude each other"),
        (("fitness", "explain"), 2, "ID"),
    ],
)
def test_what_cannot_be_explained_is_said_in_a_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    line: tuple[str, ...],
    status: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_command(command, [*line]) == status
    (error,) = capsys.readouterr().err.splitlines()
    assert words in error


def test_who_is_not_there_is_named(made: Callable[[str], datagen.Tables], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(command, ["fitness", "explain", "MEM999999", str(made("fitness").directory)]) == 1
    assert "There is no member MEM999999 in this data. Name one that is there, such as MEM" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-- subject member\nselect 1\n", "no subject"),
        ("-- event member visits\n", "no event"),
        ("-- event member visits\nselect 1\n", "events and no subject"),
    ],
)
def test_a_block_that_is_none_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "lives.sql").write_text(text)
    with pytest.raises(ValueError, match=words):
        read_story(tmp_path)


def test_an_id_is_only_a_value(tmp_path: Path) -> None:
    (tmp_path / "lives.sql").write_text(
        "-- subject thing: ^.+$\nselect :id as name\n"
        "-- event thing things\nselect date '2026-01-31' as at, :id as said, :id as id\n"
    )
    with DuckDatabase() as database:
        life = explain(read_story(tmp_path), database, "a'; drop table x; --")
    assert life.name == life.events[0].said == "a'; drop table x; --"


@pytest.mark.parametrize("world", ["bank", "ecommerce", "fitness", "payments"])
def test_an_id_that_is_there_can_be_named_for_every_kind(world: str) -> None:
    story = read_story(worlds()[world].timelines)
    for kind, query in story.names.items():
        assert _WHERE.search(query), (world, kind)
