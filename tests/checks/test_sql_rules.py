"""Rule files are read, filled in and asked; what they answer becomes findings."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.files import fill_from_directory
from datagen.checks.findings import Finding, Outcome
from datagen.checks.sql_rules import Catalogue, ask, fill_in, parameters, read_catalogue
from datagen.rules import override
from datagen.world import Window, World, worlds
from tests.support import toy_world

WINDOW = Window(dt.date(2025, 10, 9), dt.date(2026, 1, 9))
VALUES = parameters(toy_world.Rules(), WINDOW)


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return read_catalogue(toy_world.world(tmp_path).sql)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[DuckDatabase]:
    with DuckDatabase() as made:
        list(fill_from_directory(made, toy_world.write(tmp_path / "data"), toy_world.metadata, None))
        yield made


def test_blocks_become_questions_and_relations(catalogue: Catalogue) -> None:
    assert [item.check for item in catalogue.rules] == ["H1", "H2", "S1"]
    assert set(catalogue.relations) == {"busy"}
    second = catalogue.rules[1]
    assert second.title == "No club is visited by many before the window or after it."
    assert (second.group, second.source, second.uses) == ("visits", "the page", ("busy", "visits", "clubs"))
    assert second.sql.startswith("select b.visitid")
    assert not second.sql.endswith(";")
    third = catalogue.rules[2]
    assert (third.least_rows, third.least_days) == (4, 60)


def test_a_line_without_a_key_continues_the_one_before(tmp_path: Path) -> None:
    block = (
        "-- H1: Nobody\n-- is early.\n-- why: The door\n-- is locked: always.\n-- uses: visits,\n-- clubs\nselect 1;"
    )
    (tmp_path / "rules.sql").write_text(block)
    (rule,) = read_catalogue(tmp_path).rules
    assert (rule.title, rule.why) == ("Nobody is early.", "The door is locked: always.")
    assert rule.uses == ("visits", "clubs")


def test_a_relation_may_use_nothing(tmp_path: Path) -> None:
    (tmp_path / "rules.sql").write_text("-- relation days: The days.\n-- uses: nothing\nselect 1 as day;")
    assert read_catalogue(tmp_path).relations["days"].uses == ()


def test_rules_are_split_by_the_databases_that_hold_their_tables(tmp_path: Path) -> None:
    blocks = {
        "relation busy": "visits",
        "relation busier": "busy",
        "H1": "clubs, places",
        "H2": "busier",
        "H3": "busier, clubs",
        "S1": "clubs",
    }
    text = "".join(f"-- {name}: Something.\n-- uses: {uses}\nselect 1;\n" for name, uses in blocks.items())
    (tmp_path / "rules.sql").write_text(text)
    catalogue = read_catalogue(tmp_path)
    (clubs, visits), across = catalogue.split([{"clubs"}, {"visits"}])
    assert [[rule.check for rule in part.rules] for part in (clubs, visits, across)] == [["H1"], ["H2"], ["H3", "S1"]]
    assert catalogue.relations == clubs.relations == across.relations
    assert catalogue.tables_of(catalogue.rules[2]) == {"visits", "clubs"}


@pytest.mark.parametrize("text", ["-- H1: A rule.\n-- source: page\nselect 1;", "-- H1: A rule.\n-- uses: visits\n"])
def test_a_block_without_tables_or_query_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "rules.sql").write_text(text)
    with pytest.raises(ValueError, match="H1"):
        read_catalogue(tmp_path)


def test_two_rules_of_one_id_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.sql").write_text("-- H1: A rule.\n-- uses: visits\nselect 1;")
    with pytest.raises(ValueError, match="two rules H1"):
        read_catalogue(tmp_path)


def test_parameters_name_rules_shares_numbers_and_defaults() -> None:
    rules = override(toy_world.Rules(), {"fees.usual": 8, "fees.hours": "7,23"})
    values = parameters(rules, WINDOW)
    assert values["as_of"] == "date '2026-01-09'"
    assert (values["fees.usual"], values["default.fees.usual"]) == ("8.0", "5.0")
    assert (values["fees.guests.some"], values["fees.hours.1"]) == ("0.25", "23")


def test_only_parameters_are_filled_in() -> None:
    sql = "select cast(a as date), time '06:30:00', b::text from t where day < :start and n > :fees.usual"
    assert fill_in(sql, VALUES) == (
        "select cast(a as date), time '06:30:00', b::text from t where day < date '2025-10-09' and n > 5.0"
    )


def test_an_unknown_parameter_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"fees\.none"):
        fill_in("select :fees.none", VALUES)


def found(database: DuckDatabase, catalogue: Catalogue, **values: str) -> dict[str, Finding]:
    return {item.check: item for item in ask(database, catalogue, VALUES | values)}


def test_good_data_passes(database: DuckDatabase, catalogue: Catalogue) -> None:
    assert {item.outcome for item in found(database, catalogue).values()} == {Outcome.PASSED}


def test_rows_that_break_a_rule_are_counted_and_shown_in_order(database: DuckDatabase, catalogue: Catalogue) -> None:
    database.connection.execute("update visits set paid = 9 where visitid <> 'V00002'")
    finding = found(database, catalogue)["H1"]
    assert (finding.outcome, finding.offending) == (Outcome.FAILED, 3)
    assert [row["visitid"] for row in finding.examples] == ["V00001", "V00003", "V00004"]


def test_relations_are_made_once_and_used(database: DuckDatabase, catalogue: Catalogue) -> None:
    assert found(database, catalogue, as_of="date '2026-01-08'")["H2"].examples == ({"visitid": "V00004"},)


def test_a_rule_moves_with_the_rules_of_the_data(database: DuckDatabase, catalogue: Catalogue) -> None:
    assert found(database, catalogue, **{"fees.usual": "4.0"})["H1"].offending == 1
    assert found(database, catalogue, **{"fees.usual": "7.0"})["S1"].outcome is Outcome.FAILED


def test_a_figure_tells_value_band_and_rows(database: DuckDatabase, catalogue: Catalogue) -> None:
    (measure,) = found(database, catalogue)["S1"].measures
    assert (measure.label, measure.value, measure.low, measure.high, measure.rows) == ("guests", 0.25, 0.25, None, 4)


def test_labels_with_too_few_rows_are_named(database: DuckDatabase, tmp_path: Path) -> None:
    figures = "select 'many' as label, 1 as value, 2 as low, 9 as rows union all select 'few', 1, 2, 3"
    (tmp_path / "figures.sql").write_text(f"-- S1: Figures.\n-- uses: visits\n-- least rows: 4\n{figures};")
    finding = found(database, read_catalogue(tmp_path))["S1"]
    assert finding.outcome is Outcome.FAILED
    assert finding.reason == "Passed over, with fewer than 4 rows or no figure: few."


def test_too_few_rows_get_no_verdict(database: DuckDatabase, catalogue: Catalogue) -> None:
    database.connection.execute("delete from visits where visitid = 'V00004'")
    finding = found(database, catalogue)["S1"]
    assert finding.outcome is Outcome.TOO_FEW
    assert finding.measures[0].value == pytest.approx(1 / 3, abs=1e-4)
    assert "4" in finding.reason


def test_no_rows_get_no_verdict(database: DuckDatabase, catalogue: Catalogue) -> None:
    database.connection.execute("delete from visits")
    assert found(database, catalogue)["S1"].outcome is Outcome.TOO_FEW


def test_too_short_a_window_gets_no_verdict(database: DuckDatabase, catalogue: Catalogue) -> None:
    finding = found(database, catalogue, days="30")["S1"]
    assert finding.outcome is Outcome.TOO_FEW
    assert "30 days" in finding.reason


def test_a_rule_is_skipped_where_a_table_is_missing(tmp_path: Path, catalogue: Catalogue) -> None:
    with DuckDatabase() as database:
        directory = toy_world.write(tmp_path / "data", manifest=False)
        (directory / "clubs.csv").unlink()
        list(fill_from_directory(database, directory, toy_world.metadata, None))
        findings = found(database, catalogue)
    assert [item.outcome for item in findings.values()] == [Outcome.PASSED, Outcome.SKIPPED, Outcome.PASSED]
    assert "clubs" in findings["H2"].reason


def test_single_questions_can_be_asked(database: DuckDatabase, catalogue: Catalogue) -> None:
    assert [item.check for item in ask(database, catalogue, VALUES, ["H2"])] == ["H2"]


@pytest.mark.parametrize("world", worlds().values(), ids=lambda world: world.name)
def test_patterns_match_the_whole_text_since_releases_of_duckdb_differ(world: World) -> None:
    catalogue = read_catalogue(world.sql)
    for block in (*catalogue.rules, *catalogue.relations.values()):
        for pattern in re.findall(r"~\s*'([^']*)'", block.sql):
            assert re.fullmatch(r"\^.*\$", pattern), f"{block.check}: {pattern}"
