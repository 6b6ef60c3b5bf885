"""Descriptions of worlds and data: the tools that they are for take them, and find what is wrong."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

import datagen
from datagen.__main__ import command
from datagen.console import run_command
from datagen.metadata.bundle import DIALECTS
from datagen.schema import databases
from datagen.world import worlds

SHOP = {"orders": 60, "end_date": "2026-01-31"}
QUICK = {"bank", "ecommerce"}
"""Worlds that `make check` describes: one of them has several databases."""


def describe(world: str, *options: object) -> int:
    return run_command(command, [world, "describe", *map(str, options), "--quiet", "--no-log"])


WORLDS = [pytest.param(name, marks=pytest.mark.slow if name not in QUICK else ()) for name in sorted(worlds())]


@pytest.fixture(scope="module", params=WORLDS)
def described(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A world, and what describes its tables."""
    place = tmp_path_factory.mktemp(request.param)
    assert describe(request.param, "--out", place) == 0
    return request.param, place


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a small marketplace in `data`, described in `about`."""
    place = tmp_path_factory.mktemp("shop")
    datagen.ecommerce(**SHOP).write(place / "data")
    assert describe("ecommerce", place / "data", "--out", place / "about") == 0
    return place


def damaged(shop: Path, place: Path, change: Callable[[str], str]) -> Path:
    """A copy of the shop whose items are changed, and described again."""
    shutil.copytree(shop / "data", place / "data")
    items = place / "data" / "order_item.csv"
    items.write_text(change(items.read_text()))
    assert describe("ecommerce", place / "data", "--out", place / "about") == 0
    return place / "about"


def lost_product(text: str) -> str:
    """The items, the first one of a product that does not exist."""
    head, first, rest = text.split("\n", 2)
    values = first.split(",")
    values[2] = "999999"
    return "\n".join([head, ",".join(values), rest])


@pytest.mark.slow
def test_each_world_is_described_without_data(described: tuple[str, Path]) -> None:
    world, place = described
    metadata = worlds()[world].metadata
    assert {path.stem for path in (place / "frictionless").iterdir()} == set(metadata.tables)
    names = databases(metadata)
    for dialect in DIALECTS:
        files = [place / "ddl" / (f"{dialect}/{name}.sql" if name else f"{dialect}.sql") for name in names]
        assert sum(path.read_text().upper().count("CREATE TABLE") for path in files) >= len(metadata.tables)
    assert not (place / "croissant.json").exists()


def test_sqlite_builds_the_tables_from_the_ddl(described: tuple[str, Path]) -> None:
    place = described[1]
    for path in [place / "ddl" / "sqlite.sql", *(place / "ddl" / "sqlite").glob("*.sql")]:
        if path.exists():
            connection = sqlite3.connect(":memory:")
            connection.executescript(path.read_text())
            connection.close()


def test_the_contract_is_one_and_names_every_column(described: tuple[str, Path]) -> None:
    from open_data_contract_standard.model import OpenDataContractStandard

    world, place = described
    contract = OpenDataContractStandard.from_file(str(place / "odcs.yaml"))
    assert contract.apiVersion == "v3.1.0"
    assert contract.status == "active"
    found = {table.name: [item.name for item in table.properties or []] for table in contract.schema_ or []}
    assert found == {name: [*map(str, table.columns.keys())] for name, table in worlds()[world].metadata.tables.items()}


def test_diagrams_and_dictionary_name_every_table(described: tuple[str, Path]) -> None:
    world, place = described
    texts = [(place / name).read_text() for name in ("erd.svg", "data_dictionary.md", "data_dictionary.csv")]
    ElementTree.fromstring(texts[0])
    for name in worlds()[world].metadata.tables:
        assert all(name in text for text in texts)
        assert f"    {name.upper()} {{" in (place / "erd.mmd").read_text()


def test_payments_lead_to_their_merchants_though_versions_have_no_foreign_key(tmp_path: Path) -> None:
    assert describe("payments", "--out", tmp_path) == 0
    assert '    MERCHANTS }|..o{ TRANSACTIONS : "merchant_id"' in (tmp_path / "erd.mmd").read_text()
    assert re.search(r'<path class="edge"[^>]*stroke-dasharray', (tmp_path / "erd.svg").read_text())
    assert "→ merchants (not enforced)" in (tmp_path / "data_dictionary.md").read_text()
    assert "FOREIGN KEY" not in (tmp_path / "ddl" / "postgresql.sql").read_text()


@pytest.mark.slow
def test_each_database_has_a_frame_and_names_what_its_tables_refer_to_elsewhere(tmp_path: Path) -> None:
    assert describe("bank", "--out", tmp_path) == 0
    diagram = ElementTree.fromstring((tmp_path / "erd.svg").read_text())
    form = "{http://www.w3.org/2000/svg}"
    frames = [item for item in diagram.iter(f"{form}rect") if item.get("class") == "frame"]
    assert len(frames) == len(databases(worlds()["bank"].metadata))
    words = [item.text for item in diagram.iter(f"{form}text")]
    assert {*databases(worlds()["bank"].metadata)} <= {*words}
    assert "→ employees" in words
    _, _, width, height = map(float, diagram.attrib["viewBox"].split())
    for frame in frames:
        x, y, wide, high = (float(frame.attrib[name]) for name in ("x", "y", "width", "height"))
        assert 0 < x < x + wide < width and 0 < y < y + high < height


@pytest.mark.slow
def test_the_same_data_gives_the_same_descriptions(shop: Path) -> None:
    before = {path: path.read_bytes() for path in (shop / "about").rglob("*") if path.is_file()}
    assert describe("ecommerce", shop / "data", "--out", shop / "about") == 0
    assert before == {path: path.read_bytes() for path in (shop / "about").rglob("*") if path.is_file()}


def test_a_table_schema_validates_its_file_and_finds_damage(shop: Path, tmp_path: Path) -> None:
    from frictionless import Resource, Schema

    schema = Schema.from_descriptor(json.loads((shop / "about" / "frictionless" / "order_item.json").read_text()))
    sound = Resource(path="order_item.csv", basepath=str(shop / "data"), schema=schema)
    assert sound.validate().valid
    text = (shop / "data" / "order_item.csv").read_text()
    (tmp_path / "order_item.csv").write_text(text.replace("\n1,", "\none,", 1))
    assert not Resource(path="order_item.csv", basepath=str(tmp_path), schema=schema).validate().valid


def test_a_contract_holds_the_rules_and_the_place_of_the_files(shop: Path) -> None:
    from open_data_contract_standard.model import OpenDataContractStandard

    contract = OpenDataContractStandard.from_file(str(shop / "about" / "odcs.yaml"))
    rules = [rule.name for table in contract.schema_ or [] for rule in table.quality or []]
    assert {"H13", "H14"} <= set(rules)
    (server,) = contract.servers or []
    assert (shop / "about" / str(server.path) / "order.csv").is_file()


def test_croissant_says_what_the_files_are_and_links_only_what_is_there(shop: Path) -> None:
    about = json.loads((shop / "about" / "croissant.json").read_text())
    manifest = json.loads((shop / "data" / "datapackage.json").read_text())
    stated = {item["path"]: item["hash"].removeprefix("sha256:") for item in manifest["resources"]}
    assert {item["@id"]: item["sha256"] for item in about["distribution"]} == stated
    assert all((shop / "about" / item["contentUrl"]).is_file() for item in about["distribution"])
    assert "ynthetic" in about["description"]
    assert about["license"] == manifest["licenses"][0]["path"]
    fields = {field["@id"] for records in about["recordSet"] for field in records["field"]}
    linked = [field for records in about["recordSet"] for field in records["field"] if "references" in field]
    links = [field["references"]["field"]["@id"] for field in linked]
    stated_keys = [records["key"] for records in about["recordSet"]]
    keys = [part["@id"] for key in stated_keys for part in (key if isinstance(key, list) else [key])]
    assert links
    assert {*links, *keys} <= fields


@pytest.mark.slow
def test_dbt_tests_cover_each_hard_rule_and_each_reference(shop: Path) -> None:
    project = shop / "about" / "dbt"
    models = yaml.safe_load((project / "models" / "staging" / "staging.yml").read_text())["models"]
    tests = [test for model in models for column in model["columns"] for test in column.get("data_tests", [])]
    assert sum("relationships" in test for test in tests if isinstance(test, dict)) >= 8
    files = {path.stem for path in (project / "tests").iterdir()}
    details = json.loads(datagen.read(shop / "data").verify().to_json())["findings"]
    hard = {item["check"] for item in details if item["check"][0] == "H" and item["check"][1].isdigit()}
    assert hard
    assert hard <= files


def test_data_that_is_not_there_is_refused_and_a_directory_of_data_is_no_place(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert describe("ecommerce", shop / "nowhere") == 1
    assert "There is no directory" in capsys.readouterr().err
    assert describe("fitness", shop / "data", "--out", shop / "other") == 1
    assert "holds no table of the world fitness" in capsys.readouterr().err
    assert describe("ecommerce", "--out", shop / "data") == 1
    assert "holds data" in capsys.readouterr().err


def tool(name: str) -> str:
    """The path of a tool of the extra `metadata-tests`; where it is not installed, the test is skipped."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
    if found is None:
        pytest.skip(f"{name} is not installed: pip install -e '.[metadata-tests]'")
    return found


