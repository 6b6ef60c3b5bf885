"""The command `ecommerce`, and the document's own words."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

import datagen as package
from datagen import console, verbs
from datagen.__main__ import command as datagen
from datagen.ecommerce.statements import DIALECTS, statements
from datagen.ecommerce.tables import metadata
from datagen.ecommerce.world import WORLD
from datagen.errors import UsageError
from datagen.output.manifest import read_manifest
from etl import load as etl_load
from src import main as src_main

ROOT = Path(__file__).parents[2]
TINY = ("--orders", "40", "--end-date", "2026-01-01", "--workers", "1")
Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in a directory of its own."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DATAGEN_") or name == "DATABASE_URL"]:
        monkeypatch.delenv(name)
    return lambda *line, command=None: console.run_command(command or verbs.Verbs(WORLD), [str(item) for item in line])


def test_generate_writes_eight_files_and_judges_them(run, capsys):
    assert run("generate", *TINY) == 0
    place = Path("generated_data_ecommerce")
    assert sorted(path.name for path in place.glob("*.csv")) == sorted(f"{name}.csv" for name in WORLD.metadata.tables)
    assert json.loads((place / "verification.json").read_text())
    assert "order_item" in capsys.readouterr().out
    manifest = read_manifest(place)
    assert manifest is not None
    assert manifest.options | {"orders": 40, "items": 400} == manifest.options
    assert (manifest.options["start_date"], manifest.options["end_date"]) == ("2025-01-01", "2026-01-01")


def test_the_same_bytes_come_by_the_one_command(run):
    assert run("generate", *TINY, "--no-verify", "--output-dir", "a") == 0
    assert run("ecommerce", "generate", *TINY, "--no-verify", "--output-dir", "b", command=datagen) == 0
    assert run(*TINY, "--no-verify", "--output-dir", "c", command=src_main.command) == 0
    for path in Path("a").iterdir():
        assert path.read_bytes() == Path("b", path.name).read_bytes() == Path("c", path.name).read_bytes()


def test_a_program_calls_the_world(run):
    tables = package.ecommerce(orders=40, end_date="2026-01-01", workers=1)
    assert len(tables["order_item"]) == 400
    with pytest.raises(UsageError, match="--sellers 300 is more than"):
        package.ecommerce(sellers=300)


@pytest.mark.slow
def test_a_plan_makes_nothing(run, capsys, tmp_path):
    assert run("generate", "--plan", "--orders", "7000", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert {name: table["rows"] for name, table in found["tables"].items()} == {
        "brand": 20, "category": 10, "seller": 25, "promotion": 10, "promotion_product": 100, "order": 7_000,
        "order_item": 70_000, "product": 200,
    }  # fmt: skip
    assert list(tmp_path.iterdir()) == []
    assert run("plan", "--orders", "7000", "--json") == 0
    assert json.loads(capsys.readouterr().out) == found


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("generate", "--sellers", "300"), "--sellers 300 is more than --products 200"),
        (("generate", "--scale", "0"), "--scale must lie in"),
        (
            ("generate", "--start-date", "2026-01-01", "--end-date", "2026-01-15"),
            "--start-date must lie 1 to 36 months",
        ),
        (("generate", "--start-date", "2022-12-31", "--end-date", "2026-01-01"), "from 2023-01-01 to 2025-12-01"),
        (("generate", "--start-date", "soon"), "--start-date must be a day such as"),
        (("generate", "--end-date", "2026-02-30"), "--end-date must be a day such as"),
        (("generate", "--set", "demand.lean=99"), "demand.lean must lie in"),
        (("generate", "--set", "demand.lena=2"), "Did you mean demand.lean"),
        (("generate", "--plan", "--output-dir", "x"), "--output-dir does nothing with --plan"),
        (("generate", "--truncate"), "--truncate does nothing with a run without --load-database"),
        (("generate", "--promotion-products", "1999", "--orders", "10"), "--promotion-products 1,999 is more than"),
        (("verify", "--schema", "x"), "--schema does nothing with files: give --database-url"),
        (("ddl",), "Missing option '--dialect'"),
        (("ddl", "--dialect", "oracle"), "'oracle' is not one of"),
        (("ddl", "--dialect", "mysql", "--end-date", "2026-01-01"), "--end-date does nothing with tables that are not"),
        (("load", "--partition", "week"), "'week' is not"),
    ],
)
def test_wrong_options_are_refused_in_a_line(run, capsys, line, words):
    assert run(*line) == 2
    errors = capsys.readouterr().err.splitlines()
    assert len([text for text in errors if text]) == 1
    assert words in errors[-1]


@pytest.mark.slow
def test_broken_data_is_status_1(run, capsys, shop):
    copy = Path(shutil.copytree(shop, "data"))
    assert run("verify", "data") == 0
    (copy / "datapackage.json").unlink()
    text = (copy / "order_item.csv").read_text().splitlines()
    (copy / "order_item.csv").write_text("\n".join([*text[:-1], ""]))
    window = ("--start-date", "2025-11-20", "--end-date", "2026-11-20")
    assert run("verify", "data", *window) == 1
    assert "breaks" in capsys.readouterr().err


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_schema_files_are_what_ddl_prints(run, capsys, dialect):
    assert run("ddl", "--dialect", dialect) == 0
    printed = capsys.readouterr().out
    assert (ROOT / "schema" / f"{dialect}.sql").read_text() == printed
    assert printed.startswith("CREATE TABLE brand (")


@pytest.mark.parametrize("months", [None, (dt.date(2025, 12, 5), dt.date(2026, 3, 1))], ids=["whole", "months"])
def test_sql_server_can_parse_what_ddl_prints(months):
    parser = Path(sys.executable).parent / "maxdop"
    text = statements("mssql", months)
    done = subprocess.run([parser, "--parser-version", "2019"], input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert text.count("\nGO") == text.count(";\nGO") > 30


@pytest.mark.parametrize("months", [None, (dt.date(2025, 12, 5), dt.date(2026, 3, 1))], ids=["whole", "months"])
@pytest.mark.parametrize(("dialect", "read"), [("postgresql", "postgres"), ("mysql", "mysql"), ("mssql", "tsql")])
def test_another_parser_reads_what_ddl_prints(dialect, read, months):
    # It does not know RANGE COLUMNS of MySQL, which MariaDB runs in the tests of loading.
    text = re.sub(r"(?s) PARTITION BY RANGE COLUMNS.*?;", ";", statements(dialect, months)).replace(";\nGO", ";")
    found = [tree for tree in sqlglot.parse(text, read=read) if tree is not None]
    assert len(found) == text.count(";\n") + 1
    made = {tree.find(exp.Table).name for tree in found if isinstance(tree, exp.Create) and tree.kind == "TABLE"}
    assert made >= set(metadata.tables)
    unread = [tree.sql() for tree in found if isinstance(tree, exp.Command)]
    assert all(text.startswith("CREATE PARTITION") for text in unread), unread


def test_months_are_those_of_the_window(run, capsys):
    line = (
        "ddl",
        "--dialect",
        "mysql",
        "--partition",
        "month",
        "--start-date",
        "2025-12-05",
        "--end-date",
        "2026-02-01",
    )
    assert run(*line) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("-- There are no foreign keys on or to partitioned tables here: fk_order_item_order_id")
    assert "p2025_12" in printed and "p2026_01" in printed and "p2026_02" not in printed
    assert statements("mysql") != printed


def test_without_a_database_the_documents_command_tells_how_to_configure_one(run, capsys, monkeypatch):
    assert run(*TINY, "--no-verify", command=src_main.command) == 0
    told = capsys.readouterr().out
    assert "No database is configured" in told and "config/ecommerce.toml" in told
    assert Path("generated_data_ecommerce", "order_item.csv").exists()


def test_the_file_names_the_database_and_the_environment_goes_before_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert etl_load.configured_url() is None  # as it comes
    file = tmp_path / "own.toml"
    file.write_text('[database]\nurl = "postgresql://user:secret@host/name"\n')
    assert etl_load.configured_url(file) == "postgresql://user:secret@host/name"
    monkeypatch.setenv("DATABASE_URL", "mysql://other/name")
    assert etl_load.configured_url(file) == "mysql://other/name"
    assert etl_load.configured_url(tmp_path / "none.toml") == "mysql://other/name"


@pytest.mark.parametrize("text", ["[database", "database = 3", "[database]\nurl = 3\n"])
def test_a_broken_configuration_is_told(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    file = tmp_path / "own.toml"
    file.write_text(text)
    with pytest.raises(UsageError, match=r"own\.toml"):
        etl_load.configured_url(file)


def test_no_password_is_printed(run, capsys, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:secret@127.0.0.1:1/nowhere")
    assert run(*TINY, "--no-verify", command=src_main.command) == 1
    assert run("generated_data_ecommerce", command=etl_load.command) in (1, 2)
    captured = capsys.readouterr()
    assert "secret" not in captured.out + captured.err


@pytest.mark.parametrize("module", ["src.main", "etl.load", "datagen.ecommerce"])
def test_modules_run_from_a_clone(module):
    done = subprocess.run([sys.executable, "-m", module, "--help"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Usage:")


def test_what_is_only_run_from_a_clone_is_not_installed():
    found = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]["find"]["include"]
    assert not [name for name in found if name.startswith(("src", "etl"))]


def test_poetry_reads_the_version_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["tool"]["poetry"]["version"] == package.__version__
