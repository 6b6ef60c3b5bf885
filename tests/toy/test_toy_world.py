"""A world that says what it is has every command, though its tables are called `order` and `Group`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from datagen import verbs
from datagen.console import run_command
from datagen.loading.postgres.embedded.server import EmbeddedServer

sys.path.insert(0, str(Path(__file__).parent))
from tests.toy.shop import WORLD, generate

VERBS = {
    "generate",
    "load",
    "verify",
    "report",
    "explain",
    "describe",
    "certify",
    "verify-database",
    "psql",
    "status",
    "stop",
    "rules",
}
Run = Callable[..., int]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory to work in, with an embedded server after a while."""
    place = tmp_path_factory.mktemp("shop")
    yield place
    EmbeddedServer(WORLD.name, place / ".postgres").stop()


@pytest.fixture
def run(place: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `datagen shop ...` there."""
    monkeypatch.chdir(place)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return lambda *arguments: run_command(verbs.Verbs(WORLD), [str(item) for item in arguments])


def test_it_has_every_verb_in_under_120_lines() -> None:
    assert set(verbs.commands(WORLD)) == VERBS
    assert verbs.Verbs(WORLD).get_command(None, "generate") is generate  # type: ignore[arg-type]
    text = Path(__file__).with_name("shop.py").read_text() + "".join(path.read_text() for path in WORLD.sql.glob("*"))
    assert text.count("\n") < 140, "the rules of its data included"


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_it_is_generated_verified_and_told_as_json(run: Run, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    assert run("generate", "--output-dir", kind, "--format", kind, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["written"]["order"]["rows"] == 40 and told["verified"]["ok"]
    checks = {item["check"]: item["outcome"] for item in told["verified"]["findings"]}
    assert checks["O01"] == checks["O02"] == checks["S01"] == "passed"
    assert run("verify", kind) == 0
    assert (Path(kind) / "verification.json").exists()


def test_a_broken_rule_is_told_and_is_status_1(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("generate", "--output-dir", "dear", "--set", "orders.most=400", "--quiet") == 0
    path = Path("dear/datapackage.json")
    path.write_text(path.read_text().replace('"orders.most": 400.0', '"orders.most": 9.0'))
    assert run("verify", "dear") == 1
    captured = capsys.readouterr()
    assert "FAILED O01: " in captured.out
    assert "breaks O01" in captured.err


def test_files_without_a_manifest_are_verified_with_a_window(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("generate", "--output-dir", "bare", "--quiet") == 0
    Path("bare/datapackage.json").unlink()
    assert run("verify", "bare") == 2
    assert "bare has no manifest: nothing tells the time" in capsys.readouterr().err
    assert run("verify", "bare", "--start-date", "2026-01-01", "--end-date", "2026-02-01") == 0
    assert run("verify", "bare", "--start-date", "2026-01-01", "--end-date", "2026-01-03") == 1
    assert "O02" in capsys.readouterr().err


@pytest.mark.server
def test_it_is_loaded_verified_and_damage_in_the_database_is_found(
    run: Run, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import psycopg2

    assert run("status") == 1
    assert run("generate", "--quiet", "--load-database") == 0
    assert run("load", "--truncate", "--json") == 0
    told = json.loads(capsys.readouterr().out.partition("\n{")[2].join(["{", ""]))
    assert told["loaded"]["rows"] == {"Group": 2, "order": 40} and told["verified"]["ok"]
    assert run("verify-database") == 0
    with psycopg2.connect(EmbeddedServer(WORLD.name, place / ".postgres").url) as connection:
        connection.cursor().execute('UPDATE "order" SET "to, or not" = 99 WHERE "select" = 7')
    connection.close()
    assert run("verify-database") == 1
    captured = capsys.readouterr()
    assert "select 7" in captured.out and "O01" in captured.err
    assert run("status") == 0
    assert run("stop") == 0


def test_its_rules_are_found_by_name_or_nearly(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    for word in ("orders", "USD", "moste"):
        assert run("rules", word) == 0
        out = capsys.readouterr().out
        assert "orders.most = 50.0" in out and "USD an order, at most, 1 to 1000; the shop" in out
        assert "--set orders.most=50.0" in out
    assert run("rules", "elephants") == 2
    assert "no rule with elephants" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--schema=x", "--truncate", "--indexes", "--create-database"])
def test_an_option_that_would_do_nothing_is_refused(run: Run, capsys: pytest.CaptureFixture[str], option: str) -> None:
    assert run("generate", option) == 2
    assert f"{option.partition('=')[0]} does nothing with a run without --load-database" in capsys.readouterr().err
