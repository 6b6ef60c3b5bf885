"""The rule files of each world say what they need, ask one question each, and name their source."""

from __future__ import annotations

import re

import pytest

from datagen.checks.sql_rules import SqlRule, read_catalogue
from datagen.world import World, worlds

CATALOGUES = {name: read_catalogue(world.sql) for name, world in worlds().items()}
WIDTH = {"payments": 145}
"""How long the longest line may be, where that is more than the usual 120."""


@pytest.fixture(params=sorted(CATALOGUES))
def world(request: pytest.FixtureRequest) -> World:
    return worlds()[request.param]


def read_by(block: SqlRule) -> set[str]:
    """The names that a block reads from, but for those that it defines itself."""
    query = re.sub("--.*", "", block.sql)
    own = set(re.findall(r"(?:with(?: recursive)?|,)\s+(\w+)(?: \([\w, ]+\))? as \(", query))
    return {name.strip('"') for name in re.findall(r'(?:from|join)\s+("?\w+"?)', query)} - own


def test_a_block_names_the_tables_it_reads(world: World) -> None:
    catalogue = CATALOGUES[world.name]
    known = {*world.metadata.tables, *catalogue.relations, "places"}
    for block in [*catalogue.rules, *catalogue.relations.values()]:
        read = read_by(block) & known
        constant = block not in catalogue.rules and not read  # it names the table that it is about
        assert constant or read == set(block.uses) & known, block.check
        assert world.sources_of or set(block.uses) - known <= {"nothing"}, block.check


def test_a_rule_is_a_sentence_with_a_source(world: World) -> None:
    pages = (f"docs/{world.name}-story.md#", f"docs/{world.name}-tables.md")
    for rule in CATALOGUES[world.name].rules:
        assert re.fullmatch(r"[A-Z0-9].*\.", rule.title), rule.check
        assert rule.source.startswith(pages), rule.check


def test_a_figure_states_how_many_rows_it_takes(world: World) -> None:
    for rule in CATALOGUES[world.name].rules:
        assert bool(rule.least_rows) == rule.check.startswith("S"), rule.check


def test_the_files_are_easy_to_read(world: World) -> None:
    width = WIDTH.get(world.name, 120)
    for path in sorted(world.sql.glob("*.sql")):
        lines = path.read_text().splitlines()
        assert lines[0].startswith("-- "), path
        assert [line for line in lines if len(line) > width or line != line.rstrip()] == [], path