@pytest.mark.slow
def test_dbt_builds_the_project_and_fails_on_planted_damage(shop: Path, tmp_path: Path) -> None:
    dbt = tool("dbt")

    def build(about: Path) -> subprocess.CompletedProcess[str]:
        line = [dbt, "build", "--profiles-dir", ".", "--no-use-colors"]
        quiet = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
        return subprocess.run(line, cwd=about / "dbt", env=quiet, capture_output=True, text=True)

    sound = build(damaged(shop, tmp_path / "sound", str))
    assert sound.returncode == 0, sound.stdout
    broken = build(damaged(shop, tmp_path / "broken", lost_product))
    assert broken.returncode == 1
    assert "relationships_stg_order_item_product_id" in broken.stdout


@pytest.mark.slow
def test_mlcroissant_validates_the_description_and_reads_records(shop: Path, tmp_path: Path) -> None:
    mlcroissant = tool("mlcroissant")

    def run(verb: str, about: Path, *more: str) -> subprocess.CompletedProcess[str]:
        line = [mlcroissant, verb, "--jsonld", str(about / "croissant.json"), *more]
        return subprocess.run(line, capture_output=True, text=True)

    sound = run("validate", shop / "about")
    assert sound.returncode == 0, sound.stderr
    assert "WARNING" not in sound.stderr
    read = ("--record_set", "order_item", "--num_records", "1")
    assert run("load", shop / "about", *read).returncode == 0
    about = damaged(shop, tmp_path, str)
    items = tmp_path / "data" / "order_item.csv"
    items.write_text(lost_product(items.read_text()))  # after it was described
    assert run("load", about, *read).returncode != 0
