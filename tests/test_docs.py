"""The reference pages say what the code says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from datagen.fitness.rules import FitnessRules
from datagen.payments.rules import PaymentsRules
from datagen.rules import describe

DOCS = Path(__file__).parents[1] / "docs"


def _build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_build", DOCS / "build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES = ["fitness-tables.md", "fitness-rules.md", "payments-tables.md", "payments-rules.md"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_makes_of_it(name):
    page = _build().PAGES[name]()
    assert (DOCS / name).read_text(encoding="utf-8") == page, "renew it with: python docs/build.py"


def test_there_is_no_page_besides():
    assert list(_build().PAGES) == PAGES
    # The page of refusals is made by tests/loading/renew_refusals.py, and compared there with what is told.
    assert sorted(path.name for path in DOCS.glob("*.md")) == sorted([*PAGES, "loading-refusals.md"])


@pytest.mark.parametrize("rules", [FitnessRules(), PaymentsRules()], ids=["fitness", "payments"])
def test_every_rule_is_on_its_page_with_unit_and_source(rules):
    name = type(rules).__name__.removesuffix("Rules").lower()
    page = (DOCS / f"{name}-rules.md").read_text(encoding="utf-8")
    assert all(f"`{rule.path}`" in page and rule.unit and rule.source for rule in describe(rules))


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md"])
def test_links_lead_somewhere(page):
    import re

    root = DOCS.parent
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", (root / page).read_text(encoding="utf-8"))
    assert [link for link in links if not (root / link).exists()] == []


def test_options_that_the_readme_names_exist():
    import re

    from run_complete_data_generation import command

    known = {option for parameter in command.params for option in parameter.opts}
    table = re.findall(r"^\| (`--[^|]+)\|", (DOCS.parent / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    named = {option for row in table for option in re.findall(r"--[a-z-]+", row)}
    assert named and named <= known
