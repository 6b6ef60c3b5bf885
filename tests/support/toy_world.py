"""A world of two tables, small enough to see through, with every type of column."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import (
    CHAR,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    Time,
)

from datagen.output.manifest import NAME, Written, build
from datagen.rules import Mix, rule, section
from datagen.schema import NAMING, at_least, one_of, table_facts
from datagen.world import World

metadata = MetaData(naming_convention=NAMING)
Table(
    "clubs",
    metadata,
    Column("clubid", String(4), primary_key=True),
    Column("name", String(20), nullable=False, unique=True),
    Column("opens", Time, nullable=False),
)
Table(
    "visits",
    metadata,
    Column("visitid", String(6), primary_key=True),
    Column("clubid", String(4), ForeignKey("clubs.clubid"), nullable=False),
    Column("day", Date, nullable=False),
    Column("came", DateTime, nullable=False),
    Column("paid", Numeric(12, 2), nullable=False),
    Column("people", Integer, nullable=False),
    Column("guest", Boolean, nullable=False),
    Column("sex", CHAR(1)),
    Column("remark", Text),
    at_least("people", 1),
    one_of("sex", ("F", "M")),
)

CLUBS = """\
clubid,name,opens
C001,North,06:00:00
C002,"South, by the sea",07:30:00
"""
VISITS = """\
visitid,clubid,day,came,paid,people,guest,sex,remark
V00001,C001,2026-01-05,2026-01-05 08:00:00,5.00,1,false,F,
V00002,C001,2026-01-06,2026-01-06 09:15:30,7.50,2,true,,"said ""hello"" twice"
V00003,C002,2026-01-07,2026-01-07 18:00:00,5.00,1,false,M,two lines? no
V00004,C002,2026-01-08,2026-01-08 19:00:00,0.00,3,false,,
"""
RULES = """\
-- What holds of visits.

-- relation busy: Visits of several people.
-- uses: visits
select visitid, clubid, people from visits where people > 1;

-- H1: Visits are paid with the usual fee at most.
-- source: the page
-- uses: visits
select visitid, paid from visits where paid > :fees.usual * 1.5;

-- H2: No club is visited by many before the window
-- or after it.
-- source: the page
-- uses: busy, visits, clubs
select b.visitid from busy b join visits v using (visitid) join clubs c on c.clubid = b.clubid
where v.day < :start or v.day >= :as_of;

-- S1: Guests are rare.
-- source: the page
-- uses: visits
-- least rows: 4
-- least days: 60
select 'guests' as label, avg(case when guest then 1.0 else 0 end) as value,
       :fees.guests.some * :fees.usual / :default.fees.usual as low, count(*) as rows
from visits;
"""


@dataclass(frozen=True)
class Fees:
    usual: float = rule(5.0, unit="USD", source="the page", low=0, high=100)
    guests: Mix = rule(Mix.of({"Some": 0.25, "None": 0.75}), unit="share of visits", source="the page")
    hours: tuple[int, int] = rule((6, 22), unit="hours", source="the page", low=0, high=24)


@dataclass(frozen=True)
class Rules:
    fees: Fees = section(Fees)


def world(directory: Path) -> World:
    """The toy world, with its rule files written to a directory."""
    (directory / "sql").mkdir(exist_ok=True)
    (directory / "sql" / "visits.sql").write_text(RULES)
    return World("toy", "Toys", metadata, Rules, directory / "sql")


def write(directory: Path, *, manifest: bool = True, **texts: str) -> Path:
    """A directory of the two tables, or of texts in their place, with a manifest."""
    import hashlib

    directory.mkdir(exist_ok=True)
    files = {}
    for name, text in {"clubs": CLUBS, "visits": VISITS, **texts}.items():
        data = text.encode()
        (directory / f"{name}.csv").write_bytes(data)
        files[f"{name}.csv"] = Written(text.count("\n") - 1, len(data), hashlib.sha256(data).hexdigest())
    if manifest:
        options = {"start_date": "2025-10-09", "end_date": "2026-01-09", "rules": {}}
        (directory / NAME).write_bytes(build(table_facts(metadata), files, world="toy", seed=1, options=options))
    return directory
