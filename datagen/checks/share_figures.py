# ruff: noqa: S608 - the SQL is made of the world's own files
"""Figures of a scorecard that are shares of rows, declared in a line each instead of written out in SQL.

    -- S18: Doors are opened by card, app and staff in the shares of the rules.
    -- mix: accessmethod as :visits.access_methods within :bands.share_tolerance
    from memberaccess;

is a figure for each share of the mix: of all rows, those whose column holds the name of the share, which may lie so
far below or above it. Lines of `-- share:` are a figure each:

    -- share: Active, new: memberstatus = 'Active' among tenure < 30 near :new_status.active within :bands.tolerance
    -- share: open 24/7: is_open near :always_open within :bands.tolerance or 4 standard errors
    -- share: refunded: status = 'Refunded' up to :bands.refunds
    -- share: free: price = 0 from :bands.free_sessions
    -- share: no-shows: status = 'No-Show' from :bands.no_shows.0 to :bands.no_shows.1

of the rows `among` which it is asked, or of all, those that meet the condition. What follows is the part of a query
from its FROM on. A line that is too long goes on in the next. With standard errors, a band is as wide as so many of
them if that is more, so that few rows do not fail by chance.
"""

from __future__ import annotations

import re

_MIX = re.compile(r"(?P<column>.+?) as (?P<mix>:[\w.]+)(?: among (?P<among>.+?))? (?P<band>within .+)")
_SHARE = re.compile(
    r"(?P<label>.+?): (?P<condition>.+?)(?: among (?P<among>.+?))? (?P<band>(?:near .+? within|from|up to) .+)"
)
_NEAR = re.compile(r"(?:near (?P<share>.+?) )?within (?P<points>.+?)(?: or (?P<errors>.+?) standard errors)?")
_BETWEEN = re.compile(r"(?:from (?P<low>.+?))?(?: ?(?:up )?to (?P<high>.+))?")


def mix_figures(text: str, source: str) -> str:
    """The query for the figures of a mix: its line and the part of a query from FROM on.

    Raises: `ValueError` for a line that is not of the form above.
    """
    found = _matched(_MIX, text)
    low, high = _band(found["band"], "s.share", "t.n")
    among = f" filter (where {found['among']})" if found["among"] else ""
    return (
        f"with counted_ as (\n    select {found['column']} as label, count(*){among} as n {source} group by 1\n)\n"
        f"select s.label, coalesce(c.n, 0) * 1.0 / nullif(t.n, 0) as value,\n"
        f"       {low} as low, {high} as high, t.n as rows\n"
        f"from (values {found['mix']}) s (label, share)\n"
        "cross join (select sum(n) as n from counted_) t\n"
        "left join counted_ c on c.label = s.label"
    )


def share_figures(texts: list[str], source: str) -> str:
    """The query for figures that are shares: a line each, and the part of a query from FROM on.

    Raises: `ValueError` for a line that is not of the form above.
    """
    counts, figures = [], []
    for place, text in enumerate(texts):
        found = _matched(_SHARE, text)
        among = f"({found['among']}) and " if found["among"] else ""
        counts.append(f"count(case when {among}({found['condition']}) then 1 end) as n{place}")
        counts.append(
            f"count(case when {found['among']} then 1 end) as of{place}" if among else f"count(*) as of{place}"
        )
        low, high = _band(found["band"], "", f"of{place}")
        label = found["label"].replace("'", "''")
        figures.append(
            f"select '{label}' as label, n{place} * 1.0 / nullif(of{place}, 0) as value,\n"
            f"       {low} as low, {high} as high, of{place} as rows\nfrom counted_"
        )
    listed = ",\n           ".join(counts)
    return f"with counted_ as (\n    select {listed}\n    {source}\n)\n" + "\nunion all\n".join(figures)


def _matched(form: re.Pattern[str], text: str) -> re.Match[str]:
    if (found := form.fullmatch(text)) is None:
        raise ValueError(f"'{text}' is not a line such as datagen.checks.share_figures tells of.")
    return found


def _band(text: str, share: str, rows: str) -> tuple[str, str]:
    """SQL for the ends of a band, each a number or null."""
    if text.startswith(("from ", "up to ")):
        found = _matched(_BETWEEN, text)
        return tuple(found[end] or "cast(null as double precision)" for end in ("low", "high"))  # type: ignore[return-value]
    found = _matched(_NEAR, text)
    share, points = found["share"] or share, found["points"]
    if found["errors"]:
        error = f"sqrt(1e0 * ({share}) * (1 - ({share})) / nullif({rows}, 0))"
        points = f"greatest({points}, {found['errors']} * {error})"
    return f"{share} - {points}", f"{share} + {points}"
