"""The DDL of the tables as one text, for the databases that the document names."""

from __future__ import annotations

import datetime as dt

DIALECTS = ("postgresql", "mysql", "mssql")
_END = {"postgresql": ";", "mysql": ";", "mssql": ";\nGO"}
"""What ends a statement. SQL Server's tools run what stands before GO at once: so each sees what those before made."""


def statements(dialect: str, months: tuple[dt.date, dt.date] | None = None) -> str:
    """The statements that make the tables, their keys, indexes and comments, each with its end, as one text.

    `months` are the first day and the as-of day of data by whose months orders and their items are partitioned.
    """
    from datagen.ddl import ddl, script
    from datagen.ecommerce.world import WORLD
    from datagen.partitions import by_month

    metadata = by_month(WORLD.metadata, WORLD.partitions, *months) if months else WORLD.metadata
    lost = [name for table in ddl(metadata, dialect).values() for name in table.left_out]
    notes = (
        [f"-- There are no foreign keys on or to partitioned tables here: {', '.join(lost)} are left out."]
        if lost
        else []
    )
    lines = (
        line.rstrip() for statement in script(metadata, dialect) for line in f"{statement}{_END[dialect]}".splitlines()
    )
    return "\n".join([*notes, *lines])
