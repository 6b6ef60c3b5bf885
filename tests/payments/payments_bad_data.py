# ruff: noqa: E501 - one kind of bad data a line
"""Kinds of bad data: how the increment of a good history is spoilt, and what is to be told of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from datagen.payments.vocabulary import STATE

OLD = "2024-01-01_2024-01-05.csv"
NEW = "2024-01-06_2024-01-06.csv"


def rows(directory: Path) -> int:
    """The payments that a state tells of."""
    return int(json.loads((directory / STATE).read_text())["total_transactions"])


def changed(directory: Path, name: str, line: int, column: str, text: str) -> None:
    """Put another text in the place of a value."""
    path = directory / name
    lines = path.read_bytes().split(b"\n")
    values = lines[line - 1].split(b",")
    values[lines[0].decode().split(",").index(column)] = text.encode()
    lines[line - 1] = b",".join(values)
    path.write_bytes(b"\n".join(lines))


def value(name: str, line: int, column: str, text: str) -> Callable[[Path], None]:
    """Put another text in the place of a value."""

    return lambda directory: changed(directory, name, line, column, text)


def whole(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Change a whole file."""

    def spoil(directory: Path) -> None:
        text = (directory / name).read_bytes()
        (directory / name).write_bytes(change(text))
        assert change(text) != text

    return spoil


def lines(name: str, change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], None]:
    """Change the lines of a file."""

    return whole(name, lambda text: b"".join(change(text.splitlines(keepends=True))))


def state(**values: object) -> Callable[[Path], None]:
    """Change what the state says."""

    def spoil(directory: Path) -> None:
        told = json.loads((directory / STATE).read_text())
        (directory / STATE).write_text(json.dumps({**told, **values}))

    return spoil


def removed(name: str) -> Callable[[Path], None]:
    """Remove a file."""

    return lambda directory: (directory / name).unlink()


def _old_row(directory: Path) -> None:
    text = (directory / PAID).read_bytes()
    (directory / PAID).write_bytes(text + (directory / f"transactions_{OLD}").read_bytes().splitlines(keepends=True)[4])


PAID, SOLD = f"transactions_{NEW}", f"merchants_{NEW}"
BAD: list[tuple[str, Callable[[Path], object], tuple[str, ...]]] = [
    ("a file cut within a row", whole(PAID, lambda text: text[:-30]), (PAID, "line", "cut")),
    ("a file cut between rows", lines(PAID, lambda all_: all_[:-3]), ("end with row", "cut or edited")),
    ("a file without rows", lines(PAID, lambda all_: all_[:1]), ("end with row", "cut or edited")),
    ("an empty file", whole(PAID, lambda _: b""), (f"{PAID}, line 1", "empty")),
    ("a row is missing", lines(PAID, lambda all_: all_[:8] + all_[9:]), (f"{PAID}, line 9, column payment_id", "does not come after")),
    ("the first row is missing", lines(PAID, lambda all_: all_[:1] + all_[2:]), (f"{PAID}, line 2, column payment_id", "does not come after")),
    ("a row is there twice", lines(PAID, lambda all_: [*all_, all_[4]]), (f"{PAID}, line 5, column payment_id", "again in line", "unique")),
    ("an old row comes again", _old_row, (PAID, "column payment_id: 'TXN0000000004'", "does not come after")),
    ("the files are of other days", lambda directory: shutil.copy(directory / f"transactions_{OLD}", directory / PAID), (f"{PAID}, line 2, column payment_id: 'TXN0000000001'", "does not come after")),
    ("a key of another form", value(PAID, 3, "payment_id", "TXN12"), (f"{PAID}, line 3, column payment_id: 'TXN12'", "form TXN0000000001")),
    ("an unknown merchant", value(PAID, 3, "merchant_id", "M000999"), (f"{PAID}, line 3, column merchant_id: 'M000999'", "merchants.merchant_id")),
    ("a payment of another day", value(PAID, 3, "payment_timestamp", "2024-01-05T12:00:00"), (f"{PAID}, line 3, column payment_timestamp: '2024-01-05 12:00:00'", "2024-01-06")),
    ("a payment of tomorrow", value(PAID, 3, "payment_timestamp", "2024-01-07T00:00:00"), ("line 3, column payment_timestamp", "2024-01-06")),
    ("a day for a word", value(PAID, 3, "payment_timestamp", "now"), ("line 3, column payment_timestamp: 'now'", "a time such as")),
    ("an amount of nothing", value(PAID, 3, "payment_amount", "0.00"), ("line 3, column payment_amount: '0.00'", "payment_amount > 0")),
    ("three decimals", value(PAID, 3, "payment_amount", "12.345"), ("line 3, column payment_amount: '12.345'", "2 decimals")),
    ("a profit that is none", value(PAID, 3, "net_profit", "99.99"), ("line 3, column net_profit", "breaks the rule")),
    ("no amount", value(PAID, 3, "payment_amount", ""), ("line 3, column payment_amount: ''", "empty")),
    ("a value too many", value(PAID, 3, "card_brand", "Visa,Visa"), ("line 3", "more than the row can hold")),
    ("a text too long", value(PAID, 3, "card_issuer", "A" * 81), ("line 3, column card_issuer", "80 characters")),
    ("another header", whole(PAID, lambda text: text.replace(b"card_bin", b"bin", 1)), (f"{PAID}, line 1", "lacks the column card_bin")),
    ("a NUL character", value(PAID, 3, "card_issuer", "Cha\0se"), (f"{PAID}, line 3, column card_issuer", "NUL")),
    ("the file is missing", removed(PAID), ("is not complete", "2024-01-06")),
    ("the merchants are missing", removed(SOLD), ("no file of merchants up to 2024-01-06",)),
    ("an earlier file is missing", removed(f"transactions_{OLD}"), ("is not complete", "2024-01-01")),
    ("a merchant twice", lines(SOLD, lambda all_: [*all_, all_[1]]), (f"{SOLD}, line 2, column merchant_id, version", "again in line", "unique")),
    ("a merchant of no size", value(SOLD, 3, "size_category", "tiny"), (f"{SOLD}, line 3, column size_category: 'tiny'",)),
    ("a merchant is missing", lines(SOLD, lambda all_: all_[:1] + all_[2:]), ("M000001",)),
    ("the state counts one more", lambda directory: state(total_transactions=rows(directory) + 1)(directory), ("end with row", "cut or edited")),
    ("the state counts one less", lambda directory: state(total_transactions=rows(directory) - 1)(directory), ("end with row", "cut or edited")),
]  # fmt: skip
