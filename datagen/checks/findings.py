"""What checks report: one finding for each check, and the verdict they add up to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from datagen import __version__
from datagen.frozen import dataclass


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    TOO_FEW = "too few rows"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Measure:
    """One figure of the scorecard: what was measured, the band it should lie in, and over how many rows."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    rows: int
    outcome: Outcome


@dataclass(frozen=True)
class Finding:
    """The result of one check."""

    check: str
    """Identifier, such as `H20`, `S02` or `members.email.unique`."""
    group: str
    title: str
    """The rule in a sentence."""
    source: str
    """Where the rule is written."""
    outcome: Outcome
    reason: str = ""
    """Why it was skipped or cannot be judged, or what is wrong if rows cannot show it."""
    offending: int = 0
    """How many rows break the rule."""
    examples: tuple[Mapping[str, Any], ...] = ()
    """A few of those rows, keys first; always the same ones."""
    measures: tuple[Measure, ...] = ()

    @property
    def statistical(self) -> bool:
        """Whether it belongs to the scorecard, which informs and does not condemn."""
        return self.check.startswith("S") and self.check[1:2].isdigit()


@dataclass(frozen=True)
class Verdict:
    """Every finding about one data set, and what it was judged against."""

    world: str
    as_of: str
    start: str
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether every hard rule and every check of the schema holds; bands of the scorecard do not count."""
        return not any(item.outcome is Outcome.FAILED and not item.statistical for item in self.findings)

    @property
    def in_band(self) -> bool:
        """Whether every figure of the scorecard that could be judged lies in its band."""
        return not any(item.outcome is Outcome.FAILED and item.statistical for item in self.findings)

    def failed(self) -> tuple[Finding, ...]:
        """The findings that failed, the scorecard's included."""
        return tuple(item for item in self.findings if item.outcome is Outcome.FAILED)

    def groups(self) -> dict[str, dict[Outcome, int]]:
        """How many checks of each group ended how, in the order of the findings."""
        counts: dict[str, dict[Outcome, int]] = {}
        for item in self.findings:
            group = counts.setdefault(item.group, dict.fromkeys(Outcome, 0))
            group[item.outcome] += 1
        return counts

    def plain(self) -> dict[str, Any]:
        """The whole verdict as values of JSON."""
        return {
            "world": self.world,
            "release": __version__,
            "as_of": self.as_of,
            "start": self.start,
            "ok": self.ok,
            "in_band": self.in_band,
            "groups": {group: {str(name): n for name, n in counts.items()} for group, counts in self.groups().items()},
            "findings": [_plain(item) for item in self.findings],
        }

    def to_json(self) -> str:
        """The whole verdict as JSON; the same data gives the same text, whenever and wherever it is judged."""
        return json.dumps(self.plain(), indent=1, ensure_ascii=False) + "\n"


def _plain(finding: Finding) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "check": finding.check,
        "group": finding.group,
        "title": finding.title,
        "source": finding.source,
        "outcome": str(finding.outcome),
    }
    if finding.reason:
        plain["reason"] = finding.reason
    if finding.offending:
        plain["offending"] = finding.offending
        plain["examples"] = [{name: _text(value) for name, value in row.items()} for row in finding.examples]
    if finding.measures:
        plain["measures"] = [
            {
                "label": item.label,
                "value": item.value,
                "low": item.low,
                "high": item.high,
                "rows": item.rows,
                "outcome": str(item.outcome),
            }
            for item in finding.measures
        ]
    return plain


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def describe(finding: Finding) -> Iterator[str]:
    """The finding in a few lines of text: what was asked, and what is wrong."""
    mark = {Outcome.FAILED: "OUT OF BAND " if finding.statistical else "FAILED "}.get(finding.outcome, "")
    yield f"{mark}{finding.check}: {finding.title} ({finding.source})"
    if finding.reason:
        yield f"  {finding.reason}"
    if finding.offending:
        rows = "; ".join(", ".join(f"{name} {value}" for name, value in row.items()) for row in finding.examples)
        yield f"  {finding.offending:,} offending, such as {rows}"
    for item in finding.measures:
        if item.outcome is finding.outcome:
            yield f"  {item.label}: {_number(item.value)}, band {_band(item)}, {item.rows:,} rows"


def _band(item: Measure) -> str:
    if item.low is None and item.high is None:
        return "none"
    if item.high is None:
        return f"from {_number(item.low)}"
    return f"up to {_number(item.high)}" if item.low is None else f"{_number(item.low)} to {_number(item.high)}"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.4g}"


def summary(verdict: Verdict, *, most: int = 20) -> str:
    """The verdict as a plain text table by group, then the first `most` failures with their offending keys."""
    heads = ["checks", *(str(name) for name in Outcome)]
    rows = [[group, *(str(counts[name]) for name in Outcome)] for group, counts in verdict.groups().items()]
    rows.append(["all", *(str(sum(item.outcome is name for item in verdict.findings)) for name in Outcome)])
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in [heads, *rows]
    ]
    failed = verdict.failed()
    for item in failed[:most]:
        lines += ["", *describe(item)]
    if len(failed) > most:
        lines += ["", f"... and {len(failed) - most} more that failed; the details in JSON have them all."]
    return "\n".join(lines) + "\n"
