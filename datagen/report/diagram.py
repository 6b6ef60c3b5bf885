"""The tables and their references as an SVG diagram: parents to the left of their children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from datagen.schema import crosses, load_order, references

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table

_BOX_WIDTH, _BOX_HEIGHT = 168, 40
_GAP_X, _GAP_Y = 56, 14
_MARGIN = 8


STYLE = (
    "text{font:12px sans-serif;fill:#555}.name{font-weight:bold;fill:#111}"
    ".box{fill:#f6f8fa;stroke:#8c959f}.edge{fill:none;stroke:#8c959f}"
)
"""How a diagram looks that stands alone; on a page, the page says so."""


def diagram(metadata: MetaData, rows: Mapping[str, int | None], style: str = "") -> str:
    """A box with name and rows for each table that is there, a line from each reference to what it refers to.

    Where the number of rows is None, it is that of the columns. References that cross databases are dashed.
    """
    tables = [table for table in load_order(metadata) if table.name in rows]
    layers = _layers(tables)
    places = {
        table.name: (_MARGIN + at * (_BOX_WIDTH + _GAP_X), _MARGIN + line * (_BOX_HEIGHT + _GAP_Y))
        for at, layer in enumerate(layers)
        for line, table in enumerate(layer)
    }
    width = 2 * _MARGIN + len(layers) * (_BOX_WIDTH + _GAP_X) - _GAP_X
    height = 2 * _MARGIN + max(len(layer) for layer in layers) * (_BOX_HEIGHT + _GAP_Y) - _GAP_Y
    lines = "".join(_lines(table, places) for table in tables)
    boxes = "".join(_box(table, places[table.name], rows[table.name]) for table in tables)
    return (
        f'<svg role="img" aria-label="{len(tables)} tables and what they refer to" viewBox="0 0 {width} {height}" '
        f'style="min-width:{width * 0.75:.0f}px;max-width:{width}px" xmlns="http://www.w3.org/2000/svg">'
        f"{f'<style>{style}</style>' if style else ''}{lines}{boxes}</svg>"
    )


def _layers(tables: Sequence[Table]) -> list[list[Table]]:
    """The tables by how far they are from those that refer to none; within a layer near what they refer to."""
    there = {table.name for table in tables}
    depth: dict[str, int] = {}
    for table in tables:
        parents = _parents(table) & there & depth.keys()
        depth[table.name] = 1 + max((depth[name] for name in parents), default=-1)
    layers: list[list[Table]] = [[] for _ in range(max(depth.values()) + 1)]
    line: dict[str, int] = {}
    for at in range(len(layers)):
        own = [table for table in tables if depth[table.name] == at]
        means = {table.name: _mean([line[name] for name in _parents(table) & line.keys()]) for table in own}
        layers[at] = sorted(own, key=lambda table: (means[table.name], table.name))
        line |= {table.name: place for place, table in enumerate(layers[at])}
    return layers


def _mean(numbers: Sequence[int]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0


def _parents(table: Table) -> set[str]:
    return {name for reference in references(table) for name, _ in reference.parents} - {table.name}


def _lines(table: Table, places: Mapping[str, tuple[float, float]]) -> str:
    pieces = []
    for reference in references(table):
        for parent, _ in reference.parents:
            if parent not in places or parent == table.name:
                continue
            (x, y), (left, top) = places[table.name], places[parent]
            begin, end = (x, y + _BOX_HEIGHT / 2), (left + _BOX_WIDTH, top + _BOX_HEIGHT / 2)
            bend = max(24.0, (begin[0] - end[0]) / 2)
            dash = ' stroke-dasharray="4 3"' if crosses(table, reference) else ""
            pieces.append(
                f'<path class="edge" d="M{begin[0]:g} {begin[1]:g}C{begin[0] - bend:g} {begin[1]:g} '
                f'{end[0] + bend:g} {end[1]:g} {end[0]:g} {end[1]:g}"{dash}>'
                f"<title>{escape(f'{table.name}.{reference.name} refers to {parent}')}</title></path>"
            )
    return "".join(dict.fromkeys(pieces))


def _box(table: Table, place: tuple[float, float], rows: int | None) -> str:
    x, y = place
    size = f"{len(table.columns)} columns" if rows is None else f"{rows:,} rows"
    return (
        f'<a href="#table-{escape(table.name, quote=True)}"><rect class="box" x="{x:g}" y="{y:g}" '
        f'width="{_BOX_WIDTH}" height="{_BOX_HEIGHT}" rx="4"/>'
        f'<text class="name" x="{x + 9:g}" y="{y + 17:g}">{escape(table.name)}</text>'
        f'<text x="{x + 9:g}" y="{y + 32:g}">{size}</text></a>'
    )
