"""Plots as SVG: bars, columns, lines and heat maps, without script; colours come from the page, light and dark."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from html import escape

from datagen.report.plots import Shown, finding, text

WIDTH, HEIGHT = 470, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 12, 26
_BAR = 22
"""Height of a horizontal bar with its gap."""
_LETTER = 6.3
"""Width of a letter, about."""
_COLOURS = 8
_LONG = 1e5
_LEGEND = 17
"""Height of a line of the legend."""
_DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 4", "10 4", "4 6", "12 3 4 3")
_TICKS = 4
_MOST_LABELS = 24


def drawn(shown: Shown) -> str:
    """A plot as an SVG element; what it shows is its label for those who cannot see it."""
    body, height = _FORMS[shown.plot.form](shown)
    label = escape(f"{shown.plot.title}. {finding(shown)}", quote=True)
    return (
        f'<svg role="img" aria-label="{label}" viewBox="0 0 {WIDTH} {height:g}" xmlns="http://www.w3.org/2000/svg">'
        f"{body}</svg>"
    )


def nice_step(most: float, ticks: int = _TICKS) -> float:
    """A round distance of at most so many ticks up to a number: 1, 2 or 5 times a power of ten."""
    rough = max(most, 1e-9) / ticks
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def short(value: float) -> str:
    """A number for an axis."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def _text(x: float, y: float, words: str, anchor: str = "start", kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{named}>{escape(words)}</text>'


def _titled(element: str, words: str) -> str:
    """An element that says more when the pointer rests on it."""
    head, _, _ = element.partition("/>")
    return f"{head}><title>{escape(words)}</title></{head[1:].split(' ', 1)[0]}>"


