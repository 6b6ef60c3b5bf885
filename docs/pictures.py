#!/usr/bin/env python3
"""Draws the pictures of the README from the demo data set: `python docs/pictures.py`."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import datagen
from datagen.checks.findings import Verdict
from datagen.data_directory import DataDirectory
from datagen.report.diagram import diagram
from datagen.report.gather import plots
from datagen.report.svg import drawn

PLACE = Path(__file__).parent / "pictures"
SHOWN = ("visits_by_hour", "retention")
_SIZE = {"members": 2000, "facilities": 4, "staff": 100, "end_date": "2026-11-20", "seed": 42}


def standing_alone(svg: str) -> str:
    """An SVG of the page as a file of its own, with the colours and the background of the page."""
    style = resources.files("datagen.report").joinpath("page.css").read_text(encoding="utf-8")
    colours = re.findall(r":root \{.*?\}|@media \(prefers-color-scheme: dark\) \{ :root \{.*?\} \}", style, re.DOTALL)
    rules = [line for line in style.splitlines() if re.match(r"svg |\.(grid|heat|f0|l0)\b", line)]
    ground = '<rect width="100%" height="100%" style="fill:var(--page)"/>'
    head, _, body = svg.partition(">")
    return f"{head}><style>{' '.join([*colours, *rules])}</style>{ground}{body}\n"


def main() -> None:
    """Write the pictures anew."""
    tables = datagen.fitness(**_SIZE)  # type: ignore[arg-type]
    world, manifest = tables.world, tables.manifest
    assert manifest is not None
    window = world.window_of(manifest.options)
    verdict = Verdict(world.name, window.as_of.isoformat(), window.start.isoformat(), ())
    held = DataDirectory(world, tables.directory)
    files = {name: held.files(name) for name in tables}
    PLACE.mkdir(exist_ok=True)
    for shown in plots(world, files, verdict, world.rules):
        if shown.plot.name in SHOWN:
            (PLACE / f"{shown.plot.name}.svg").write_text(standing_alone(drawn(shown)), encoding="utf-8")
    (PLACE / "diagram.svg").write_text(standing_alone(diagram(world.metadata, tables.rows())), encoding="utf-8")


if __name__ == "__main__":
    main()
