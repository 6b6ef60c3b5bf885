"""Data sets of the fitness world in MySQL and MariaDB: loaded whole or not at all, whoever is there meanwhile."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

from database_loader import FitnessCenterDatabaseLoader
from datagen.errors import DatabaseError, DataError
from datagen.fitness.tables import metadata
from datagen.loading.mysql import staging
from datagen.loading.mysql.statements import made_name
from datagen.output.manifest import read_manifest
from datagen.progress import Progress
from datagen.schema import constraints_of
from tests.loading.mysql.server import ask, checksum, connection_to, database_of, watching

Loader = FitnessCenterDatabaseLoader
PAIR = (
    "SELECT (SELECT count(*) FROM members), (SELECT count(*) FROM memberaccess), "
    "(SELECT row_count FROM loaded_files WHERE table_name = 'members')"
)


def counts(directory: Path) -> dict[str, int]:
    manifest = read_manifest(directory)
    assert manifest
    return {item.table: item.written.rows for item in manifest.resources}


def test_every_row_and_value_of_every_table_arrives(loader: Loader, small: Path, url: str) -> None:
    loaded = loader.load(small)
    assert loaded.rows == counts(small) and loaded.kept == ()
    assert ask(url, "SELECT table_name, row_count FROM loaded_files ORDER BY 1") == sorted(counts(small).items())
    for name in counts(small):
        written = duckdb.sql(
            f"SELECT * FROM read_csv('{small / name}.csv', all_varchar = true, nullstr = '')"
        ).fetchall()
        columns = ", ".join(
            f"CASE `{item.name}` WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
            if str(item.type) == "BOOLEAN"
            else f"replace(cast(`{item.name}` AS char), '.000000', '')"
            for item in metadata.tables[name].columns
        )
        assert sorted(ask(url, f"SELECT {columns} FROM `{name}`"), key=repr) == sorted(written, key=repr)


def test_the_database_has_every_key_rule_index_and_comment_of_the_schema(loader: Loader, small: Path, url: str) -> None:
    loader.load(small)
    name = database_of(url)
    found = ask(
        url,
        f"SELECT constraint_name, constraint_type FROM information_schema.table_constraints "
        f"WHERE constraint_schema = '{name}' AND table_name <> 'loaded_files'",
    )
    kinds = {"FOREIGN KEY": ForeignKeyConstraint, "CHECK": CheckConstraint}
    for kind, cls in kinds.items():
        wanted = [made_name(item) for table in metadata.tables.values() for item in constraints_of(table, cls)]
        assert sorted(made for made, what in found if what == kind) == sorted(wanted)
    for kind, cls in {"PRIMARY KEY": PrimaryKeyConstraint, "UNIQUE": UniqueConstraint}.items():  # it names these itself
        keys = [item for table in metadata.tables.values() for item in constraints_of(table, cls)]
        assert len([what for _, what in found if what == kind]) == len(keys)
    indexes = {
        row[0]
        for row in ask(url, f"SELECT index_name FROM information_schema.statistics WHERE table_schema = '{name}'")
    }
    assert {made_name(index) for table in metadata.tables.values() for index in table.indexes} <= indexes
    without = (
        "SELECT table_name FROM information_schema.tables WHERE table_schema = '{0}' AND table_comment = '' UNION ALL "
        "SELECT column_name FROM information_schema.columns WHERE table_schema = '{0}' AND column_comment = ''"
    )
    assert ask(url, without.format(name)) == []


def test_a_second_load_refuses_to_double_rows_and_truncate_replaces_them(
    loader: Loader, small: Path, other: Path, url: str
) -> None:
    loader.load(small)
    before = checksum(url)
    with pytest.raises(
        DataError, match=r"database datagen test \d+ have rows already .* Add --truncate .* another database"
    ):
        loader.load(small)
    assert checksum(url) == before
    assert loader.load(other, truncate=True).rows == counts(other)
    assert checksum(url)["beside"] == []
    assert ask(url, PAIR) == [(counts(other)["members"], counts(other)["memberaccess"], counts(other)["members"])]


def test_readers_see_the_old_data_until_all_of_the_new_is_there(
    loader: Loader, small: Path, other: Path, url: str
) -> None:
    loader.load(small)
    states = {
        (counts(each)["members"], counts(each)["memberaccess"], counts(each)["members"]) for each in (small, other)
    }
    with watching(url, PAIR) as seen:
        loader.load(other, truncate=True)
        loader.load(small, truncate=True)
    assert seen <= states


def test_parquet_is_loaded_as_csv_is(loader: Loader, small: Path, url: str, tmp_path: Path) -> None:
    loader.load(small)
    before = checksum(url)
    shutil.copytree(small, tmp_path / "data")
    (tmp_path / "data" / "datapackage.json").unlink()
    for name in ("members", "memberaccess", "classschedules"):
        path = tmp_path / "data" / name
        casts = ", ".join(f"{key}: '{value}'" for key, value in _duck_types(name).items())
        duckdb.sql(f"COPY (SELECT * FROM read_csv('{path}.csv', types = {{{casts}}})) TO '{path}.parquet'")
        path.with_suffix(".csv").unlink()
    loader.load(tmp_path / "data", truncate=True)
    after = checksum(url)
    assert {name: value for name, value in after.items() if name != "loaded_files"} == {
        name: value for name, value in before.items() if name != "loaded_files"
    }


def _duck_types(name: str) -> dict[str, str]:
    from datagen.checks.duckdb_engine import sql_type

    return {item.name: sql_type(item) for item in metadata.tables[name].columns}


ODD = ["NULL", 'say "hi", twice ""', "two\nlines", "back\\slash \\N", "'", "tab\there", "Zoë 🏋 漢字", " blanks ", "\\"]


def test_texts_are_kept_to_the_letter(loader: Loader, editable: Callable[..., Path], url: str) -> None:
    directory = editable()
    rows = duckdb.sql(f"SELECT * FROM read_csv('{directory}/members.csv', all_varchar = true, nullstr = '')").df()
    rows.loc[: len(ODD) - 1, "lastname"] = ODD
    rows.loc[: len(ODD) - 1, "medicalalerts"] = ODD
    rows.to_csv(directory / "members.csv", index=False, lineterminator="\n")
    loader.load(directory)
    found = ask(url, f"SELECT lastname, medicalalerts FROM members ORDER BY memberid LIMIT {len(ODD)}")
    assert found == [(text, text) for text in ODD]


def test_tables_that_the_directory_has_not_keep_their_rows(
    loader: Loader, small: Path, reference: Path, url: str
) -> None:
    loader.load(small)
    before = checksum(url)
    done = loader.load(reference, truncate=True)
    assert "memberaccess" in done.kept
    after = checksum(url)
    assert after["memberaccess"] == before["memberaccess"]
    assert loader.verify_data_integrity().ok


def test_what_is_written_to_a_kept_table_in_the_last_moment_is_not_lost(
    loader: Loader, small: Path, reference: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader.load(small)
    let_go = staging.MySqlStaging._let_go

    def and_then(self: staging.MySqlStaging) -> None:
        let_go(self)
        ask(url, "UPDATE memberaccess SET accessmethod = accessmethod, duration = duration + 1 LIMIT 1")

    monkeypatch.setattr(staging.MySqlStaging, "_let_go", and_then)
    with pytest.raises(DataError, match="memberaccess, which the directory does not have, was changed while"):
        loader.load(reference, truncate=True)
    assert ask(url, "SELECT count(*) FROM memberaccess") == [(counts(small)["memberaccess"],)]
    assert checksum(url)["beside"] == []


def test_rows_that_others_add_to_an_empty_table_in_the_last_moment_are_not_lost(
    loader: Loader, small: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader.create_schema()
    row = "INSERT INTO classtypes (classtypeid, classname, category, difficulty, durationminutes, maxcapacity) "
    columns = [item.name for item in metadata.tables["facilities"].columns if not item.nullable]
    assert columns
    let_go = staging.MySqlStaging._let_go
    line = (small / "facilities.csv").read_text().splitlines()[1]

    def and_then(self: staging.MySqlStaging) -> None:
        let_go(self)
        values = ", ".join("1" if text == "true" else f"'{text}'" for text in line.split(","))
        ask(url, f"INSERT IGNORE INTO facilities VALUES ({values})")

    del row
    monkeypatch.setattr(staging.MySqlStaging, "_let_go", and_then)
    with pytest.raises(DataError, match=r"have rows already .facilities"):
        loader.load(small)
    assert ask(url, "SELECT count(*) FROM facilities") == [(1,)]
    assert checksum(url)["beside"] == []


def test_indexes_of_users_views_and_reports_are_carried_over(
    loader: Loader, small: Path, other: Path, url: str
) -> None:
    loader.load(small)
    made = loader.create_performance_indexes()
    assert loader.create_performance_indexes() == made
    ask(
        url,
        "CREATE INDEX `my own` ON members (city(5), state)",
        "CREATE VIEW theirs AS SELECT count(*) AS n FROM members",
    )
    loader.load(other, truncate=True)
    indexes = "SELECT index_name FROM information_schema.statistics WHERE table_schema = database() GROUP BY 1"
    assert {*made, "my own"} <= {row[0] for row in ask(url, indexes)}
    assert ask(url, "SELECT n FROM theirs") == [(counts(other)["members"],)]


@pytest.mark.parametrize(
    ("addition", "told"),
    [
        (
            "CREATE TABLE mine (memberid varchar(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, "
            "CONSTRAINT mine_fk FOREIGN KEY (memberid) REFERENCES members (memberid))",
            r"mine, a table that is not this world's, refers to .*members .foreign key mine_fk.*Drop that key, load",
        ),
        (
            "CREATE TRIGGER watch AFTER INSERT ON members FOR EACH ROW SET @n = 1",
            r"members has a trigger .watch., .* Drop it, load, and create it again",
        ),
        ("ALTER TABLE members ADD CONSTRAINT mine CHECK (city <> '')", r"members has a CHECK .mine. that is not the"),
        ("ALTER TABLE members ADD COLUMN mine int", "members has other columns than this release makes"),
        ("DROP TABLE loaded_files; CREATE TABLE loaded_files (mine int)", "loaded_files is not a load record"),
        ("CREATE DATABASE `{0}__loading`; CREATE TABLE `{0}__loading`.mine (n int)", "is not a load's, under the name"),
    ],
)
def test_what_others_have_added_and_cannot_be_kept_stops_the_load(
    loader: Loader, small: Path, url: str, addition: str, told: str
) -> None:
    loader.load(small)
    ask(url, *addition.format(database_of(url)).split("; "))
    before = checksum(url)
    with pytest.raises((DatabaseError, DataError), match=told):
        loader.load(small, truncate=True)
    assert checksum(url) == before


def test_who_is_in_the_way_is_named_and_the_load_waits_for_those_who_end(
    loader: Loader, small: Path, other: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader.load(small)
    before = checksum(url)
    monkeypatch.setattr(staging, "_PATIENCE", 0.5)
    monkeypatch.setattr(staging, "_MOMENT", 1)
    with closing(connection_to(url)) as reader, reader.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT count(*) FROM members")
        told = rf"tables of datagen test \d+ for 0 s without a pause .*server threads .*{reader.thread_id()} of root"
        with pytest.raises(DatabaseError, match=told):
            loader.load(other, truncate=True)
        assert checksum(url) == before
        monkeypatch.setattr(staging, "_PATIENCE", 60)
        timer = threading.Timer(0.5, reader.rollback)
        timer.start()
        loader.load(other, truncate=True)
        timer.join()
    assert ask(url, "SELECT count(*) FROM members") == [(counts(other)["members"],)]


def test_two_loads_cannot_meet(loader: Loader, small: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from datagen.loading.mysql import backend

    monkeypatch.setattr(backend, "_LOCK_PATIENCE", 0)
    told = r"Another load into the database datagen test .* is running"
    second = Loader(url, report=Progress(quiet=True))
    with loader.backend.exclusive(""), second, pytest.raises(DatabaseError, match=told):
        second.load(small)
    loader.load(small)


def test_what_a_killed_load_leaves_is_removed_by_the_next(loader: Loader, small: Path, url: str) -> None:
    name = database_of(url)
    ask(
        url,
        f"CREATE DATABASE `{name}__replaced`",
        f"CREATE DATABASE `{name}__loading`",
        f"CREATE TABLE `{name}__loading`.datagen_load (generation varchar(64) NOT NULL) "
        "COMMENT 'A load of datagen in the making; the next load removes it.'",
        f"CREATE TABLE `{name}__loading`.members (n int)",
    )
    loader.load(small)
    assert checksum(url)["beside"] == []
