#!/usr/bin/env python3
# ruff: noqa: S608 - the SQL is what the certificate states
"""Asks everything that certificate.json states of the files beside it again; needs DuckDB and nothing else.

    pip install duckdb
    python verify.py

Status 0 if the certificate is unedited, each file is the one it states, every query finds what it states and no rule is
broken; 1 if not, 2 without DuckDB. It trusts the list of questions: whoever edits certificate and seal together, or
this script, can hide one. Compare their SHA-256 with those that the sender publishes elsewhere.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
import sys
import tempfile
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

Json = dict[str, Any]
DAYS, ENDS = "'_([0-9-]{10})_([0-9-]{10})[.][a-z]+$'", ((1, "first"), (2, "last"))


def seal_of(statement: Json) -> str:
    """The SHA-256 over all that a certificate says but the seal itself, in hexadecimal."""
    content = {name: value for name, value in statement.items() if name != "seal"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def main(place: Path) -> int:
    """Ask everything about the files of a directory; gives the exit status."""
    try:
        import duckdb
    except ModuleNotFoundError:
        say("This needs DuckDB. Run: pip install duckdb")
        return 2
    try:
        statement = json.loads((place / "certificate.json").read_text(encoding="utf-8"))
        wrong = [] if statement["seal"]["sha256"] == seal_of(statement) else ["The certificate was edited."]
        wrong += [f"{check}: it was broken when it was certified." for check in statement["predicate"]["broken"]]
        wrong += files(statement, place)
        with tempfile.TemporaryDirectory() as scratch:
            connection = duckdb.connect(str(Path(scratch) / "data.duckdb"))
            try:
                count = questions(statement["predicate"], place, connection, duckdb.Error, wrong)
            finally:
                connection.close()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, sqlite3.Error) as error:
        say(f"The certificate cannot be read: {type(error).__name__}: {error}")
        return 1
    for line in wrong:
        say(f"FAILED {line}")
    held = len(statement["subject"])
    say(f"{held} files, {count} queries: {f'{len(wrong)} failed' if wrong else 'all as certified'}.")
    return 1 if wrong else 0


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def files(statement: Json, place: Path) -> list[str]:
    """What is wrong with the files."""
    wrong = []
    for item in statement["subject"]:
        path = place / item["name"]
        if place.resolve() not in path.resolve().parents:
            wrong.append(f"{item['name']}: it is not in this directory.")
        elif not path.is_file():
            wrong.append(f"{item['name']}: it is not there.")
        else:
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != item["digest"]["sha256"]:
                    wrong.append(f"{item['name']}: its SHA-256 is another.")
    stated = {name for table in statement["predicate"]["tables"] for name in table["files"]}
    return wrong + [
        f"{name}: it has no SHA-256." for name in sorted(stated - {i["name"] for i in statement["subject"]})
    ]


def text(value: str) -> str:
    """An SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal_path(path: Path) -> str:
    """An SQL literal of the pattern that matches one path alone."""
    return text("".join(f"[{c}]" if c in "*?[" else c for c in str(path.absolute())))


