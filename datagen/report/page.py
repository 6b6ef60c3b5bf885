"""The page: what the template is filled with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen import __version__
from datagen.checks.findings import Finding, Measure, Outcome, Verdict
from datagen.frozen import dataclass
from datagen.output.text_file import put_text
from datagen.progress import size_text
from datagen.report.diagram import diagram
from datagen.report.plots import Shown, numbers_table
from datagen.report.svg import drawn as picture
from datagen.schema import crosses, database_of, links

if TYPE_CHECKING:
    from jinja2 import Template
    from sqlalchemy import Table

    from datagen.world import World

_BAND = 90
"""Width of the little drawing of a band."""
_LONGEST = 60
"""Letters of a sample value."""


@dataclass(frozen=True)
class Material:
    """What a page is made of."""

    world: World
    verdict: Verdict
    rows: Mapping[str, int]
    size: int
    """Bytes of all files."""
    bytes: Mapping[str, int]
    """Bytes of the files of each table that has its own."""
    samples: Mapping[str, list[tuple[Any, ...]]]
    """A few rows of each table, values in the order of its columns."""
    plots: list[Shown]
    made: Mapping[str, Any]
    """Seed and options, by name."""
    command: str
    """The command that makes the same data again."""
    verify: str
    """The command that verifies it."""


def page(material: Material) -> str:
    """The page as HTML; the same material gives the same text.

    Raises:
        ModuleNotFoundError: where Jinja2 is not installed.
    """
    world, verdict = material.world, material.verdict
    tables = [table for name, table in world.metadata.tables.items() if name in material.rows]
    drawn = [(table, link) for table in tables for link in links(table)]
    statistics = [item for item in verdict.findings if item.statistical]
    return _template().render(
        title=world.title,
        first=verdict.start,
        last=verdict.as_of,
        css=_markup(_resource("page.css")),
        release=__version__,
        ok=verdict.ok,
        counts=_counts(verdict),
        facts=_facts(material),
        broken=[item for item in verdict.failed() if not item.statistical],
        plots=[_plot(shown) for shown in material.plots],
        tables=[_table(material, table) for table in tables],
        diagram=_markup(diagram(world.metadata, material.rows)),
        several=any(crosses(table, link) for table, link in drawn),
        dashed=any(not link.enforced and not crosses(table, link) for table, link in drawn),
        references=_references_text([link.enforced for _, link in drawn]),
        figures=[
            figure(item, measure)
            for item in sorted(statistics, key=lambda item: _in_order(item.check))
            for measure in item.measures
        ],
        groups=_groups(verdict),
        command=material.command,
        verify=material.verify,
        made=[(name.replace("_", " "), str(value)) for name, value in material.made.items() if value not in (None, {})],
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(_resource("page.html.j2"))


@cache
def _resource(name: str) -> str:
    return resources.files("datagen.report").joinpath(name).read_text(encoding="utf-8")


def _markup(markup: str) -> Any:
    """SVG and CSS that we have made, as what needs no escaping."""
    from markupsafe import Markup

    return Markup(markup)  # noqa: S704 - every text in it has been escaped


def _references_text(enforced: Sequence[bool]) -> str:
    """How many references there are, and how many are foreign keys; '' without any."""
    if not enforced:
        return ""
    count, keys = len(enforced), sum(enforced)
    share = "all" if keys == count else "none" if not keys else str(keys)
    several = f"{count} references, {share} of them foreign key{'' if keys == 1 else 's'}"
    return several if count > 1 else f"One reference, {'a' if keys else 'no'} foreign key"


def _counts(verdict: Verdict) -> Mapping[str, int]:
    """How many checks ended how; figures out of their band are counted apart."""
    count = {outcome: sum(item.outcome is outcome for item in verdict.findings) for outcome in Outcome}
    outside = sum(item.statistical for item in verdict.failed())
    return {
        "total": len(verdict.findings),
        "passed": count[Outcome.PASSED],
        "failed": count[Outcome.FAILED] - outside,
        "outside": outside,
        "few": count[Outcome.TOO_FEW],
        "skipped": count[Outcome.SKIPPED],
    }


def _facts(material: Material) -> list[tuple[str, str]]:
    verdict = material.verdict
    facts = [
        ("tables", f"{len(material.rows)}"),
        ("rows", f"{sum(material.rows.values()):,}"),
        ("size", size_text(material.size)),
        ("first day", verdict.start),
        ("last day" if material.world.history_of else "as-of day", verdict.as_of),
        ("seed", str(material.made.get("seed", ""))),
    ]
    return [(name, value) for name, value in facts if value]


def _plot(shown: Shown) -> Mapping[str, Any]:
    head, lines = numbers_table(shown)
    plot = shown.plot
    return {
        "name": plot.name,
        "title": plot.title,
        "says": plot.says,
        "unit": plot.unit,
        "svg": _markup(picture(shown)),
        "head": head,
        "lines": lines,
    }


def _table(material: Material, table: Table) -> Mapping[str, Any]:
    return {
        "name": table.name,
        "database": database_of(table),
        "comment": table.comment or "",
        "rows": f"{material.rows[table.name]:,}",
        "size": size_text(material.bytes[table.name]) if table.name in material.bytes else "",
        "columns": [
            {"name": item.name, "type": str(item.type).lower(), "comment": item.comment or ""} for item in table.columns
        ],
        "sample": [[_shortened(value) for value in row] for row in material.samples.get(table.name, [])],
    }


def _shortened(value: Any) -> str | None:
    shown = None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return shown if shown is None or len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def _in_order(check: str) -> tuple[int, str]:
    """Checks by their number, `S9` before `S10`."""
    digits = "".join(filter(str.isdigit, check))
    return int(digits or 0), check


def figure(item: Finding, measure: Measure) -> Mapping[str, Any]:
    """A line of the scorecard, as the template takes it."""
    exact = _exact(measure)
    return {
        "check": item.check,
        "title": item.title if measure is item.measures[0] else "",
        "label": measure.label,
        "value": exact(measure.value),
        "band": _band_text(measure),
        "svg": _markup(_band(measure)),
        "word": _off(measure),
        "rows": f"{measure.rows:,}",
        "kind": "failed" if measure.outcome is Outcome.FAILED else "",
    }


def _exact(measure: Measure) -> Callable[[float | None], str]:
    """How the numbers of a figure are written: all with the same digits."""
    numbers = [number for number in (measure.value, measure.low, measure.high) if number is not None]
    largest = max(map(abs, numbers), default=0)
    whole = all(number == int(number) for number in numbers)
    digits = 0 if whole or largest >= 1000 else 3 if largest < 10 else 2 if largest < 100 else 1
    return lambda number: "" if number is None else f"{number:,.{digits}f}"


def _band_text(measure: Measure) -> str:
    low, high = map(_exact(measure), (measure.low, measure.high))
    if low and low == high:
        return low
    return f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}" if high else ""


def _off(measure: Measure) -> str:
    """In band, or by how much not."""
    if measure.outcome is not Outcome.FAILED:
        return "in band" if measure.outcome is Outcome.PASSED else str(measure.outcome)
    if measure.value is None:
        return "no value"
    bound = measure.low if measure.low is not None and measure.value < measure.low else measure.high
    if bound is None:
        return "out"
    return f"{_exact(measure)(abs(measure.value - bound))} too {'low' if bound == measure.low else 'high'}"


def _band(measure: Measure) -> str:
    """A line with the band on it and a dot for what was found."""
    low, high, value = measure.low, measure.high, measure.value
    if low is None or high is None or value is None or high <= low:
        return ""
    margin = (high - low) / 2
    begin, span = low - margin, (high - low) + 2 * margin

    def x(number: float) -> float:
        return 3 + min(max((number - begin) / span, 0.0), 1.0) * (_BAND - 6)

    return (
        f'<svg aria-hidden="true" viewBox="0 0 {_BAND} 12"><line class="grid" x1="3" x2="{_BAND - 3}" y1="6" y2="6"/>'
        f'<rect class="f2" fill-opacity="0.35" x="{x(low):.1f}" y="3" width="{x(high) - x(low):.1f}" height="6"/>'
        f'<circle class="f{int(measure.outcome is Outcome.FAILED)}" cx="{x(value):.1f}" cy="6" r="3"/></svg>'
    )


def _groups(verdict: Verdict) -> list[Mapping[str, Any]]:
    """The checks by group, what is not passed first."""
    order = {Outcome.FAILED: 0, Outcome.TOO_FEW: 1, Outcome.SKIPPED: 2, Outcome.PASSED: 3}
    kinds = {Outcome.FAILED: "failed", Outcome.PASSED: "passed"}
    groups: list[Mapping[str, Any]] = []
    for name, counts in verdict.groups().items():
        found = sorted((item for item in verdict.findings if item.group == name), key=lambda item: order[item.outcome])
        groups.append(
            {
                "name": name,
                "counts": ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count),
                "findings": [
                    {
                        "check": item.check,
                        "title": item.title,
                        "kind": kinds.get(item.outcome, "other"),
                        "word": str(item.outcome),
                        "reason": item.reason,
                    }
                    for item in found
                ],
            }
        )
    return groups


def write_page(path: Path, material: Material) -> Path:
    """Write the page, whole or not at all; gives its path.

    Raises:
        OutputError: if it cannot be written.
    """
    return put_text(path, page(material), "Name another place with --out.")
