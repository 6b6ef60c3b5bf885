"""Edits of a state by hand: what of a merchant differs from what was in force counts from the next day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from datagen.calendar import date_of
from datagen.frozen import dataclass
from datagen.payments.merchant_book import Version
from datagen.payments.state_reader import StateReader
from datagen.payments.vocabulary import ACTIVE, CHURNED, MERCHANT_COLUMNS

KEPT = frozenset({"merchant_id", "creation_date", "effective_date", "last_transaction_date", "version"})
"""What of a version is not for editing."""


@dataclass(frozen=True)
class Snapshot:
    """The newest file of merchants: what was in force when the state was written."""

    name: str
    """The file's name."""
    rows: Mapping[str, Sequence[tuple[str, ...]]]
    """The versions of each merchant, as the texts of `MERCHANT_COLUMNS`."""


def honour(reader: StateReader, versions: dict[str, list[Version]], last: int, snapshot: Snapshot | None) -> None:
    """Make a version that follows of each edit in place, in force from the day after the last one generated.

    The version that was edited stays as it was when its payments were made. Raises `StateError` for an edit that would
    change the past. Without a snapshot, only who was set to churned can be found.
    """
    following = date_of(last + 1).isoformat()
    if snapshot and len(snapshot.rows) > len(versions):
        reader.wrong("merchant_counter", f"{snapshot.name} has {len(snapshot.rows)} merchants, here are fewer")
    for name, history in versions.items():
        if not snapshot:
            _end(history, following)
        elif name in snapshot.rows:
            _compare(reader, history, f"merchants.{name}", following, snapshot.name, snapshot.rows[name])
        elif history[0]["creation_date"] != following:
            what = f"{snapshot.name} does not have it; a merchant added by hand joins on the next day, {following}"
            reader.wrong(f"merchants.{name}[0].creation_date", what)


def _compare(
    reader: StateReader, history: list[Version], path: str, following: str, file: str, rows: Sequence[tuple[str, ...]]
) -> None:
    if len(history) < len(rows):
        reader.wrong(path, f"it has {len(history)} versions, but {len(rows)} in {file}; versions are never removed")
    for place, row in enumerate(rows):
        version = history[place]
        changed = [
            (column, was) for column, was in zip(MERCHANT_COLUMNS, row, strict=True) if _text(version[column]) != was
        ]
        if not changed:
            continue
        column, was = changed[0]
        if place < len(history) - 1:
            reader.wrong(f"{path}[{place}].{column}", f"it was {was} ({file}), and only the last version can be edited")
        for column, was in changed:
            if column in KEPT:
                reader.wrong(f"{path}[{place}].{column}", f"it was {was or 'null'} ({file}), and is not for editing")
        if row[MERCHANT_COLUMNS.index("status")] == CHURNED:
            what = f"it was {was} ({file}); a merchant that has churned does not come back or change"
            reader.wrong(f"{path}[{place}].{column}", what)
        edited = version | {"effective_date": following, "version": version["version"] + 1}
        version.update({column: float(was) if column == "mdr_rate" else was for column, was in changed})
        history.append(edited)


def _text(value: object) -> str:
    """A value as a file of merchants has it."""
    if isinstance(value, float):
        return f"{value:.4f}"
    return "" if value is None else str(value)


def _end(history: list[Version], following: str) -> None:
    """The versions with an edit in place understood: who was paid under a version has left after it, not during it.

    Somebody who sets a version's status to churned ends it: it stays as it was, and the merchant leaves on the first
    day that is still to be generated.
    """
    current = history[-1]
    paid = current["last_transaction_date"] or ""
    if current["status"] != CHURNED or current["effective_date"] >= following:
        return
    if len(history) == 1 or paid >= current["effective_date"]:
        history[-1:] = [
            current | {"status": ACTIVE},
            current | {"effective_date": following, "version": current["version"] + 1},
        ]
