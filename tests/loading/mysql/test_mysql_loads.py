"""Data sets of the fitness world in MySQL and MariaDB, with every table, value, key and comment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

from database_loader import FitnessCenterDatabaseLoader
from datagen.fitness.tables import metadata
from datagen.loading.mysql.statements import made_name
from datagen.output.manifest import read_manifest
from datagen.schema import constraints_of
from tests.loading.mysql.server import ask, checksum, database_of, watching

Loader = FitnessCenterDatabaseLoader
PAIR = (
    "SELECT (SELECT count(*) FROM members), (SELECT count(*) FROM memberaccess), "
    "(SELECT row_count FROM loaded_files WHERE table_name = 'members')"
)


def counts(directory: Path) -> dict[str, int]:
    manifest = read_manifest(directory)
    assert manifest
    return {item.table: item.written.rows for item in manifest.resources}


def pair(directory: Path) -> tuple[int, int, int]:
    found = counts(directory)
    return found["members"], found["memberaccess"], found["members"]


def text_of(path: Path) -> duckdb.DuckDBPyRelation:
    return duckdb.sql(f"SELECT * FROM read_csv('{path}', all_varchar = true, nullstr = '')")


def test_everything_arrives_with_every_key_rule_index_and_comment(loader: Loader, small: Path, url: str) -> None:
    loaded = loader.load(small)
    assert loaded.rows == counts(small) and loaded.kept == ()
    assert ask(url, "SELECT table_name, row_count FROM loaded_files ORDER BY 1") == sorted(counts(small).items())
    for name in counts(small):
        columns = ", ".join(
            f"CASE `{item.name}` WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
            if str(item.type) == "BOOLEAN"
            else f"replace(cast(`{item.name}` AS char), '.000000', '')"
            for item in metadata.tables[name].columns
        )
        written = text_of(small / f"{name}.csv").fetchall()
        assert sorted(ask(url, f"SELECT {columns} FROM `{name}`"), key=repr) == sorted(written, key=repr)
    database = database_of(url)
    found = ask(
        url,
        f"SELECT constraint_name, constraint_type FROM information_schema.table_constraints "
        f"WHERE constraint_schema = '{database}' AND table_name <> 'loaded_files'",
    )
    for kind, cls in {"FOREIGN KEY": ForeignKeyConstraint, "CHECK": CheckConstraint}.items():
        wanted = [made_name(item) for table in metadata.tables.values() for item in constraints_of(table, cls)]
        assert sorted(made for made, what in found if what == kind) == sorted(wanted)
    for kind, cls in {"PRIMARY KEY": PrimaryKeyConstraint, "UNIQUE": UniqueConstraint}.items():  # it names these itself
        keys = [item for table in metadata.tables.values() for item in constraints_of(table, cls)]
        assert len([what for _, what in found if what == kind]) == len(keys)
    query = f"SELECT index_name FROM information_schema.statistics WHERE table_schema = '{database}'"
    indexes = {row[0] for row in ask(url, query)}
    assert {made_name(index) for table in metadata.tables.values() for index in table.indexes} <= indexes
    without = (
        "SELECT table_name FROM information_schema.tables WHERE table_schema = '{0}' AND table_comment = '' UNION ALL "
        "SELECT column_name FROM information_schema.columns WHERE table_schema = '{0}' AND column_comment = ''"
    )
    assert ask(url, without.format(database)) == []
    assert loader.verify_data_integrity(small).ok


def test_readers_see_the_old_data_until_all_of_the_new_is_there_and_additions_stay(
    loader: Loader, small: Path, other: Path, url: str
) -> None:
    loader.load(small)
    made = loader.create_performance_indexes()
    assert loader.create_performance_indexes() == made
    ask(
        url,
        "CREATE INDEX `my own` ON members (city(5), state)",
        "CREATE UNIQUE INDEX `a ``second``` ON members (lastname, memberid)",
        "CREATE VIEW theirs AS SELECT count(*) AS n FROM members",
    )
    with watching(url, PAIR) as seen:
        loader.load(other, truncate=True)
    assert seen <= {pair(small), pair(other)}
    assert ask(url, PAIR) == [pair(other)]
    indexes = "SELECT index_name FROM information_schema.statistics WHERE table_schema = database() GROUP BY 1"
    assert {*made, "my own", "a `second`"} <= {row[0] for row in ask(url, indexes)}
    assert ask(url, "SELECT n FROM theirs") == [(counts(other)["members"],)]
    assert checksum(url)["beside"] == []


ODD = ["NULL", 'say "hi", twice ""', "two\nlines", "back\\slash \\N", "'", "tab\there", "Zoë 🏋 漢字", " blanks ", "\\"]


def test_texts_are_kept_to_the_letter(loader: Loader, editable: Callable[..., Path], url: str) -> None:
    directory = editable()
    rows = text_of(directory / "members.csv").df()
    rows.loc[: len(ODD) - 1, "lastname"] = ODD
    rows.loc[: len(ODD) - 1, "medicalalerts"] = ODD
    rows.to_csv(directory / "members.csv", index=False, lineterminator="\n")
    loader.load(directory)
    found = ask(url, f"SELECT lastname, medicalalerts FROM members ORDER BY memberid LIMIT {len(ODD)}")
    assert found == [(text, text) for text in ODD]
