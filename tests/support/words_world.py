"""A world whose tables and columns are called like words of SQL, with capitals, and whose keys are whole numbers."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

from datagen.output.manifest import NAME, Written, build
from datagen.schema import NAMING, at_least, one_of, table_facts
from datagen.world import World
from tests.support.toy_world import Rules

metadata = MetaData(naming_convention=NAMING)
Table(
    "order",
    metadata,
    Column("select", BigInteger, primary_key=True),
    Column("Group", String(4), nullable=False),
    Column("case", Numeric(12, 2), nullable=False),
    Column("table", SmallInteger),
    UniqueConstraint("select", "Group"),
    at_least("case", 0),
    one_of("Group", ("a", "b")),
)
Table(
    "from",
    metadata,
    Column("order", BigInteger, ForeignKey("order.select"), primary_key=True),
    Column("user", Integer, primary_key=True),
    Column("Group", String(4)),
    Column("end", DateTime, nullable=False),
    Column("to", Date),
    Column("like", String(8), info={"references": ("order.Group", "from.Group")}),
    ForeignKeyConstraint(["order", "Group"], ["order.select", "order.Group"]),
)
TEXTS = {
    "order": "select,Group,case,table\n1,a,5.00,7\n4000000000,b,2.50,\n3,a,0.00,1\n",
    "from": "order,user,Group,end,to,like\n1,1,a,2026-01-05 08:00:00,2026-01-05,b\n"
    "4000000000,1,b,2026-01-06 08:00:00,,\n4000000000,2,,2026-01-07 08:00:00,2026-01-07,a\n",
}
RULES = """\
-- relation user: Orders of several lines.
-- uses: from
select "order" from "from" group by "order" having count(*) > 1;

-- H1: Orders of several lines cost something.
-- source: the page
-- uses: user, order
select o."select" from "user" u join "order" o on o."select" = u."order" where o."case" = 0;

-- S1: Half of the orders are of the first group.
-- source: the page
-- uses: order
-- least rows: 1
select 'first' as label, avg(case when "Group" = 'a' then 1.0 else 0 end) as value, 0.5 as low, count(*) as rows
from "order";
"""


def world(directory: Path) -> World:
    """This world, with its rule file written to a directory."""
    (directory / "sql").mkdir(exist_ok=True)
    (directory / "sql" / "order.sql").write_text(RULES)
    return World("words", "Words of SQL", metadata, Rules, directory / "sql")


def write(directory: Path, **texts: str) -> Path:
    """A directory of the two tables, or of texts in their place, with a manifest that states the totals."""
    import hashlib

    directory.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, text in {**TEXTS, **texts}.items():
        (directory / f"{name}.csv").write_bytes(text.encode())
        digest = hashlib.sha256(text.encode()).hexdigest()
        files[f"{name}.csv"] = Written(text.count("\n") - 1, len(text.encode()), digest)
    totals = {"order": {"select": 4_000_000_004, "case": "7.50"}, "from": {"order": 8_000_000_001, "user": 4}}
    options = {"start_date": "2025-10-09", "end_date": "2026-01-09", "rules": {}}
    (directory / NAME).write_bytes(
        build(table_facts(metadata), files, world="words", seed=1, options=options, totals=totals)
    )
    return directory
