"""Files that are read quickly because they are plain fill tables with the same rows, and tell the same of them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
)

from datagen.checks import coded_keys, duckdb_engine, filling, plain_csv, plain_rows
from datagen.checks.duckdb_engine import DuckDatabase, raw_rows
from datagen.checks.files import fill_from_directory
from datagen.checks.filling import Counts, RawRows, fill
from datagen.checks.known import known
from datagen.checks.plain_rows import PlainRows
from datagen.checks.verify import verify_directory
from datagen.world import worlds
from tests.checks.test_coded_keys import GOLDEN, SETS
from tests.checks.test_plain_values import DATES, TEXTS, TIMES
from tests.support import toy_world

TABLE = known(
    Table(
        "things",
        MetaData(),
        Column("thingid", String(11), primary_key=True),
        Column("word", String(5)),
        Column("told", Text),
        Column("many", Integer),
        Column("few", SmallInteger),
        Column("most", BigInteger),
        Column("price", Numeric(10, 2)),
        Column("share", Numeric(4, 4)),
        Column("whether", Boolean),
        Column("day", Date),
        Column("clock", Time),
        Column("moment", DateTime),
        Column("last", String(40)),
    )
)
HEAD = ",".join(item.name for item in TABLE.columns)
BLOCK = 1200
"""Bytes: of some sixty short lines."""
WORD = "things_word"
WORDS = ("Yes", "No", "a", "Ümläu")
BEYOND = (
    f"T000001,Lengthy{',' * 11}",
    f"T000001,,,{2**31}{',' * 9}",
    f"T000001,,,{-(2**31) - 1}{',' * 9}",
    f"T000001,,,,{2**15}{',' * 8}",
    f"T000001,,,,,{2**63}{',' * 7}",
    f"T000001{',' * 6}123456789.00{',' * 6}",
    f",Yes{',' * 11}",
)
"""Rows with a value that has no place in its column."""


def cents(most: int, scale: int) -> st.SearchStrategy[str]:
    """Decimals of so many units of their last digit at most, written as files have them."""
    return st.integers(-most, most).map(lambda units: f"{Decimal(units).scaleb(-scale):.{scale}f}")


ROW = st.tuples(
    st.sampled_from(WORDS) | st.just(""),
    TEXTS | st.just(""),
    st.integers(-(2**31), 2**31 - 1).map(str) | st.just(""),
    st.integers(-(2**15), 2**15 - 1).map(str) | st.just(""),
    st.integers(-(10**15), 10**15).map(str) | st.just(""),
    cents(10**9, 2) | st.just(""),
    cents(9_999, 4) | st.just(""),
    st.sampled_from(["true", "false", ""]),
    DATES.map(str) | st.just(""),
    TIMES.map(str) | st.just(""),
    st.builds(dt.datetime.combine, DATES, TIMES).map(str) | st.just(""),
    TEXTS | st.just(""),
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Files of the table as a run writes them; ids count up, or not."""
    rows = draw(st.lists(ROW, max_size=12))
    numbers = draw(st.just([*range(1, len(rows) + 1)]) | st.lists(st.integers(0, 10**9), min_size=len(rows)))
    return "".join(
        f"{line}\n" for line in [HEAD, *(f"T{n:06},{','.join(row)}" for n, row in zip(numbers, rows, strict=False))]
    )


@pytest.fixture(scope="module")
def database() -> Iterator[DuckDatabase]:
    """Where the tables are filled, with a type for one of their columns."""
    with DuckDatabase(threads=1) as made:
        yield made


def filled(database: DuckDatabase, paths: Sequence[Path], *, plain: bool, coded: bool) -> tuple[Any, ...]:
    """What is told of files, and what their rows are; what is said if they cannot be read."""
    types = {"word": database.enum(WORD, f"SELECT unnest({list(WORDS)}) AS word")} if coded else {}
    raw = RawRows(TABLE, raw_rows(database, TABLE, paths), is_csv=True, plain=paths if plain else [])
    try:
        counts = fill(database, raw, {}, types)
    except duckdb.Error as error:
        return (str(error),)
    if counts.by_file:
        assert list(counts.by_file) == [path.read_bytes().count(b"\n") - 1 for path in paths]
        counts = replace(counts, by_file=())
    database.judge_ids("things", "thingid")
    if known_ids := database.ids("things", "thingid"):
        rows = database.rows("SELECT count(DISTINCT thingid) AS n FROM things")
        assert known_ids.different <= rows[0]["n"]
        known_ids = replace(known_ids, different=0)
    columns = [(row["column_name"], row["column_type"]) for row in database.rows("DESCRIBE things")]
    return counts, known_ids, columns, database.rows("SELECT * FROM things ORDER BY ALL")


