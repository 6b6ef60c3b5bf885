"""What tables that are partitioned by month are cut by: functions and schemes, which belong to no schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datagen.loading.mssql.statements import name, text
from datagen.partitions import FUNCTION, SCHEME, scheme

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from datagen.loading.mssql.connection import Link


def create(link: Link, metadata: MetaData) -> None:
    """Create the function and the scheme of these tables, as far as they are not there; nothing for other tables."""
    for made, statement in scheme(metadata).items():
        kind = "partition_functions" if made.startswith(FUNCTION) else "partition_schemes"
        if not link.rows(f"SELECT name FROM sys.{kind} WHERE name = {text(made)}"):  # noqa: S608 - names of ours
            link.run(statement)


def drop_unused(link: Link) -> None:
    """Drop the functions and schemes of tables that are there no more."""
    rows = link.rows(
        "SELECT s.name, f.name FROM sys.partition_schemes AS s "  # noqa: S608 - names of ours
        "JOIN sys.partition_functions AS f ON f.function_id = s.function_id "
        f"WHERE LEFT(s.name, {len(SCHEME)}) = {text(SCHEME)} AND LEFT(f.name, {len(FUNCTION)}) = {text(FUNCTION)} "
        "AND NOT EXISTS (SELECT 1 FROM sys.indexes AS i WHERE i.data_space_id = s.data_space_id)"
    )
    for place, function in rows:
        link.run(f"DROP PARTITION SCHEME {name(place)}")
        link.run(f"DROP PARTITION FUNCTION {name(function)}")
