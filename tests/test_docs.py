"""The pages of docs/ say what the code says, and what is cited or linked is there."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
# Written by hand, but for the page of refusals: tests/loading/renew_refusals.py builds it, and a test there compares.
OTHER_PAGES = ["loading-refusals.md"]


def _build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_build", DOCS / "build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = _build()
PAGES = BUILD.pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_makes_of_it(name):
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "renew it with: python docs/build.py"


def test_there_is_no_page_besides():
    assert sorted(path.name for path in DOCS.glob("*.md")) == sorted([*PAGES, *OTHER_PAGES])


def test_a_source_becomes_links_to_the_pages_it_cites():
    source = "docs/fitness-story.md#class-formats; docs/fitness-checks.md#s05, #h41: most; the schema"
    assert BUILD.linked(source) == (
        "[story: class formats](./fitness-story.md#class-formats); "
        "[S05](./fitness-checks.md#s05), [H41](./fitness-checks.md#h41): most; the schema"
    )


def test_a_check_names_its_reason_its_tables_and_the_rules_whose_values_it_uses():
    text = PAGES["fitness-checks.md"]()
    check = text[text.index("### S01\n") : text.index("### S02\n")]
    assert "**Dues are paid by credit card, debit card and other methods" in check
    assert "Card is how most dues are paid" in check
    assert "reads `memberpayments`; judged from 40,000 rows on" in check
    assert "[`payments.methods`](./fitness-rules.md#payments)" in check
    assert "[`bands.methods_tolerance`](./fitness-rules.md#bands)" in check
    assert "```sql\nselect 'credit card' as label" in check


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md"])
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_options_that_the_readme_names_exist():
    from run_complete_data_generation import command

    known = {option for parameter in command.params for option in parameter.opts}
    table = re.findall(r"^\| (`--[^|]+)\|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    named = {option for row in table for option in re.findall(r"--[a-z-]+", row)}
    assert named and named <= known
