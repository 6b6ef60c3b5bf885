"""Tables partitioned by month: how their keys change, and what the databases want said of it.

A partitioned table has the month's column in its primary key, in what is unique, and in the foreign keys that lead to
it. MySQL and MariaDB have no foreign keys on or to such tables: there they are left out, and named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ForeignKeyConstraint, MetaData, PrimaryKeyConstraint, Table, UniqueConstraint

from datagen.frozen import dataclass
from datagen.schema import constraints_of, quoted

_INFO = "partitions"
FUNCTION, SCHEME = "pf_month_", "ps_month_"
"""How the names begin of what SQL Server cuts by, and of where the parts lie; the first and last month follow."""


@dataclass(frozen=True)
class Months:
    """The partitions of a table: by the months of a column, and one for all that is later or earlier."""

    column: str
    starts: tuple[dt.date, ...]
    """The first days of the months, and the first day after them."""

    def names(self, table: str) -> Sequence[str]:
        """The names of the months' partitions, `order_2026_01`."""
        return [f"{table}_{start:%Y_%m}" for start in self.starts[:-1]]

    @property
    def span(self) -> str:
        """The first and the last month, `2025_12_2026_01`."""
        return f"{self.starts[0]:%Y_%m}_{self.starts[-2 if len(self.starts) > 1 else 0]:%Y_%m}"


def months_between(first: dt.date, as_of: dt.date) -> tuple[dt.date, ...]:
    """The first days of the months of [first, as_of), and the first day after them."""
    found = [first.replace(day=1)]
    while found[-1] < as_of:
        found.append((found[-1] + dt.timedelta(32)).replace(day=1))
    return tuple(found)


def by_month(metadata: MetaData, columns: Mapping[str, str], first: dt.date, as_of: dt.date) -> MetaData:
    """The same tables, some of them partitioned by the months of a column: `columns` names it by table.

    A foreign key that leads to such a table has the column of that name, too.
    """
    starts = months_between(first, as_of)
    found = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(found)
    for name, column in columns.items():
        table = found.tables[name]
        table.info[_INFO] = Months(column, starts)
        key = [*(item.name for item in table.primary_key.columns), column]
        table.c[column].primary_key = True
        table.append_constraint(PrimaryKeyConstraint(*key, name=f"pk_{name}"))
        for unique in constraints_of(table, UniqueConstraint):
            table.constraints.discard(unique)
            table.append_constraint(UniqueConstraint(*(item.name for item in unique.columns), column, name=unique.name))
    for table in found.tables.values():
        for key in constraints_of(table, ForeignKeyConstraint):
            if key.referred_table.name in columns:
                _lengthen(table, key, columns[key.referred_table.name])
    return found


def _lengthen(table: Table, key: ForeignKeyConstraint, column: str) -> None:
    """Have a foreign key lead to a column more, of the same name here and there."""
    parent = key.referred_table.name
    pairs = [(element.parent.name, f"{parent}.{element.column.name}") for element in key.elements]
    for element in key.elements:
        element.parent.foreign_keys.discard(element)
        table.foreign_keys.discard(element)
    table.constraints.discard(key)
    own, theirs = zip(*pairs, (column, f"{parent}.{column}"), strict=True)
    table.append_constraint(ForeignKeyConstraint(own, theirs, name=key.name))


def in_one_piece(metadata: MetaData) -> MetaData:
    """The same tables with the same keys, none of them partitioned."""
    found = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(found).info = {name: value for name, value in table.info.items() if name != _INFO}
    return found


def months_of(table: Table) -> Months | None:
    """How the table is partitioned, if it is."""
    found: Months | None = table.info.get(_INFO)
    return found


def is_partitioned(metadata: MetaData) -> bool:
    """Whether a table of them is."""
    return any(months_of(table) for table in metadata.tables.values())


def clauses(table: Table) -> Mapping[str, Any]:
    """The end of CREATE TABLE, by SQLAlchemy's names of options; SQL Server's is `scheme_clause`."""
    months = months_of(table)
    if months is None:
        return {}
    parts = [
        f"PARTITION p{start:%Y_%m} VALUES LESS THAN ('{end}')"
        for start, end in zip(months.starts, months.starts[1:], strict=False)
    ]
    parts.append("PARTITION p_later VALUES LESS THAN (MAXVALUE)")
    columns = f"RANGE COLUMNS ({months.column}) ({', '.join(parts)})"
    return {
        "postgresql_partition_by": f"RANGE ({months.column})",
        "mysql_partition_by": columns,
        "mariadb_partition_by": columns,
    }


def partitions(table: Table) -> Iterator[str]:
    """The statements that make the partitions of a table of PostgreSQL."""
    own = quoted(table.name)
    if months := months_of(table):
        for name, start, end in zip(months.names(table.name), months.starts, months.starts[1:], strict=False):
            yield f"CREATE TABLE {quoted(name)} PARTITION OF {own} FOR VALUES FROM ('{start}') TO ('{end}')"
        yield f"CREATE TABLE {quoted(f'{table.name}_other')} PARTITION OF {own} DEFAULT"


def partition_names(table: Table) -> list[str]:
    """The names of the partitions of a table of PostgreSQL, none if it has none."""
    months = months_of(table)
    return [*months.names(table.name), f"{table.name}_other"] if months else []


def scheme(metadata: MetaData) -> dict[str, str]:
    """The statements that make SQL Server's function and scheme, which all tables share, by the names of these.

    The names tell the months: tables of other months that are there already go on using theirs.
    """
    months = next((found for table in metadata.tables.values() if (found := months_of(table))), None)
    if months is None:
        return {}
    starts = ", ".join(f"'{start}'" for start in months.starts)
    function, place = FUNCTION + months.span, SCHEME + months.span
    return {
        function: f"CREATE PARTITION FUNCTION {function} (datetime2(0)) AS RANGE RIGHT FOR VALUES ({starts})",
        place: f"CREATE PARTITION SCHEME {place} AS PARTITION {function} ALL TO ([PRIMARY])",
    }


def scheme_clause(table: Table) -> str:
    """What SQL Server wants at the end of CREATE TABLE; nothing for a table that is not partitioned."""
    months = months_of(table)
    return f" ON {SCHEME}{months.span} ({months.column})" if months else ""


def without_foreign_keys(table: Table, dialect: str) -> list[ForeignKeyConstraint]:
    """The foreign keys of a table that the dialect cannot have, on or to partitioned tables."""
    if dialect not in ("mysql", "mariadb"):
        return []
    return [
        key for key in constraints_of(table, ForeignKeyConstraint) if months_of(table) or months_of(key.referred_table)
    ]
