# ruff: noqa: S608 - the SQL is made of names of ours
"""What the checks of a history read besides its tables, as SQL of its files: for those who have DuckDB alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from datagen.checks.questions import Sources, SourceTable
from datagen.payments.history_files import database_file
from datagen.payments.state_summary import PROFILE, PROFILE_DAYS
from datagen.payments.vocabulary import MERCHANT_COLUMNS, STATE

if TYPE_CHECKING:
    from collections.abc import Iterable

_STATE, _CITIES = "state_file", "populations"
_FIGURES = {"last_generated_date": "DATE", "merchant_counter": "BIGINT", "total_transactions": "BIGINT"}


def sources_of(directory: Path) -> Sources:
    """The state, the stored cards and merchants in it, earlier files of merchants, and the cities, as relations.

    They are those of `datagen.payments.verification.fill`.

    Raises:
        StateError: for a directory without a state that can be read.
    """
    from datagen.checks.duckdb_engine import sql_type
    from datagen.checks.file_series import parts
    from datagen.payments.tables import merchants, transactions
    from datagen.payments.verification import outlined
    from datagen.populations import POPULATIONS_FILE

    last = outlined(directory, "certify").last
    whole = database_file(directory)
    payments = [part.path.name for part in parts(directory, transactions.name) if part.first <= last]
    payments = [whole.name] if whole else payments
    before = [part for part in parts(directory, merchants.name) if part.last < last]
    days = [f"date '{part.last}'" for part in before]
    columns = {item.name: sql_type(item) for item in merchants.columns}
    earlier = SourceTable("earlier_merchants", tuple(part.path for part in before), columns, series=True)
    state = SourceTable(_STATE, (directory / STATE,), {**_FIGURES, "card_profiles": _cards(), "merchants": _versions()})
    relations = {
        "state": f"SELECT {', '.join(_FIGURES)} FROM {_STATE}",
        "profiles": f"SELECT card.key, unnest(card.value) FROM ({_entries('card_profiles', 'card')})",
        "versions": _VERSIONS,
        "cities": f"SELECT state, coalesce(city, '') AS city, cast(people AS BIGINT) AS people FROM {_CITIES}",
        "files": _listed("name", (f"'{name}'" for name in payments)),
        "snapshots": _listed("last_day", days, "DATE"),
    }
    if not before:
        relations[earlier.name] = "SELECT * FROM merchants WHERE false"
    texts = {_CITIES: POPULATIONS_FILE.read_text(encoding="utf-8")}
    return Sources((state, earlier) if before else (state,), texts, relations)


def _entries(column: str, name: str) -> str:
    """The members of an object of the state, a row each."""
    return f"SELECT unnest(map_entries({column})) AS {name} FROM {_STATE}"


def _cards() -> str:
    members = ", ".join(f"{name} {'DATE' if name in PROFILE_DAYS else 'VARCHAR'}" for name in PROFILE)
    return f"MAP(VARCHAR, STRUCT({members}))"


def _versions() -> str:
    return f"MAP(VARCHAR, STRUCT({', '.join(f'{name} JSON' for name in MERCHANT_COLUMNS)})[])"


def _listed(name: str, values: Iterable[str], kind: str = "VARCHAR") -> str:
    """A relation of one column."""
    return f"SELECT unnest(cast([{', '.join(values)}] AS {kind}[])) AS {name}"


def _as_text(name: str) -> str:
    """A value of the state as a file of merchants would have it: numbers of up to four decimals have all of them."""
    rate = f"cast({name} AS DOUBLE)"
    return (
        f"CASE json_type({name}) WHEN 'NULL' THEN NULL WHEN 'VARCHAR' THEN {name} ->> '$' WHEN 'DOUBLE' THEN "
        f"CASE WHEN cast(printf('%.4f', {rate}) AS DOUBLE) = {rate} THEN printf('%.4f', {rate}) "
        f"ELSE cast({name} AS VARCHAR) END ELSE cast({name} AS VARCHAR) END AS {name}"
    )


_VERSIONS = f"""
SELECT key, place, last_place, {", ".join(map(_as_text, MERCHANT_COLUMNS))}
FROM (
  SELECT merchant.key, generate_subscripts(merchant.value, 1) AS place, len(merchant.value) AS last_place,
    unnest(merchant.value, recursive := true)
  FROM ({_entries("merchants", "merchant")})
)"""
