"""The pages of docs/ say what the code says, and what is cited or linked is there."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from datagen.checks.sql_rules import read_catalogue
from datagen.rules import describe
from datagen.world import worlds

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
WORLDS = worlds()
STORIES = sorted(path.name for path in DOCS.glob("*-story.md"))
# Written by hand, but for the page of refusals: tests/loading/renew_refusals.py builds it, and a test there compares.
OTHER_PAGES = [
    "formats.md",
    "how-to.md",
    "limitations.md",
    "loading-refusals.md",
    "payments-lake.md",
    "scale.md",
    "first-ten-minutes.md",
    "tutorial.md",
    *STORIES,
]
LINKED = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "datagen/pools/README.md"]
SOURCE = re.compile(
    r"docs/[\w-]+\.md|(assumption|convention|published|law|follows): \S|the schema|as (\w+)(, [\w ]+)?$"
)


def _build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_build", DOCS / "build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = _build()
PAGES = BUILD.pages()


@cache
def anchors(page: Path) -> set[str]:
    """What `page.md#...` may lead to: its headings, as GitHub names them."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    found: dict[str, int] = {}
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found[name] = found.get(name, 0) + 1
    return {f"#{name}" if not place else f"#{name}-{place}" for name, times in found.items() for place in range(times)}


def cited(text: str) -> list[tuple[str, str]]:
    """The pages of docs/ that a text cites, each with a section of it, or none."""
    return [
        (page, section)
        for page, sections in BUILD.CITATION.findall(text)
        for section in re.findall(r"#[\w-]+", sections) or [""]
    ]


def lost(citations: list[tuple[str, str]], at: Path = DOCS) -> list[str]:
    """The citations that lead nowhere."""
    return [
        f"{page}{section}"
        for page, section in citations
        if not (at / page).exists() or (section and section not in anchors(at / page))
    ]


@pytest.mark.parametrize("path", BUILD.facts_files(), ids=lambda path: path.parent.name)
def test_the_facts_of_tables_are_those_of_their_declaration(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == BUILD.facts_files()[path](), "renew it with: python docs/build.py"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_makes_of_it(name):
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "renew it with: python docs/build.py"


def test_there_is_no_page_besides():
    assert sorted(path.name for path in DOCS.glob("*.md")) == sorted([*PAGES, *OTHER_PAGES])


def test_every_world_has_its_story():
    assert {f"{name}-story.md" for name in WORLDS} <= set(STORIES)


@pytest.mark.parametrize("folder", ["datagen", "tests", "docs", "benchmarks"])
def test_citations_lead_somewhere(folder):
    files = [path for kind in ("*.py", "*.sql", "*.md") for path in sorted((ROOT / folder).rglob(kind))]
    assert files
    wrong = {str(path.relative_to(ROOT)): lost(cited(path.read_text(encoding="utf-8"))) for path in files}
    assert {path: found for path, found in wrong.items() if found and path != "tests/test_docs.py"} == {}


def test_a_citation_of_a_lost_page_or_section_is_noticed():
    text = "docs/nowhere.md; docs/fitness-story.md#visits, #nothing: most; docs/fitness-checks.md#h41"
    assert lost(cited(text)) == ["nowhere.md", "fitness-story.md#nothing"]


@pytest.mark.parametrize("page", [*LINKED, *(f"docs/{name}" for name in [*PAGES, *OTHER_PAGES])])
def test_links_lead_somewhere(page):
    path = ROOT / page
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)", text)
    assert lost([(target or path.name, section) for target, section in links], path.parent) == []


@pytest.mark.parametrize("world", WORLDS)
def test_every_check_cites_the_story_or_the_schema(world):
    catalogue = read_catalogue(WORLDS[world].sql)
    home = re.compile(rf"docs/{world}-(story\.md#[\w-]+|tables\.md)(: .*)?")
    assert [rule.check for rule in catalogue.rules if not home.fullmatch(rule.source)] == []


@pytest.mark.parametrize("world", WORLDS)
def test_every_rule_says_what_its_number_rests_on(world):
    rules = describe(WORLDS[world].rules)
    assert all(rule.unit for rule in rules)
    assert [f"{rule.path}: {rule.source}" for rule in rules if not SOURCE.match(rule.source)] == []


@pytest.mark.parametrize("world", WORLDS)
def test_a_source_that_points_at_another_rule_of_its_section_finds_it(world):
    rules = describe(WORLDS[world].rules)
    paths = {rule.path for rule in rules}
    for rule in rules:
        if pointer := re.fullmatch(r"(?:assumption: )?as (\w+)(?:, [\w ]+)?", rule.source):
            assert f"{rule.path.split('.')[0]}.{pointer[1]}" in paths, rule.path


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
    assert "select 'credit card' as label" in check


def test_options_that_the_readme_names_exist():
    from run_complete_data_generation import command

    known = {option for parameter in command.params for option in parameter.opts}
    table = re.findall(r"^\| (`--[^|]+)\|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    named = {option for row in table for option in re.findall(r"--[a-z-]+", row)}
    assert named and named <= known
