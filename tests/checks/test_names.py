"""Names are names: words of SQL as tables and columns, wildcards and `key=value` in the paths of directories."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.file_series import fill_from_series, parts
from datagen.checks.findings import Outcome, Verdict
from datagen.checks.profile import generate_data_profile_report, generate_data_quality_report
from datagen.checks.verify import suite_for, verify_directory, verify_frames
from datagen.output.manifest import NAME
from datagen.schema import arrow_schema
from datagen.world import World
from tests.support import toy_world, words_world

WINDOW = {"start_date": "2025-10-09", "end_date": "2026-01-09"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return words_world.world(tmp_path)


def frames() -> dict[str, pd.DataFrame]:
    """The tables of the words world as Arrow reads them, in their types."""
    found = {}
    for name, text in words_world.TEXTS.items():
        kinds = pc.ConvertOptions(
            column_types=arrow_schema(words_world.metadata.tables[name]), strings_can_be_null=True
        )
        found[name] = pc.read_csv(__import__("io").BytesIO(text.encode()), convert_options=kinds).to_pandas()
    return found


def failed(verdict: Verdict) -> set[str]:
    return {item.check for item in verdict.failed()}


def test_a_world_of_words_of_sql_is_judged_as_any_other(tmp_path: Path, world: World) -> None:
    verdict = verify_directory(words_world.write(tmp_path / "data"), world)
    assert failed(verdict) == set()
    assert {item.outcome for item in verdict.findings} == {Outcome.PASSED}
    assert {"order.select.total", "from.order_Group.reference", "from.like.reference", "H1", "S1"} <= {
        item.check for item in verdict.findings
    }


@pytest.mark.parametrize(
    ("table", "old", "new", "check"),
    [
        ("order", "3,a,0.00,1", "1,a,0.00,1", "order.select.unique"),
        ("order", "3,a,0.00,1", "3,a,-0.50,1", "order.case.check"),
        ("order", "3,a,0.00,1", "3,c,0.00,1", "order.Group.check"),
        ("order", "3,a,0.00,1", "3,a,0.00,70000", "order.table.values"),
        ("order", "3,a,0.00,1", "3,a,,1", "order.case.filled"),
        ("order", "4000000000,b,2.50", "4000000000,b,0.00", "H1"),
        ("order", "4000000000,b", "4000000000,a", "from.order_Group.reference"),
        ("order", "4000000000,b", "4000000001,b", "from.order.reference"),
        ("from", ",2026-01-07,a", ",2026-01-07,z", "from.like.reference"),
        ("from", "4000000000,2", "4000000000,1", "from.order_user.unique"),
    ],
)
def test_damage_to_a_world_of_words_is_found(
    tmp_path: Path, world: World, table: str, old: str, new: str, check: str
) -> None:
    text = words_world.TEXTS[table]
    assert old in text
    verdict = verify_directory(words_world.write(tmp_path / "data", **{table: text.replace(old, new)}), world)
    assert check in failed(verdict)


def test_frames_and_parquet_files_of_words_are_judged_too(tmp_path: Path, world: World) -> None:
    assert verify_frames(frames(), suite_for(world, WINDOW, "here")).ok
    for name, frame in frames().items():
        rows = pa.Table.from_pandas(frame, arrow_schema(words_world.metadata.tables[name]))
        pq.write_table(rows, tmp_path / f"{name}.parquet")
    assert verify_directory(tmp_path, world, WINDOW).ok


def test_words_have_a_profile_and_a_report_of_quality(world: World) -> None:
    profile = generate_data_profile_report(frames(), words_world.metadata)
    assert profile["order"]["columns"]["select"] == {
        "type": "bigint",
        "filled": 3,
        "distinct": 3,
        "least": 1,
        "most": 4_000_000_000,
        "mean": 1333333334.6667,
    }
    quality = generate_data_quality_report(frames(), suite_for(world, WINDOW, "here"))
    assert quality["completeness"]["from"]["missing"] == {"Group": 1, "to": 1, "like": 1}
    assert set(quality["referential_integrity"].values()) == {0}


def test_words_are_read_from_a_series_of_files(tmp_path: Path) -> None:
    header, *rows = words_world.TEXTS["order"].splitlines(keepends=True)
    for place, row in enumerate(rows, 1):
        (tmp_path / f"order_2026-01-0{place}_2026-01-0{place}.csv").write_text(header + row)
    with DuckDatabase() as database:
        table = words_world.metadata.tables["order"]
        assert {item.outcome for item in fill_from_series(database, table, parts(tmp_path, "order"))} == {
            Outcome.PASSED
        }
        assert database.rows('SELECT sum(place) AS n, count(*) AS m FROM "order"') == [{"n": 6, "m": 3}]


PATHS = [
    "d[1]",
    "a*b",
    "which?",
    "**",
    "[!a]",
    "it's",
    "~",
    "dt=2026-01-31",
    "visitid=V9",
    "clubid=C002/day=2026-01-31",
    "%41 {a,b}",
    "line\nbreak",
    "back\\slash",
]


@pytest.mark.few(6)
@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_name_of_a_directory_is_only_a_name(
    tmp_path: Path, name: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for neighbour in ("d1", "axb", "whichx", "abc", "c"):  # what a pattern would match
        toy_world.write(tmp_path / neighbour, visits="visitid\nV1\n")
    directory = tmp_path / name
    directory.mkdir(parents=True)
    toy_world.write(directory)
    if kind == "parquet":
        for path in sorted(directory.glob("*.csv")):
            schema = arrow_schema(toy_world.metadata.tables[path.stem])
            kinds = pc.ConvertOptions(column_types=schema, strings_can_be_null=True)
            pq.write_table(pc.read_csv(path, convert_options=kinds).cast(schema), path.with_suffix(".parquet"))
            path.unlink()
        (directory / NAME).unlink()
    world = toy_world.world(tmp_path)
    monkeypatch.chdir(tmp_path)
    for place in (directory, Path(name)):
        assert verify_directory(place, world, WINDOW).failed() == ()
    profile = generate_data_profile_report(Path(name), toy_world.metadata)
    assert [*profile["visits"]["columns"]] == [item.name for item in toy_world.metadata.tables["visits"].columns]