def readable(table: Json, place: Path, scratch: Path) -> tuple[Json, Path]:
    """A table and the place of its files, as `reader` takes them: of an SQLite file as a CSV file in `scratch`."""
    if not table["files"] or Path(table["files"][0]).suffix != ".sqlite":
        return table, place
    chosen = ", ".join(f"{item['text']} AS {quoted(item['name'])}" for item in table["columns"])
    name = f"{table['name']}.csv"
    connection = sqlite3.connect(f"{(place / table['files'][0]).absolute().as_uri()}?mode=ro", uri=True)
    try:
        with (scratch / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(item["name"] for item in table["columns"])
            writer.writerows(connection.execute(f"SELECT {chosen} FROM {quoted(table['name'])} ORDER BY rowid"))
    finally:
        connection.close()
    return {**table, "files": [name]}, scratch


def reader(table: Json, place: Path) -> str:
    """A query for the rows of a table, in their types: of CSV, Parquet, or of the one object in a file of JSON.

    Rows of a series of files get the number of the row, from 1, and the days that the name of the row's file tells, or
    those that are stated of a file that holds all.
    """
    columns = [f"cast({quoted(item['name'])} AS {item['type']}) AS {quoted(item['name'])}" for item in table["columns"]]
    if table.get("days"):
        days = zip(table["days"], ENDS, strict=True)
        columns += [f"cast({text(day)} AS DATE) AS {name}_day" for day, (_, name) in days]
    elif table["series"]:
        columns += [f"cast(regexp_extract(filename, {DAYS}, {n}) AS DATE) AS {name}_day" for n, name in ENDS]
    parts = []
    for kind, names in groupby(table["files"], lambda name: Path(name).suffix):
        files = [place / name for name in names]
        rows = source(kind, files, table["columns"])
        if kind == ".duckdb":
            rows = f"read_duckdb({literal_path(files[0])}, table_name = {text(table['name'])})"
        parts.append(f"SELECT {', '.join(columns)} FROM {rows}")
    rows = " UNION ALL ".join(parts)
    return f"SELECT *, row_number() OVER () AS place FROM ({rows})" if table["series"] else rows


def source(kind: str, files: list[Path], columns: list[Json]) -> str:
    """Files of a kind as DuckDB reads them; the path of a row's file is its `filename`."""
    paths = f"[{', '.join(map(literal_path, files))}], filename = true"
    types = {item["name"]: item["type"] if kind == ".json" else "VARCHAR" for item in columns}
    raw = ", ".join(f"{text(name)}: {text(form)}" for name, form in types.items())
    if kind == ".json":
        size = max([1 << 24, *(2 * path.stat().st_size for path in files if path.is_file())])
        return f"read_json({paths}, format = 'unstructured', maximum_object_size = {size}, columns = {{{raw}}})"
    if kind == ".csv":
        form = "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = ''"
        return f"read_csv({paths}, {form}, hive_partitioning = false, columns = {{{raw}}})"
    return f"read_parquet({paths}, hive_partitioning = false)"


def questions(made: Json, place: Path, connection: Any, failure: type[Exception], wrong: list[str]) -> int:
    """Ask everything, and note what is wrong; gives how many queries were asked."""
    asked = 0

    def ask(name: str, sql: str) -> list[tuple[Any, ...]] | None:
        nonlocal asked
        asked += 1
        try:
            rows: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
        except failure as error:
            wrong.append(f"{name}: {str(error).splitlines()[0]}")
            return None
        return rows

    with tempfile.TemporaryDirectory() as scratch:
        for item in made["texts"]:
            path = Path(scratch) / "text.csv"
            path.write_text(item["csv"], encoding="utf-8")
            source = f"read_csv({literal_path(path)}, all_varchar = true)"
            ask(item["name"], f"CREATE TABLE {quoted(item['name'])} AS SELECT * FROM {source}")
    for table in made["tables"]:
        with tempfile.TemporaryDirectory() as scratch:
            query = reader(*readable(table, place, Path(scratch)))
            ask(table["name"], f"CREATE TABLE {quoted(table['name'])} AS {query}")
        for item in table["totals"]:
            rows = ask(f"{table['name']} {item['title']}", item["sql"])
            if rows and Decimal(rows[0][0] or 0) != Decimal(item["expected"]):
                wrong.append(f"{table['name']}: {item['title']} {rows[0][0]}, certified {item['expected']}.")
    for item in made["relations"]:
        ask(item["name"], f"CREATE TABLE {quoted(item['name'])} AS {item['sql']}")
    for check in made["checks"]:
        if check["kind"] == "rule":
            rows = ask(check["id"], f"SELECT count(*) FROM ({check['sql']}) broken")
            if rows and (rows[0][0] != check["expected"]["rows"] or rows[0][0] != check["observed"]["rows"]):
                wrong.append(f"{check['id']}: {rows[0][0]:,} rows break it. {check['question']}")
        elif (rows := ask(check["id"], f"SELECT label, value FROM ({check['sql']}) figures")) is not None:
            found = {str(label): None if value is None else round(float(value), 4) for label, value in rows}
            wrong += differences(check, found)
    return asked


def differences(check: Json, found: dict[str, float | None]) -> list[str]:
    """Where the figures of a check are not those that are certified; the last digit may differ."""
    stated = {item["label"]: item["value"] for item in check["observed"]["measures"]}
    wrong = [f"{check['id']}: it has other figures than certified."] if stated.keys() != found.keys() else []
    for label in stated.keys() & found.keys():
        one, other = stated[label], found[label]
        unlike = one is not other if one is None or other is None else abs(one - other) > 1.5e-4 * max(1.0, abs(one))
        if unlike:
            wrong.append(f"{check['id']}: {label} is {other}, certified {one}.")
    return wrong


if __name__ == "__main__":
    sys.exit(main(Path(__file__).parent))
