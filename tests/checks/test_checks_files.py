"""What files must be to pass: every kind of damage to a file has a check that says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.files import fill_from_directory
from datagen.checks.findings import Finding, Outcome
from datagen.errors import InputError, UsageError
from datagen.output.manifest import read_manifest
from datagen.schema import arrow_schema
from tests.support import toy_world
from tests.support.toy_world import CLUBS, VISITS

Edit = Callable[[bytes], bytes]


def judge(directory: Path, threads: int | None = None) -> dict[str, Finding]:
    with DuckDatabase(threads=threads) as database:
        manifest = read_manifest(directory)
        return {item.check: item for item in fill_from_directory(database, directory, toy_world.metadata, manifest)}


def failed(directory: Path) -> list[str]:
    return [check for check, item in judge(directory).items() if item.outcome is Outcome.FAILED]


def test_a_good_directory_passes(tmp_path: Path) -> None:
    findings = judge(toy_world.write(tmp_path))
    assert {item.outcome for item in findings.values()} == {Outcome.PASSED}
    assert set(findings) >= {"clubs.file", "clubs.text", "clubs.manifest", "visits.came.values", "visits.paid.values"}


def test_values_come_out_with_their_types(tmp_path: Path) -> None:
    with DuckDatabase() as database:
        list(fill_from_directory(database, toy_world.write(tmp_path), toy_world.metadata, None))
        row = database.rows("select * from visits order by visitid")[1]
    assert [str(value) for value in row.values()] == [
        *("V00002", "C001", "2026-01-06", "2026-01-06 09:15:30", "7.50", "2", "True", "None", 'said "hello" twice')
    ]


def replaced(old: str, new: str) -> Edit:
    def edit(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)

    return edit


DAMAGE: list[tuple[str, str, Edit]] = [
    ("a file cut inside a row", "visits.file", lambda data: data[:-30]),
    ("a file cut between rows", "visits.manifest", lambda data: data[: data.rindex(b"V00004")]),
    ("a row twice", "visits.manifest", lambda data: data + data[data.rindex(b"V00004") :]),
    ("a value changed", "visits.manifest", replaced("7.50", "7.60")),
    ("an empty file", "visits.file", lambda data: b""),
    ("no header", "visits.file", lambda data: data[data.index(b"\n") + 1 :]),
    ("columns swapped with their header", "visits.file", replaced("visitid,clubid", "clubid,visitid")),
    ("values swapped under their header", "visits.day.values", replaced("2026-01-05,2026-01-05 08:00:00",
                                                                        "2026-01-05 08:00:00,2026-01-05")),
    ("a column too many", "visits.file", replaced("5.00,1,false,F,", "5.00,1,false,F,,more")),
    ("an empty column too many", "visits.text", replaced("5.00,1,false,F,", "5.00,1,false,F,,")),
    ("a column too few", "visits.file", replaced("5.00,1,false,F,", "5.00,1,false,F")),
    ("a quote that is not closed", "visits.file", replaced("two lines? no", '"two lines? no')),
    ("bytes that are not UTF-8", "visits.file", lambda data: data.replace(b"lines", b"l\xe9nes")),
    ("a byte order mark", "visits.file", lambda data: b"\xef\xbb\xbf" + data),
    ("lines that end in CR LF", "visits.text", lambda data: data.replace(b"\n", b"\r\n")),
    ("no line end after the last row", "visits.text", lambda data: data[:-1]),
    ("needless quotes", "visits.text", replaced("C002,2026", '"C002",2026')),
    ("an empty text in quotes", "visits.text", replaced("false,F,", 'false,F,""')),
    ("a blank line at the end", "visits.text", lambda data: data + b"\n"),
    ("a NUL character", "visits.text", replaced("two lines", "two\0lines")),
    ("a day without its zeros", "visits.day.values", replaced("2026-01-05,", "2026-1-5,")),
    ("a day of another calendar", "visits.day.values", replaced("2026-01-05,", "05/01/2026,")),
    ("a day that does not exist", "visits.day.values", replaced("2026-01-05,", "2026-02-30,")),
    ("a time of day with fractions", "visits.came.values", replaced("08:00:00", "08:00:00.5")),
    ("a timestamp with a T", "visits.came.values", replaced("2026-01-05 08", "2026-01-05T08")),
    ("a timestamp without seconds", "visits.came.values", replaced("08:00:00", "08:00")),
    ("money with one decimal", "visits.paid.values", replaced("7.50", "7.5")),
    ("money with three decimals", "visits.paid.values", replaced("7.50", "7.505")),
    ("money with a currency", "visits.paid.values", replaced("7.50", "$7.50")),
    ("money too large for its column", "visits.paid.values", replaced("7.50", "99999999999.00")),
    ("a number with a fraction", "visits.people.values", replaced("7.50,2", "7.50,2.0")),
    ("a number with a leading zero", "visits.people.values", replaced("7.50,2", "7.50,02")),
    ("a word for a number", "visits.people.values", replaced("7.50,2", "7.50,two")),
    ("a boolean in capitals", "visits.guest.values", replaced("true", "True")),
    ("a boolean as a digit", "visits.guest.values", replaced("true", "1")),
    ("a text too long for its column", "visits.visitid.values", replaced("V00001", "V0000001")),
    ("a letter too many", "visits.sex.values", replaced("false,F", "false,FF")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "check", "edit"), DAMAGE, ids=[kind for kind, _, _ in DAMAGE])
def test_damage_to_a_file_is_caught(tmp_path: Path, kind: str, check: str, edit: Edit) -> None:
    path = toy_world.write(tmp_path) / "visits.csv"
    path.write_bytes(edit(path.read_bytes()))
    finding = judge(tmp_path)[check]
    assert finding.outcome is Outcome.FAILED, kind
    assert finding.reason or finding.examples
    assert str(tmp_path) not in finding.reason


@pytest.mark.few(8)
@pytest.mark.parametrize("edit", [edit for *_, edit in DAMAGE], ids=[kind for kind, *_ in DAMAGE])
def test_files_read_side_by_side_are_judged_as_those_read_in_turn(tmp_path: Path, edit: Edit) -> None:
    path = toy_world.write(tmp_path) / "visits.csv"
    path.write_bytes(edit(path.read_bytes()))
    assert judge(tmp_path, threads=4) == judge(tmp_path, threads=1)


def test_only_tables_with_a_wrong_value_are_read_a_second_time(tmp_path: Path) -> None:
    def asked(visits: str) -> list[str]:
        said: list[str] = []
        with DuckDatabase(threads=1) as database:
            fetch = database.rows
            database.rows = lambda sql: said.append(sql) or fetch(sql)  # type: ignore[method-assign, func-returns-value]
            list(fill_from_directory(database, toy_world.write(tmp_path, visits=visits), toy_world.metadata, None))
        return [sql for sql in said if "flags" in sql]

    assert asked(VISITS) == []
    assert asked(VISITS.replace("7.50", "7.5"))


def test_a_time_written_otherwise_is_caught(tmp_path: Path) -> None:
    assert failed(toy_world.write(tmp_path, clubs=CLUBS.replace("06:00:00", "6:00:00"))) == ["clubs.opens.values"]


def test_offending_values_are_shown_with_their_keys(tmp_path: Path) -> None:
    finding = judge(toy_world.write(tmp_path, visits=VISITS.replace("7.50", "7.5")))["visits.paid.values"]
    assert (finding.offending, finding.examples) == (1, ({"visitid": "V00002", "paid": "7.5"},))


def test_a_table_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    with DuckDatabase() as database:
        directory = toy_world.write(tmp_path, manifest=False, visits="nonsense\n")
        list(fill_from_directory(database, directory, toy_world.metadata, None))
        assert database.tables == {"clubs"}


def test_a_missing_file_is_damage_only_if_the_manifest_lists_it(tmp_path: Path) -> None:
    directory = toy_world.write(tmp_path)
    (directory / "visits.csv").unlink()
    assert judge(directory)["visits.file"].outcome is Outcome.FAILED
    (directory / "datapackage.json").unlink()
    assert judge(directory)["visits.file"].outcome is Outcome.SKIPPED


def test_a_directory_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no table"):
        judge(tmp_path)


def test_a_damaged_manifest_is_refused(tmp_path: Path) -> None:
    directory = toy_world.write(tmp_path)
    (directory / "datapackage.json").write_text("{")
    with pytest.raises(InputError, match="manifest"):
        judge(directory)


def parquet(directory: Path, columns: dict[str, list[object]], schema: pa.Schema | None = None) -> Path:
    pq.write_table(pa.table(columns, schema=schema), directory / "clubs.parquet")
    return directory


def test_parquet_is_read_as_well(tmp_path: Path) -> None:
    import datetime as dt

    schema = arrow_schema(toy_world.metadata.tables["clubs"])
    parquet(tmp_path, {"clubid": ["C001"], "name": ["North"], "opens": [dt.time(6)]}, schema)
    assert failed(tmp_path) == []


def test_parquet_with_other_columns_or_values_is_caught(tmp_path: Path) -> None:
    parquet(tmp_path, {"clubid": ["C001"], "name": ["North"], "opens": ["early"]})
    assert failed(tmp_path) == ["clubs.opens.values"]
    parquet(tmp_path, {"clubid": ["C001"], "opens": ["early"], "name": ["North"]})
    assert failed(tmp_path) == ["clubs.file"]