def _axis(low: float, most: float, bottom: float, left: float = _LEFT) -> tuple[str, Callable[[float], float]]:
    """Lines and numbers of the value axis, and where a value lies on it."""
    step = nice_step(most - low)
    first, last = math.floor(low / step), math.ceil(most / step - 1e-9)
    span = max(last - first, 1) * step

    def place(value: float) -> float:
        return bottom - (value - first * step) / span * (bottom - _TOP)

    marks = []
    for number in range(first, first + max(last - first, 1) + 1):
        y = place(number * step)
        marks.append(f'<line class="grid" x1="{left:g}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        marks.append(_text(left - 6, y + 4, short(number * step), "end"))
    return "".join(marks), place


def _labels(columns: Sequence[str], place: Callable[[int], float], y: float, room: float) -> str:
    """Names along the x axis, as many as have room."""
    longest = max(len(column) for column in columns)
    most = max(1, min(_MOST_LABELS, int(room / (longest * _LETTER + 8))))
    every = math.ceil(len(columns) / most)
    return "".join(
        _text(min(place(at), WIDTH - len(columns[at]) * _LETTER / 2), y, columns[at], "middle")
        for at in range(0, len(columns), every)
    )


def _legend(names: Sequence[str], *, dashed: bool) -> tuple[str, float]:
    """What the colours stand for, above the plot, and its height; nothing for a single one."""
    if len(names) == 1:
        return "", 0
    pieces: list[str] = []
    x, y = 4.0, 4.0
    for place, name in enumerate(names):
        colour, width = place % _COLOURS, 34 + len(name) * _LETTER
        if x > _LEFT and x + width > WIDTH:
            x, y = 4.0, y + _LEGEND
        if dashed:
            pieces.append(
                f'<line class="l{colour}" x1="{x:.0f}" x2="{x + 18:.0f}" y1="{y + 5:g}" y2="{y + 5:g}" '
                f'stroke-dasharray="{_DASHES[colour]}"/>'
            )
        else:
            pieces.append(f'<rect class="f{colour}" x="{x:.0f}" y="{y:g}" width="12" height="10"/>')
        pieces.append(_text(x + (22 if dashed else 17), y + 9, name))
        x += width
    return "".join(pieces), y + _LEGEND


def _below_legend(body: str, height: float, names: Sequence[str], *, dashed: bool) -> tuple[str, float]:
    """A plot with its legend above it, and the height of both."""
    legend, up = _legend(names, dashed=dashed)
    return f'{legend}<g transform="translate(0 {up:g})">{body}</g>', height + up


def _lines(shown: Shown) -> tuple[str, float]:
    values, bottom = shown.values, HEIGHT - _BOTTOM
    low = min(0.0, *values) if len(values) > 1 else min(0.0, values[0])
    axis, y = _axis(low, max(*values, 1e-9) if len(values) > 1 else max(values[0], 1e-9), bottom)
    room = WIDTH - _LEFT - _RIGHT
    count = max(len(shown.columns) - 1, 1)

    def x(place: int) -> float:
        return _LEFT + room * place / count

    pieces = [axis]
    for number, (name, row) in enumerate(shown.rows.items()):
        points = [(x(place), y(value)) for place, value in enumerate(row) if value is not None]
        path = " ".join(f"{left:.1f},{top:.1f}" for left, top in points)
        colour = number % _COLOURS
        pieces.append(
            _titled(f'<polyline class="l{colour}" points="{path}" stroke-dasharray="{_DASHES[colour]}"/>', name)
        )
        if len(points) == 1:
            pieces.append(f'<circle class="f{colour}" cx="{points[0][0]:.1f}" cy="{points[0][1]:.1f}" r="3"/>')
    pieces.append(_labels(shown.columns, x, HEIGHT - 8, room))
    return _below_legend("".join(pieces), HEIGHT, [*shown.rows], dashed=True)


def _columns(shown: Shown) -> tuple[str, float]:
    bottom, room = HEIGHT - _BOTTOM, WIDTH - _LEFT - _RIGHT
    totals = [sum(row[at] or 0 for row in shown.rows.values()) for at in range(len(shown.columns))]
    axis, y = _axis(min(0.0, *totals, 0.0), max(*totals, 1e-9), bottom)
    width = room / len(shown.columns)
    pieces = [axis]
    for at, column in enumerate(shown.columns):
        base = 0.0
        for number, (name, row) in enumerate(shown.rows.items()):
            if not (value := row[at]):
                continue
            top, foot = y(base + value), y(base)
            base += value
            pieces.append(
                _titled(
                    f'<rect class="f{number % _COLOURS}" x="{_LEFT + width * (at + 0.12):.1f}" '
                    f'y="{min(top, foot):.1f}" width="{width * 0.76:.1f}" height="{abs(foot - top):.1f}"/>',
                    f"{column}, {name}: {text(value)}",
                )
            )
    pieces.append(_labels(shown.columns, lambda at: _LEFT + width * (at + 0.5), HEIGHT - 8, room))
    return _below_legend("".join(pieces), HEIGHT, [*shown.rows], dashed=False)


def _compact(value: float) -> str:
    """A number beside a bar."""
    return short(value) if abs(value) >= _LONG else text(value)


def _bars(shown: Shown) -> tuple[str, float]:
    totals = [sum(row[at] or 0 for row in shown.rows.values()) for at in range(len(shown.columns))]
    left = min(max(len(column) for column in shown.columns) * _LETTER + 18, WIDTH * 0.45)
    number_room = max(len(_compact(total)) for total in totals) * _LETTER + 10
    room, most = WIDTH - left - number_room, max(*totals, 1e-9) if len(totals) > 1 else max(totals[0], 1e-9)
    pieces = []
    for at, (column, total) in enumerate(zip(shown.columns, totals, strict=True)):
        top, base = 4 + at * _BAR, left
        fitting = round((left - 18) / _LETTER)  # the longest label fits, whatever the last digit of a product
        name = column if len(column) <= fitting else f"{column[: fitting - 1]}…"
        pieces.append(_text(left - 8, top + 14, name, "end"))
        for number, (series, row) in enumerate(shown.rows.items()):
            if not (value := row[at]):
                continue
            width = room * value / most
            said = f"{column}: {text(value)}" if len(shown.rows) == 1 else f"{column}, {series}: {text(value)}"
            pieces.append(
                _titled(
                    f'<rect class="f{number % _COLOURS}" x="{base:.1f}" y="{top}" width="{width:.1f}" '
                    f'height="{_BAR - 6}"/>',
                    said,
                )
            )
            base += width
        pieces.append(_text(base + 5, top + 14, _compact(total)))
    return _below_legend("".join(pieces), len(shown.columns) * _BAR + 8, [*shown.rows], dashed=False)


def _cells(shown: Shown, width: float, height: float, left: float) -> Iterator[str]:
    most = max(*shown.values, 1e-9) if len(shown.values) > 1 else max(shown.values[0], 1e-9)
    for line, (name, row) in enumerate(shown.rows.items()):
        for at, value in enumerate(row):
            if value is None:
                continue
            yield _titled(
                f'<rect class="heat" x="{left + at * width:.1f}" y="{_TOP + line * height:.1f}" '
                f'width="{width - 1:.1f}" height="{height - 1:.1f}" fill-opacity="{0.04 + 0.96 * value / most:.2f}"/>',
                f"{name}, {shown.columns[at]}: {text(value)}",
            )


def _heat_map(shown: Shown) -> tuple[str, float]:
    left = max(len(name) for name in shown.rows) * _LETTER + 16
    room = WIDTH - left - _RIGHT
    width, height = room / len(shown.columns), min(30.0, max(16.0, 210 / len(shown.rows)))
    names = (_text(left - 6, _TOP + (line + 0.5) * height + 4, name, "end") for line, name in enumerate(shown.rows))
    bottom = _TOP + len(shown.rows) * height
    labels = _labels(shown.columns, lambda at: left + (at + 0.5) * width, bottom + 16, room)
    scale = "".join(
        f'<rect class="heat" x="{left + step * 22:.0f}" y="{bottom + 26:.1f}" width="22" height="8" '
        f'fill-opacity="{0.04 + 0.96 * step / 5:.2f}"/>'
        for step in range(6)
    )
    most = max(shown.values)
    scale += _text(left + 6 * 22 + 8, bottom + 34, f"0 to {text(most)} {shown.plot.unit}")
    return "".join([*names, *_cells(shown, width, height, left), labels, scale]), bottom + 42


_FORMS: dict[str, Callable[[Shown], tuple[str, float]]] = {
    "bars": _bars,
    "columns": _columns,
    "heat map": _heat_map,
    "lines": _lines,
}
