"""Kinds of bad data: how a good directory is spoilt, and what is to be told of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Kind:
    """One kind of bad data; `told` are parts of the message."""

    name: str
    spoil: Callable[[Path], None]
    told: tuple[str, ...]
    manifest: bool = False


def value(table: str, line: int, column: str, text: str | bytes) -> Callable[[Path], None]:
    """Put another text in the place of a value; `text` may hold bytes that are no text."""

    def spoil(directory: Path) -> None:
        path = directory / f"{table}.csv"
        lines = path.read_bytes().split(b"\n")
        names = lines[0].decode().split(",")
        row = lines[line - 1].split(b",")
        assert len(row) == len(names), "choose a row without quotes"
        row[names.index(column)] = text if isinstance(text, bytes) else text.encode()
        lines[line - 1] = b",".join(row)
        path.write_bytes(b"\n".join(lines))

    return spoil


def whole(table: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Change a whole file."""

    def spoil(directory: Path) -> None:
        path = directory / f"{table}.csv"
        path.write_bytes(change(path.read_bytes()))

    return spoil


def line(table: str, number: int, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Change one line of a file."""

    def spoil(text: bytes) -> bytes:
        lines = text.split(b"\n")
        lines[number - 1] = change(lines[number - 1])
        return b"\n".join(lines)

    return whole(table, spoil)


def package(change: Callable[[dict], None]) -> Callable[[Path], None]:  # type: ignore[type-arg]
    """Change the manifest."""

    def spoil(directory: Path) -> None:
        path = directory / "datapackage.json"
        document = json.loads(path.read_text())
        change(document)
        path.write_text(json.dumps(document))

    return spoil


def removed(*names: str) -> Callable[[Path], None]:
    """Remove files."""

    def spoil(directory: Path) -> None:
        for name in names:
            (directory / name).unlink()

    return spoil


def _directory(directory: Path) -> None:
    (directory / "members.csv").unlink()
    (directory / "members.csv").mkdir()


def _nothing(directory: Path) -> None:
    for path in directory.iterdir():
        path.unlink()


def _resource(document: dict, table: str) -> dict:  # type: ignore[type-arg]
    return next(item for item in document["resources"] if item["name"] == table)


def _rows(document: dict) -> None:  # type: ignore[type-arg]
    _resource(document, "members")["rows"] += 1


def _total(document: dict) -> None:  # type: ignore[type-arg]
    _resource(document, "memberpayments")["totals"] = {"amount": "1.00"}


def _world(document: dict) -> None:  # type: ignore[type-arg]
    document["world"] = "payments"


def _columns(document: dict) -> None:  # type: ignore[type-arg]
    document["release"] = "0.0.1"
    _resource(document, "staff")["schema"]["fields"].pop()


def _absent(document: dict) -> None:  # type: ignore[type-arg]
    document["resources"] = [item for item in document["resources"] if item["name"] != "memberaccess"]


def _again(column_text: bytes) -> bytes:
    lines = column_text.split(b"\n")
    return b"\n".join([*lines[:6], lines[5], *lines[6:]])


def _same_email(text: bytes) -> bytes:
    lines = [row.split(b",") for row in text.split(b"\n")]
    lines[4][3] = lines[2][3]
    return b"\n".join(b",".join(row) for row in lines)


KINDS = [
    # the file
    Kind("no header", whole("staff", lambda text: text.split(b"\n", 1)[1]), ("staff.csv, line 1", "lacks the column")),
    Kind(
        "a column missing",
        whole("facilities", lambda text: text.replace(b"zipcode,", b"", 1)),
        ("facilities.csv, line 1", "lacks the column zipcode"),
    ),
    Kind(
        "a column too many",
        whole("facilities", lambda text: text.replace(b"isactive", b"isactive,extra", 1)),
        ("facilities.csv, line 1", "'extra'"),
    ),
    Kind(
        "columns in another order",
        whole("members", lambda text: text.replace(b"firstname,lastname", b"lastname,firstname", 1)),
        ("members.csv, line 1", "not in their order"),
    ),
    Kind(
        "capital letters in the header",
        whole("members", lambda text: text.replace(b"memberid", b"MemberID", 1)),
        ("members.csv, line 1", "memberid"),
    ),
    Kind(
        "semicolons",
        whole("memberaccess", lambda text: text.replace(b",", b";")),
        ("memberaccess.csv, line 1", "lacks the column"),
    ),
    Kind("a BOM", whole("members", lambda text: b"\xef\xbb\xbf" + text), ("members.csv, line 1", "BOM")),
    Kind("UTF-16", whole("members", lambda text: text.decode().encode("utf-16")), ("members.csv, line 1", "UTF-16")),
    Kind(
        "CR LF everywhere",
        whole("members", lambda text: text.replace(b"\n", b"\r\n")),
        ("members.csv, line 1", "CR LF"),
    ),
    Kind("CR LF in one line", line("members", 9, lambda row: row + b"\r"), ("members.csv, line 9", "CR")),
    Kind("an empty file", whole("classtypes", lambda _: b""), ("classtypes.csv, line 1", "empty")),
    Kind(
        "a file cut within a row",
        whole("memberaccess", lambda text: text[:5000].rsplit(b",", 1)[0]),
        ("memberaccess.csv, line", "cut"),
    ),
    Kind(
        "a file cut within its last value", whole("memberaccess", lambda text: text[:-2]), ("memberaccess.csv", "cut")
    ),
    Kind(
        "too few values", line("memberaccess", 7, lambda row: row.rsplit(b",", 1)[0]), ("line 7", "duration is missing")
    ),
    Kind("too many values", line("memberaccess", 7, lambda row: row + b",9"), ("line 7", "'9'", "needs quotes")),
    Kind("a blank line", line("memberaccess", 7, lambda row: row + b"\n"), ("memberaccess.csv, line 8", "missing")),
    Kind("a quote that never closes", value("members", 12, "firstname", '"Ann'), ("members.csv, line 12", "quote")),
    Kind("a quote within a value", value("members", 12, "firstname", 'An"n'), ("members.csv, line 12", "firstname")),
    Kind(
        "the end mark of COPY", line("memberaccess", 7, lambda _: b"\\."), ("memberaccess.csv, line 7", "ends a COPY")
    ),
    Kind(
        "a NUL character",
        value("members", 6, "lastname", b"Smi\0th"),
        ("members.csv, line 6, column lastname", "NUL"),
    ),
    Kind(
        "invalid UTF-8",
        value("members", 6, "lastname", b"Smi\xc3\x28th"),
        ("members.csv, line 6, column lastname", "UTF-8"),
    ),
    Kind(
        "Latin-1",
        value("members", 6, "lastname", "Müller".encode("latin-1")),
        ("members.csv, line 6, column lastname", "UTF-8"),
    ),
    # values
    Kind(
        "text for a number", value("memberaccess", 5, "duration", "long"), ("line 5, column duration: 'long'", "whole")
    ),
    Kind("a fraction", value("memberaccess", 5, "duration", "61.5"), ("line 5, column duration: '61.5'", "whole")),
    Kind("a number with a blank", value("memberaccess", 5, "duration", " 61"), ("line 5, column duration: ' 61'",)),
    Kind(
        "a number too large",
        value("memberaccess", 5, "duration", "99999999999"),
        ("line 5, column duration: '99999999999'", "INTEGER"),
    ),
    Kind("text for money", value("memberpayments", 4, "amount", "free"), ("line 4, column amount: 'free'", "number")),
    Kind("money too large", value("memberpayments", 4, "amount", "12345678901.00"), ("line 4, column amount",)),
    Kind("three decimals", value("memberpayments", 4, "amount", "12.345"), ("column amount: '12.345'", "2 decimals")),
    Kind("NaN for money", value("memberpayments", 4, "amount", "NaN"), ("line 4, column amount: 'NaN'",)),
    Kind("an exponent", value("memberpayments", 4, "amount", "1e3"), ("line 4, column amount: '1e3'",)),
    Kind("a comma in money", value("memberpayments", 4, "amount", '"1,000.00"'), ("column amount: '1,000.00'",)),
    Kind("neither true nor false", value("membershiptypes", 3, "isactive", "1"), ("column isactive: '1'", "true")),
    Kind(
        "a day that does not exist",
        value("memberpayments", 4, "paymentdate", "2026-02-30"),
        ("line 4, column paymentdate: '2026-02-30'", "calendar"),
    ),
    Kind(
        "a word for a day", value("memberpayments", 4, "paymentdate", "today"), ("column paymentdate: 'today'", "day")
    ),
    Kind("an endless day", value("memberpayments", 4, "paymentdate", "infinity"), ("paymentdate: 'infinity'",)),
    Kind("an American day", value("memberpayments", 4, "paymentdate", "01/31/2026"), ("paymentdate: '01/31/2026'",)),
    Kind(
        "a time that does not exist",
        value("classschedules", 3, "starttime", "25:00:00"),
        ("line 3, column starttime: '25:00:00'", "clock"),
    ),
    Kind(
        "a time with a zone",
        value("memberaccess", 5, "checkintime", "2026-09-01 06:30:00+02"),
        ("line 5, column checkintime: '2026-09-01 06:30:00+02'",),
    ),
    Kind("over-long text", value("members", 6, "firstname", "A" * 61), ("line 6, column firstname", "60 characters")),
    Kind("over-long by blanks", value("members", 6, "state", "NY  "), ("line 6, column state: 'NY  '", "2 characters")),
    Kind(
        "two letters for one",
        value("members", 6, "gender", "MM"),
        ("line 6, column gender: 'MM'", "1 character at most"),
    ),
    Kind(
        "nothing, in quotes, where a value is needed",
        value("members", 6, "lastname", '""'),
        ("line 6, column lastname", "empty"),
    ),
    Kind("nothing where a value is needed", value("members", 6, "lastname", ""), ("line 6, column lastname", "empty")),
    Kind("no key", value("members", 6, "memberid", ""), ("line 6, column memberid", "empty")),
    # rules
    Kind(
        "the same row twice", whole("memberaccess", _again), ("memberaccess.csv, line 6", "again in line 7", "unique")
    ),
    Kind(
        "the same key twice",
        value("memberaccess", 9, "accessid", "ACC00000001"),
        ("column accessid: 'ACC00000001'", "again in line 9"),
    ),
    Kind("the same e-mail twice", whole("members", _same_email), ("members.csv, line 3, column email", "in line 5")),
    Kind(
        "an orphan",
        value("memberaccess", 9, "memberid", "MEM999999"),
        ("memberaccess.csv, line 9, column memberid: 'MEM999999'", "not one of members.memberid"),
    ),
    Kind(
        "an orphan among reference tables",
        value("facilityareas", 3, "facilityid", "FAC999"),
        ("facilityareas.csv, line 3, column facilityid: 'FAC999'", "facilities.facilityid"),
    ),
    Kind("an unknown status", value("members", 6, "memberstatus", "Lost"), ("line 6, column memberstatus: 'Lost'",)),
    Kind("a negative amount", value("memberpayments", 4, "amount", "-1.00"), ("column amount: '-1.00'", ">= 0")),
    Kind("an eighth day", value("classschedules", 3, "dayofweek", "8"), ("line 3, column dayofweek: '8'", "BETWEEN")),
    Kind(
        "out before in",
        value("memberaccess", 5, "checkouttime", "2020-01-01 00:00:00"),
        ("line 5, column checkouttime: '2020-01-01 00:00:00'", "checkintime"),
    ),
    Kind(
        "filled where it must not be",
        value("classinstances", 3, "cancellationreason", "Why not"),
        ("classinstances.csv, line 3", "cancellationreason", "Cancelled"),
    ),
    # the directory and its manifest
    Kind("nothing at all", _nothing, ("holds no CSV file",)),
    Kind("a directory for a file", _directory, ("members.csv", "is not a file")),
    Kind(
        "a file missing that the manifest lists",
        removed("memberaccess.csv"),
        ("memberaccess.csv is missing", "complete"),
        manifest=True,
    ),
    Kind(
        "another value than the manifest knows",
        value("memberaccess", 5, "duration", "7"),
        ("memberaccess.csv", "datapackage.json states"),
        manifest=True,
    ),
    Kind(
        "a bad value in a file that a manifest lists",
        value("memberaccess", 5, "duration", "long"),
        ("datapackage.json states", "line 5, column duration: 'long'"),
        manifest=True,
    ),
    Kind(
        "a row more than the manifest knows",
        whole("memberaccess", _again),
        ("memberaccess.csv has", "bytes instead of"),
        manifest=True,
    ),
    Kind(
        "a row less than the manifest knows",
        line("memberaccess", 6, lambda _: b""),
        ("memberaccess.csv has", "instead of"),
        manifest=True,
    ),
    Kind("a file of another data set", package(_absent), ("memberaccess.csv is not listed",), manifest=True),
    Kind(
        "a damaged manifest",
        lambda directory: (directory / "datapackage.json").write_text('{"generator"') and None,
        ("datapackage.json is damaged",),
        manifest=True,
    ),
    Kind("another world", package(_world), ("of the world payments",), manifest=True),
    Kind("another release's columns", package(_columns), ("release 0.0.1", "staff", "other columns"), manifest=True),
    Kind("another count of rows", package(_rows), ("members.csv has 60 rows", "61"), manifest=True),
    Kind(
        "another control total", package(_total), ("memberpayments", "amount", "control total", "1.00"), manifest=True
    ),
]
