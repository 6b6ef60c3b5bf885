"""The pictures of the README stand alone: SVG files with their own colours, and nothing from elsewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from datagen.report.plots import Plot, Shown
from datagen.report.svg import drawn

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = sorted((DOCS / "pictures").glob("*.svg"))
FORMS = {
    "bars": Shown(Plot("p", "T < U", "bars", "kg", "", ""), ("a", "b & c"), {"kg": (1.0, 2.0)}),
    "columns": Shown(Plot("p", "T", "columns", "kg", "", ""), ("a",), {"x": (1.0,), "y": (None,)}),
    "heat map": Shown(Plot("p", "T", "heat map", "kg", "", ""), ("a", "b"), {"x": (1.0, None), "y": (0.0, 3.0)}),
    "lines": Shown(Plot("p", "T", "lines", "kg", "", ""), ("1",), {"x": (-2.0,)}),
}


def test_the_readme_shows_them_all() -> None:
    readme = (DOCS.parent / "README.md").read_text()
    shown = re.findall(r"!\[[^\]]{20,}\]\((docs/pictures/[^)]+)\)", readme)
    assert sorted(shown) == [f"docs/pictures/{path.name}" for path in PICTURES]


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_whole(path: Path) -> None:
    root = ElementTree.parse(path).getroot()
    assert root.tag.endswith("svg")
    assert root.attrib["aria-label"]
    text = path.read_text()
    assert "prefers-color-scheme: dark" in text
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|url\(|@import", text)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_drawn_from_few_and_from_absent_numbers(form: str) -> None:
    spec = importlib.util.spec_from_file_location("pictures", DOCS / "pictures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    root = ElementTree.fromstring(module.standing_alone(drawn(FORMS[form])))
    assert root.attrib["role"] == "img"
