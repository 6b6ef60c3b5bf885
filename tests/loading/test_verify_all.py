"""A world in several databases is verified in them: each by its own rules, and across them over the rows of all."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql

from datagen.checks.findings import Outcome, Verdict
from datagen.errors import DatabaseError
from datagen.loading.backends import backend_for
from datagen.loading.load_all import Part, load_all, parts_of
from datagen.loading.preflight import opened
from datagen.loading.verify import verify_all
from datagen.world import Options, Window, World
from tests.loading import toy
from tests.support.toy_world import Rules

SCHEMA = "Test schema"
RULES = """\
-- H1: Nobody orders for nothing.
-- source: the page
-- uses: order
select "select" from "order" where amount = 0;

-- H2: Whoever is at an event has ordered something.
-- source: the page
-- uses: order, event
select number, who from event where who not in (select "Group" from "order");

-- S1: Events an order.
-- source: the page
-- uses: order, event
-- least rows: 1
select 'events' as label, (select count(*) from event) * 1e0 / count(*) as value, 2 as low, 2 as high, count(*) as rows
from "order";
"""

PREFIX = f"datagen_test_{os.getpid()}_"
"""What goes before the names of databases: tests beside each other on one server keep to their own."""


def window(options: Options) -> Window:
    """The same for all options."""
    del options
    return Window(dt.date(2024, 1, 1), dt.date(2025, 1, 1))


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "rules.sql").write_text(RULES)
    return World("toy", "Toys", toy.TABLES, Rules, tmp_path / "rules", window_of=window)


@pytest.fixture
def parts(url: str) -> Iterator[list[Part]]:
    found = parts_of(backend_for(url), toy.TABLES, PREFIX)
    for part in found:
        part.backend.connect(create_database=True)
    yield found
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for part in found:
            part.backend.close()
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(PREFIX + part.name)))
    connection.close()


@pytest.fixture
def judged(parts: list[Part], world: World, tmp_path: Path) -> Callable[..., Verdict]:
    """The verdict on the loaded databases, after a statement run on one of them."""
    with opened(toy.write(tmp_path / "data", toy.rows(20)), toy.TABLES, "toy") as directory:
        load_all(parts, directory, schema=SCHEMA)

    def judge(place: int = 0, statement: str = "") -> Verdict:
        if statement:
            with psycopg2.connect(parts[place].backend.url) as connection, connection.cursor() as cursor:
                cursor.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(SCHEMA)))
                cursor.execute(statement)
        return verify_all(parts, world, schema=SCHEMA)

    return judge


def test_good_databases_pass(judged: Callable[..., Verdict]) -> None:
    verdict = judged()
    assert {item.outcome for item in verdict.findings} == {Outcome.PASSED}
    checks = [item.check for item in verdict.findings]
    assert len(checks) == len(set(checks))
    assert {"order.rows", "event.rows", "index.columns", "event.who.reference", "order.Group.reference"} <= set(checks)
    assert checks[-3:] == ["H1", "H2", "S1"]


@pytest.mark.parametrize(
    ("place", "statement", "wrong"),
    [
        (0, 'update "order" set amount = 0', {"H1", "order.amount.total"}),
        (1, "update event set who = 'P9999999' where number = (select min(number) from event)",
         {"event.who.reference", "event.who.total", "H2"}),
        (0, "insert into people values ('P9000000', date '2024-01-01')", {"people.rows"}),
        (1, "insert into index select max(key) + 1, null, null from index", {"index.rows", "index.key.total"}),
        (0, 'alter table "order" drop column at', {"order.columns", "order.at.filled"}),
    ],
)  # fmt: skip
def test_damage_is_found_where_it_is(
    judged: Callable[..., Verdict], place: int, statement: str, wrong: set[str]
) -> None:
    assert {item.check for item in judged(place, statement).failed()} >= wrong


def test_nothing_is_changed(judged: Callable[..., Verdict], parts: list[Part]) -> None:
    before = [part.backend.record(SCHEMA) for part in parts]
    judged()
    assert [part.backend.record(SCHEMA) for part in parts] == before


def test_databases_without_tables_are_refused(parts: list[Part], world: World) -> None:
    with pytest.raises(DatabaseError, match="toy_shop, toy_logs have none of the tables"):
        verify_all(parts, world, schema=SCHEMA)
