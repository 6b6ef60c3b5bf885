"""Plots as SQL files of a world, one query each, and what they show as numbers.

A file holds blocks. Each begins with comment lines and ends with one query:

    -- plot visits_by_hour: Visits by weekday and hour
    -- form: heat map
    -- unit: visits
    -- says: what a reader should see in it
    select weekday as y, hour as x, count(*) as value ...

The forms: `heat map` wants the columns y, x, value; `lines` wants x, value and perhaps series; `columns` and `bars`
want label, value and perhaps series, which are stacked. The order of the rows is that of the plot. Queries ask the
tables of the world, in DuckDB; `:as_of`, `:start`, `:days` and `:section.rule` stand for values as in its rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.checks.sql_rules import fill_in
from datagen.frozen import dataclass

if TYPE_CHECKING:
    from datagen.checks.duckdb_engine import DuckDatabase

FORMS = ("bars", "columns", "heat map", "lines")
MOST_POINTS = 400
"""Numbers in a plot; a page with more is neither small nor legible."""
_BEGIN = re.compile(r"(?m)^-- plot (?=\w+: )")
_LINE = re.compile(r"^-- (\w+): (.+)$")


@dataclass(frozen=True)
class Plot:
    """A plot as it is declared."""

    name: str
    title: str
    form: str
    unit: str
    says: str
    sql: str


@dataclass(frozen=True)
class Shown:
    """A plot with its numbers: a value for each row name and column name, None where there is none."""

    plot: Plot
    columns: tuple[str, ...]
    """The x axis, or the labels."""
    rows: Mapping[str, tuple[float | None, ...]]
    """The values by series or by y, along `columns`."""

    @property
    def values(self) -> list[float]:
        """All numbers that there are."""
        return [value for row in self.rows.values() for value in row if value is not None]


def read_plots(directory: Path) -> list[Plot]:
    """The plots of a world, in the order of its files and blocks.

    Raises:
        ValueError: for a block that is none.
    """
    found: list[Plot] = []
    for path in sorted(directory.glob("*.sql")):
        found += [_plot(path, block) for block in _BEGIN.split(path.read_text(encoding="utf-8"))[1:]]
    return found


def _plot(path: Path, block: str) -> Plot:
    first, *lines = block.strip().split("\n")
    name, title = first.split(": ", 1)
    stated: dict[str, str] = {}
    key = ""
    while lines and lines[0].startswith("--"):
        line = lines.pop(0)
        if (match := _LINE.match(line)) and match[1] in ("form", "unit", "says"):
            key = match[1]
            stated[key] = match[2]
        elif key:
            stated[key] += " " + line.removeprefix("--").strip()
    sql = "\n".join(lines).strip().removesuffix(";")
    if {*stated} != {"form", "unit", "says"} or stated["form"] not in FORMS or not sql:
        raise ValueError(f"{path.name}, plot {name}: it needs a form ({', '.join(FORMS)}), a unit, says and a query")
    return Plot(name, title, stated["form"], stated["unit"], stated["says"], sql)


def draw_numbers(plot: Plot, database: DuckDatabase, values: Mapping[str, str]) -> Shown | None:
    """Ask for the numbers of a plot; None if there are none.

    Raises:
        ValueError: for a query that gives other columns than the form wants, or too many numbers.
    """
    found = database.rows(fill_in(plot.sql, values))
    if not found:
        return None
    across, down = ("x", "y") if plot.form == "heat map" else ("x" if plot.form == "lines" else "label", "series")
    columns = list(dict.fromkeys(str(row[across]) for row in found))
    if plot.form == "heat map" and all(map(str.isdigit, columns)):
        columns.sort(key=int)  # hours, of which the first row may lack some
    rows = list(dict.fromkeys(str(row.get(down, plot.unit)) for row in found))
    if len(columns) * len(rows) > MOST_POINTS:
        raise ValueError(f"The plot {plot.name} has {len(columns)} x {len(rows)} numbers; {MOST_POINTS} are the most.")
    cells = {(str(row.get(down, plot.unit)), str(row[across])): _number(row["value"]) for row in found}
    return Shown(plot, tuple(columns), {row: tuple(cells.get((row, column)) for column in columns) for row in rows})


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def finding(shown: Shown) -> str:
    """What a plot shows, in a sentence: its highest and its lowest number, and where they are."""
    places = [
        (value, row, column)
        for row, values in shown.rows.items()
        for column, value in zip(shown.columns, values, strict=True)
        if value is not None
    ]
    if not places:
        return "There are no numbers."
    high, low = max(places, key=lambda place: place[0]), min(places, key=lambda place: place[0])
    several = len(shown.rows) > 1
    return f"Highest: {_place(high, several)}. Lowest: {_place(low, several)}. In {shown.plot.unit}."


def _place(place: tuple[float, str, str], several: bool) -> str:
    value, row, column = place
    return f"{row}, {column}, with {text(value)}" if several else f"{column}, with {text(value)}"


def text(value: float | None) -> str:
    """A number as a reader wants it: three or four digits that count."""
    if value is None:
        return ""
    value = round(value, 6)  # a sum of shares may be 99.99999999999999
    size = abs(value)
    digits = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2
    return f"{value:,.{digits}f}"


def numbers_table(shown: Shown) -> tuple[list[str], list[list[str]]]:
    """The numbers of a plot as a table: its head and its lines, a line each for what is along the axis."""
    head = ["", *shown.rows]
    lines = [
        [column, *(text(values[place]) for values in shown.rows.values())] for place, column in enumerate(shown.columns)
    ]
    return head, lines
