"""`status` of a world in one database: what the load record says, in whichever database is meant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from database_loader import FitnessCenterDatabaseLoader
from datagen.__main__ import command
from datagen.console import run_command
from datagen.loading.backends import backend_for
from datagen.world import worlds

SINGLE = sorted(name for name, world in worlds().items() if not world.databases)


@pytest.fixture(autouse=True)
def in_an_empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)


def test_what_was_loaded_is_said_a_line_a_table(
    loader: FitnessCenterDatabaseLoader, small: Path, url: str, schema: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = loader.load(small).rows
    line = ["fitness", "status", "--database-url", url, "--schema", schema]
    assert run_command(command, line) == 0
    out = capsys.readouterr().out
    assert f"{sum(rows.values()):,} rows in {len(rows)} tables" in out
    assert all(name in out for name in rows) and "runs in" not in out
    assert run_command(command, [*line, "--json"]) == 0
    held = json.loads(capsys.readouterr().out)
    assert held["tables"] == rows and held["exists"] and len(held["generations"]) == 1 and held["loaded_at"]


@pytest.mark.parametrize("world", SINGLE)
def test_a_database_without_our_tables_is_status_1(world: str, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    line = [world, "status", "--database-url", url, "--schema", "nothing here"]
    assert run_command(command, line) == 1
    assert "nothing is loaded" in capsys.readouterr().out


@pytest.mark.parametrize("world", SINGLE)
def test_a_database_that_is_not_there_is_status_1(world: str, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    elsewhere = backend_for(url).beside("not there").url
    assert run_command(command, [world, "status", "--database-url", elsewhere]) == 1
    assert "there is no such database" in capsys.readouterr().out


@pytest.mark.parametrize("world", SINGLE)
def test_without_a_database_it_is_about_the_embedded_server(world: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(command, [world, "status"]) == 1
    assert capsys.readouterr().out.startswith("There is no embedded PostgreSQL in ")
    assert run_command(command, [world, "status", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["running"] is False