def same(database: DuckDatabase, *texts: bytes, coded: bool) -> None:
    """Files are read in the same way whether they could be plain or not."""
    with TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_csv, "_BLOCK", BLOCK)
        patch.setattr(duckdb_engine, "_MANY", 1)
        paths = [Path(directory) / f"things {place}.csv" for place in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_bytes(text)
        slowly = filled(database, paths, plain=False, coded=coded)
        assert filled(database, paths, plain=True, coded=coded) == slowly


@given(texts(), st.booleans())
def test_the_rows_of_plain_files_are_the_same(database: DuckDatabase, text: str, coded: bool) -> None:
    same(database, text.encode(), coded=coded)


ODD = [",", "\n", "\r", '"', "\0", "-", "0", "9", " ", "T", ".", "é", "\xff", "", "\n\n", ",,", '""', "+", "e", ":60"]


@given(
    texts(), st.booleans(), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 2), st.sampled_from(ODD)), max_size=3)
)
@example(f"{HEAD}\nT1{',' * 12}\n", False, [(1, 0, "T2")])
def test_whatever_is_wrong_with_a_file_is_told_in_the_same_way(
    database: DuckDatabase, text: str, coded: bool, changes: Sequence[tuple[float, int, str]]
) -> None:
    """Bytes are put in, left out or put in the place of others, anywhere behind the header."""
    changed = text.encode()
    for where, gone, new in changes:
        place = len(HEAD) + 1 + int(where * (len(changed) - len(HEAD) - 1))
        changed = changed[:place] + new.encode("latin-1") + changed[place + gone :]
    same(database, changed, coded=coded)


@pytest.mark.parametrize("line", BEYOND)
@pytest.mark.parametrize("place", [0, 1, 40])
def test_a_value_that_has_no_place_in_its_column_is_told_in_the_same_way(
    database: DuckDatabase, line: str, place: int
) -> None:
    lines = [f"T{number:06},No{',' * 11}" for number in range(2, 42)]
    lines.insert(place, line)
    same(database, "".join(f"{each}\n" for each in [HEAD, *lines]).encode(), coded=False)


@pytest.mark.parametrize("again", [0, 8, 9, 10], ids=["all", "two", "one", "none"])
@pytest.mark.parametrize("files", [1, 2])
def test_ids_that_are_there_again_are_not_known_to_be_different(database: DuckDatabase, files: int, again: int) -> None:
    """They count up, and then once more, in the same file or in the next one."""
    lines = [f"T{number:06}{',' * 12}\n" for number in (*range(10), *range(again, again + 10))]
    parts = [lines] if files == 1 else [lines[:10], lines[10:]]
    same(database, *(f"{HEAD}\n{''.join(part)}".encode() for part in parts), coded=False)


