"""What a directory holds of a history of payments, for loading it into a database."""

from __future__ import annotations

from pathlib import Path

from datagen.errors import DataError
from datagen.loading.history import AppendOnlyTable, DirectoryHistory, History
from datagen.payments.verification import outlined
from datagen.payments.vocabulary import STATE

GROWING = AppendOnlyTable(
    table="transactions",
    key="payment_id",
    prefix="TXN",
    digits=10,
    moment="payment_timestamp",
    known=("merchant_id", "merchants", "merchant_id"),
    totals=("payment_amount", "transactional_cost_amount", "mdr_amount", "net_profit"),
    whole=("P01c", "P01e", "P02c"),
)


def history_of(directory: Path) -> DirectoryHistory:
    """The history whose state a directory holds.

    Raises: `StateError` for a directory without a state that can be read.
    """
    path = directory / STATE
    before = _stamp(path)
    summary = outlined(directory, "load")

    def ensure_unchanged() -> None:
        if _stamp(path) != before:
            raise DataError(f"{path} has changed since it was read: another run is at work there. Load again after it.")

    history = History(
        growing=GROWING,
        seed=summary.seed,
        first=summary.first,
        rules=summary.rules,
        last=summary.last,
        rows=summary.payments,
        release=summary.release,
        more={"merchant_counter": summary.merchants},
    )
    return DirectoryHistory(history, ensure_unchanged)


def _stamp(path: Path) -> object:
    """What changes when a file is replaced."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
