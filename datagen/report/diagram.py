"""The tables and their references as an SVG diagram: parents to the left of their children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from datagen.frozen import dataclass
from datagen.schema import crosses, database_of, databases, links, load_order

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table

_BOX_WIDTH, _BOX_HEIGHT = 168, 40
_LETTER = 6.6
"""Width of a letter of a name, about."""
_GAP_X, _GAP_Y = 56, 14
_MARGIN = 8
_ELSEWHERE = 13
"""Height of a line that names tables of other databases."""
_TITLE = 22
"""Height of the name of a database, above its tables."""
_MOST_WIDTH = 1140
"""Databases stand side by side up to this width, that of a page."""


STYLE = (
    "text{font:12px sans-serif;fill:#555}.name{font-weight:bold;fill:#111}"
    ".box{fill:#f6f8fa;stroke:#8c959f}.edge,.frame{fill:none;stroke:#8c959f}.frame{stroke-opacity:.5}"
)
"""How a diagram looks that stands alone; on a page, the page says so."""


@dataclass(frozen=True)
class _Box:
    """Where a table stands, and what its box says."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True)
class _Part:
    """The tables of one database, placed from its upper left corner, and the size of them all."""

    title: str
    boxes: Mapping[str, _Box]
    width: float
    height: float


def diagram(metadata: MetaData, rows: Mapping[str, int | None], style: str = "") -> str:
    """A box with name and rows for each table that is there, a line from each reference to what it refers to.

    Where the number of rows is None, it is that of the columns. What no foreign key enforces is dashed. Each of several
    databases has a frame; what leads out of it is named in the box that it leads out of.
    """
    tables = [table for table in load_order(metadata) if table.name in rows]
    parts = [
        _part(title, [table for table in tables if database_of(table) == title], rows) for title in _titles(tables)
    ]
    boxes, frames, width, height = _arranged(parts)
    lines = "".join(_lines(table, boxes) for table in tables)
    drawn = "".join(_drawn(name, box) for name, box in boxes.items())
    return (
        f'<svg role="img" aria-label="{len(tables)} tables and what they refer to" viewBox="0 0 {width:g} {height:g}" '
        f'style="min-width:{width * 0.75:.0f}px;max-width:{width:g}px" xmlns="http://www.w3.org/2000/svg">'
        f"{f'<style>{style}</style>' if style else ''}{frames}{lines}{drawn}</svg>"
    )


def _titles(tables: Sequence[Table]) -> list[str]:
    """The databases of the tables, as the world lists them; [''] for one without a name."""
    there = {database_of(table) for table in tables}
    return [name for name in databases(tables[0].metadata) if name in there]


def _part(title: str, tables: Sequence[Table], rows: Mapping[str, int | None]) -> _Part:
    """The tables of one database, in layers from left to right."""
    layers = _layers(tables)
    width = max(_BOX_WIDTH, *(len(table.name) * _LETTER + 18 for table in tables), 0)
    boxes: dict[str, _Box] = {}
    height = 0.0
    for at, layer in enumerate(layers):
        y = float(_TITLE if title else 0)
        for table in layer:
            lines = (_size_text(table, rows[table.name]), *_elsewhere(table, width))
            boxes[table.name] = _Box(
                at * (width + _GAP_X), y, width, _BOX_HEIGHT + _ELSEWHERE * (len(lines) - 1), lines
            )
            y += boxes[table.name].height + _GAP_Y
        height = max(height, y - _GAP_Y)
    return _Part(title, boxes, len(layers) * (width + _GAP_X) - _GAP_X, height)


def _arranged(parts: Sequence[_Part]) -> tuple[dict[str, _Box], str, float, float]:
    """All boxes in their places, the frames of databases, and width and height of it all."""
    pad = 2 * _MARGIN if parts[0].title else 0
    boxes: dict[str, _Box] = {}
    frames = []
    x = y = float(_MARGIN)
    widest = below = 0.0
    for part in parts:
        width, height = part.width + 2 * pad, part.height + 2 * pad
        if x > _MARGIN and x + width + _MARGIN > _MOST_WIDTH:
            x, y = float(_MARGIN), below + _GAP_Y
        boxes |= {name: replace(box, x=box.x + x + pad, y=box.y + y + pad) for name, box in part.boxes.items()}
        if part.title:
            frames.append(
                f'<rect class="frame" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6"/>'
                f'<text class="name" x="{x + pad:g}" y="{y + pad + 10:g}">{escape(part.title)}</text>'
            )
        widest, below = max(widest, x + width), max(below, y + height)
        x += width + _GAP_Y
    return boxes, "".join(frames), widest + _MARGIN, below + _MARGIN


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
    return {name for reference in links(table) for name, _ in reference.parents} - {table.name}


def _elsewhere(table: Table, width: float) -> list[str]:
    """The tables of other databases that a table refers to, as lines that fit into its box."""
    found = [link for link in links(table) if crosses(table, link)]
    names = dict.fromkeys(name for link in found for name, _ in link.parents)
    lines: list[str] = []
    for name in names:
        if lines and len(f"{lines[-1]}, {name}") * _LETTER + 18 <= width:
            lines[-1] += f", {name}"
        else:
            lines.append(f"→ {name}")
    return lines


def _lines(table: Table, boxes: Mapping[str, _Box]) -> str:
    """The lines to what a table refers to in its own database."""
    pieces = []
    for link in links(table):
        for parent, _ in link.parents:
            if parent not in boxes or parent == table.name or crosses(table, link):
                continue
            dash = "" if link.enforced else ' stroke-dasharray="4 3"'
            pieces.append(
                f'<path class="edge" d="{_curve(boxes[table.name], boxes[parent])}"{dash}>'
                f"<title>{escape(f'{table.name}.{link.name} refers to {parent}')}</title></path>"
            )
    return "".join(dict.fromkeys(pieces))


def _curve(child: _Box, parent: _Box) -> str:
    """From the left side of a table to the right side of its parent, or, where that is not to its left, around."""
    y, top = child.y + child.height / 2, parent.y + parent.height / 2
    x, left = child.x, parent.x + parent.width
    bend = max(24.0, (x - left) / 2)
    if left <= x:
        return f"M{x:g} {y:g}C{x - bend:g} {y:g} {left + bend:g} {top:g} {left:g} {top:g}"
    x = child.x + child.width
    return f"M{x:g} {y:g}C{x + bend:g} {y:g} {left + bend:g} {top:g} {left:g} {top:g}"


def _size_text(table: Table, rows: int | None) -> str:
    return f"{len(table.columns)} columns" if rows is None else f"{rows:,} row{'' if rows == 1 else 's'}"


def _drawn(name: str, box: _Box) -> str:
    lines = "".join(
        f'<text x="{box.x + 9:g}" y="{box.y + 32 + at * _ELSEWHERE:g}">{escape(line)}</text>'
        for at, line in enumerate(box.lines)
    )
    return (
        f'<a href="#table-{escape(name, quote=True)}"><rect class="box" x="{box.x:g}" y="{box.y:g}" '
        f'width="{box.width:g}" height="{box.height:g}" rx="4"/>'
        f'<text class="name" x="{box.x + 9:g}" y="{box.y + 17:g}">{escape(name)}</text>{lines}</a>'
    )
