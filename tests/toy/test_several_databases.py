"""A world that lies in several databases has the same verbs as one in a single database."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql

from datagen import verbs
from datagen.console import run_command
from datagen.loading.backends import backend_for
from datagen.schema import databases
from datagen.world import World, worlds
from tests.loading import toy
from tests.support.toy_world import Rules

PREFIX = f"verbs{os.getpid()}_"
"""Tests may run side by side on one server."""
RULE = """\
-- H1: Whoever is at an event is one of the people.
-- source: the page
-- uses: people, event
select number, who from event where who not in (select personid from people);
"""
Run = Callable[..., int]


@pytest.fixture
def url(embedded: str) -> str:
    """One server is enough: what is tried is the command; databases of both are loaded in `tests/loading`."""
    return embedded


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "events.sql").write_text(RULE)
    return World("toy", "Toys", toy.TABLES, Rules, tmp_path / "sql", databases=(toy.SHOP, toy.LOGS), directory="toys")


@pytest.fixture
def places(url: str) -> Iterator[dict[str, str]]:
    """The URLs of the databases, which are not there yet, by name; they are dropped after the test."""
    beside = backend_for(url).beside
    yield {name: beside(PREFIX + name).url for name in (toy.SHOP, toy.LOGS)}
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for name in (PREFIX + toy.SHOP, PREFIX + toy.LOGS, f"other_{PREFIX}{toy.SHOP}", f"other_{PREFIX}{toy.LOGS}"):
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    connection.close()


@pytest.fixture
def run(world: World, url: str, places: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `datagen toy VERB ...` on that server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("DATAGEN_PREFIX", PREFIX)
    toy.write(tmp_path / "toys", toy.rows(20))
    return lambda *arguments: run_command(verbs.Verbs(world), [str(item) for item in arguments])


def told(run: Run, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    """What a verb gives as JSON."""
    capsys.readouterr()
    run(*arguments, "--json")
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_databases_that_are_not_there_are_created_only_if_asked(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("load") == 1
    assert f"There is no database {PREFIX}toy_shop" in capsys.readouterr().err
    assert run("status") == 1
    assert "missing" in capsys.readouterr().out
    assert run("load", "--create-database") == 0
    out = capsys.readouterr().out
    assert "Loaded 90 rows into 4 tables of 2 databases" in out
    assert "To look into one of the databases" in out
    assert all(item["loaded_at"] for item in told(run, capsys, "status")["databases"].values())
    assert f"{PREFIX}toy_shop" in out


def test_all_databases_are_loaded_verified_and_told(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = told(run, capsys, "load", "--create-database")
    assert outcome["loaded"]["rows"] == {"people": 10, "order": 20, "event": 40, "index": 20}  # type: ignore[index]
    assert outcome["verified"]["ok"]  # type: ignore[index]
    state = told(run, capsys, "status")
    found = {name: (item["rows"], item["exists"]) for name, item in state["databases"].items()}  # type: ignore[attr-defined]
    assert found == {toy.SHOP: (30, True), toy.LOGS: (60, True)}
    assert state["apart"] is None
    assert run("status") == 0
    assert run("verify") == run("verify-database") == 0


def test_rows_that_are_there_are_replaced_only_if_asked(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("load", "--create-database", "--no-verify") == 0
    assert run("load") == 1
    assert "Add --truncate to replace them" in capsys.readouterr().err
    assert run("load", "--truncate", "--quiet") == 0


def test_a_reference_into_another_database_that_leads_nowhere_is_found(
    run: Run, places: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("load", "--create-database", "--quiet") == 0
    with psycopg2.connect(places[toy.LOGS]) as connection:
        connection.cursor().execute("UPDATE event SET who = 'P9999999' WHERE part = 1 AND number = 1::bigint << 33")
    connection.close()
    assert run("verify-database") == 1
    captured = capsys.readouterr()
    assert "FAILED H1" in captured.out
    assert "event.who.reference" in captured.err


def test_databases_of_different_loads_are_told_apart(
    run: Run, places: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("load", "--create-database", "--quiet") == 0
    toy.write(tmp_path / "newer", toy.rows(30))
    assert run("load", "newer", "--prefix", f"other_{PREFIX}", "--create-database", "--quiet") == 0
    drop = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
    with psycopg2.connect(places[toy.LOGS]) as connection:
        connection.cursor().execute(drop)
    connection.close()
    capsys.readouterr()
    assert run("status") == 1
    assert "do not belong together" in capsys.readouterr().out


def test_without_a_url_they_are_databases_of_the_embedded_server(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    assert run("status") == 1
    assert "There is no embedded PostgreSQL in" in capsys.readouterr().err
    try:
        assert run("load") == 0
        assert f"datagen toy psql toy_shop --prefix {PREFIX}" in capsys.readouterr().out
        assert run("stop") == 0
        assert run("status") == 0  # starts it, to ask it
    finally:
        assert run("stop") == 0


def test_psql_opens_the_database_that_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def execv(program: str, arguments: list[str]) -> None:
        opened.extend(arguments)
        raise SystemExit(0)

    monkeypatch.setattr(os, "execv", execv)
    with pytest.raises(SystemExit):
        run("psql", toy.LOGS)
    assert f"dbname={PREFIX}toy_logs" in opened[-1]
    assert run("psql", "elephants") == 2
    assert run("psql") == 2


def test_views_indexes_and_histories_are_refused_for_several_databases(world: World, tmp_path: Path) -> None:
    for part in ({"view_files": tmp_path}, {"index_file": tmp_path}, {"history_of": lambda directory: directory}):
        with pytest.raises(ValueError, match="toy has several databases"):
            replace(world, **part)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", worlds())
def test_a_world_declares_the_databases_of_its_tables(name: str) -> None:
    declared = worlds()[name]
    found = set(databases(declared.metadata))
    assert found == set(declared.databases) if declared.databases else len(found) == 1