def test_totals_of_long_ids_are_those_that_they_have(database: DuckDatabase) -> None:
    numbers = range(9 * 10**15, 9 * 10**15 + 3000)
    same(database, "".join(f"{line}\n" for line in [HEAD, *(f"T{n}{',' * 12}" for n in numbers)]).encode(), coded=False)
    with TemporaryDirectory() as directory:
        path = Path(directory) / "ids.csv"
        path.write_text("thingid\n" + "".join(f"T{number}\n" for number in numbers))
        rows = PlainRows(known(Table("ids", MetaData(), Column("thingid", String(20), primary_key=True))), [path])
        assert sum(batch.num_rows for batch in rows.batches()) == len(numbers)
        assert rows.found and rows.found.ids["thingid"].total == sum(numbers)


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, SystemExit])
def test_what_ends_the_reading_is_no_reason_to_read_otherwise(
    error: type[BaseException], database: DuckDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C comes while DuckDB waits for rows, and to DuckDB it is an error like all others."""

    def ended(*_: object) -> Iterator[object]:
        raise error("the end")
        yield

    path = tmp_path / "things.csv"
    path.write_text(f"{HEAD}\nT1{',' * 12}\n")
    monkeypatch.setattr(plain_rows, "blocks", ended)
    with pytest.raises(error, match="the end"):
        filled(database, [path], plain=True, coded=False)


def test_before_duckdb_read_streams_nothing_is_read_as_plain(
    database: DuckDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duckdb_engine, "_READS_STREAMS", 99)
    monkeypatch.setattr(filling, "_fill_plain", lambda *_: pytest.fail("it was read as plain"))
    path = tmp_path / "things.csv"
    path.write_text(f"{HEAD}\nT1{',' * 12}\n")
    assert filled(database, [path], plain=True, coded=False)[0].rows == 1


@pytest.mark.parametrize("odd", [b"visitid,clubid\r\n", b"", b'visitid,"clubid"\n'], ids=["CRLF", "nothing", "quotes"])
def test_part_files_of_which_one_is_odd_are_judged_alike(
    odd: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy_world.write(tmp_path)
    text = (tmp_path / "visits.csv").read_bytes()
    (tmp_path / "visits.csv").unlink()
    (tmp_path / "visits").mkdir()
    head, *lines = text.splitlines(keepends=True)
    (tmp_path / "visits" / "part-00000.csv").write_bytes(text)
    (tmp_path / "visits" / "part-00001.csv").write_bytes(odd.replace(b"visitid,clubid", head.rstrip()) + lines[-1])
    found = []
    for large in (1 << 60, 0):
        monkeypatch.setattr(coded_keys, "LARGE", large)
        with DuckDatabase(threads=2) as made:
            found.append(list(fill_from_directory(made, tmp_path, toy_world.metadata, None)))
    assert found[0] == found[1]


def plain_files(monkeypatch: pytest.MonkeyPatch, tables: Mapping[str, Any]) -> set[str]:
    """Have all files be read as large ones; the tables that turn out to be plain come into the set."""
    found: set[str] = set()
    fill_plain = filling._fill_plain

    def noted(database: DuckDatabase, raw: RawRows, coded: Mapping[str, str]) -> Counts | None:
        counts = fill_plain(database, raw, coded)
        found.update([raw.table.name] if counts else [])
        assert raw.table.name in tables
        return counts

    monkeypatch.setattr(coded_keys, "LARGE", 0)
    monkeypatch.setattr(filling, "_fill_plain", noted)
    return found


LARGEST = {
    "fitness": {"equipmentusage", "memberaccess", "classenrollments", "memberpayments", "staffschedules"},
    "bank": {"transactions", "repayment_schedule", "accounts"},
    "ecommerce": {"order", "order_item"},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_tables_of_each_world_are_plain(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = worlds()[name]
    GOLDEN["SETS"][SETS[name]][1](tmp_path)
    usual = verify_directory(tmp_path, world).to_json()
    found = plain_files(monkeypatch, world.metadata.tables)
    assert verify_directory(tmp_path, world).to_json() == usual
    assert found >= LARGEST[name]


def test_a_second_attempt_with_less_memory_loses_no_row(
    database: DuckDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one has read a part of the file by then."""
    path = tmp_path / "things.csv"
    rng = random.Random(1)
    path.write_text(f"{HEAD}\n" + "".join(f"T{n:06},Yes,,{rng.randrange(9)}{',' * 9}\n" for n in range(500)))
    monkeypatch.setattr(plain_csv, "_BLOCK", BLOCK)
    fetch, attempts = duckdb_engine._fetch, []

    def out_of_memory(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb_engine.Rows:
        if "plain_" in sql:
            attempts.append(sql)
            if len(attempts) == 1:
                fetch(connection, "SELECT * FROM plain_ LIMIT 1")
                raise duckdb.OutOfMemoryException("no memory")
        return fetch(connection, sql)

    with DuckDatabase(threads=2) as two:
        monkeypatch.setattr(duckdb_engine, "_fetch", out_of_memory)
        counts, _, _, rows = filled(two, [path], plain=True, coded=True)
        assert len(attempts) == 2
        assert (counts.rows, len(rows)) == (500, 500)
        assert counts.width == path.stat().st_size - len(HEAD) - 1
