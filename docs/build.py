#!/usr/bin/env python3
"""Writes the reference pages of each world from its schema, its rules and its checks: `python docs/build.py`.

It also writes what generating needs to know of a world's schema, `datagen/<world>/table_facts.json`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData

import datagen
from datagen.checks.sql_rules import SqlRule, parameters_in, read_catalogue
from datagen.rules import Described, Mix, describe
from datagen.schema import data_dictionary, erd, table_facts
from datagen.table_facts import FILE, facts_text
from datagen.world import World, worlds

CITATION = re.compile(r"docs/([\w-]+\.md)((?:(?:, )?#[\w-]+)*)")
"""A page of this directory with the sections cited, as sources write it: `docs/fitness-checks.md#s05, #s14`."""

_OTHER_PAGES = """\
- [The first ten minutes with each world](first-ten-minutes.md): what is typed, and what comes back.
- [From nothing to an answer in ten minutes](tutorial.md), and [a notebook](notebook.ipynb).
- [How to add](how-to.md) a column, a rule, a world, a database.
- [What a load refuses, and what it says](loading-refusals.md).
- [Beyond one file a table](scale.md): parts, runs that go on, clusters, object stores.
- [The formats of files](formats.md): CSV, Parquet, DuckDB, SQLite, Delta, Iceberg.
- [Payments: bronze and silver](payments-lake.md), a lake with versions of merchants in time.
- [What the data is not good for](limitations.md).

Stories and the how-to are written by hand; this list and the pages of rules, checks and tables are built from the
code by `python docs/build.py`. Rules and checks cite the stories by section. `tests/test_docs.py` compares what is
built with the code, and follows every citation and link.
"""


def tables_page(world: str, metadata: MetaData) -> str:
    """The data dictionary and the entity-relationship diagram."""
    dictionary = data_dictionary(metadata, f"The tables of the {world} world")
    return f"{dictionary}\n## Diagram\n\n```mermaid\n{erd(metadata)}\n```\n"


def rules_page(world: str, rules: Any) -> str:
    """Every rule with its default, unit, range and source, by section."""
    described = describe(rules)
    example = next(rule for rule in described if isinstance(rule.value, float))
    section, _, name = example.path.partition(".")
    lines = [
        f"# The rules of the {world} world",
        "",
        "Every business number, once. Change any of them with `--set path=value`, a share of a mix with",
        "`--set path.name=value`, or in a TOML file for `--rules`, as in "
        f"`[{section}]` and `{name} = {_value(example.value)}`.",
        f"What they mean: [the story](./{world}-story.md); what data is judged by: [the checks](./{world}-checks.md).",
    ]
    for section, members in groupby(described, key=lambda rule: rule.path.split(".")[0]):
        lines += ["", f"## {section}", "", "| rule | default | unit | range | source |", "|---|---|---|---|---|"]
        lines += [
            f"| `{rule.path}` | {_value(rule.value)} | {rule.unit} | {_range(rule)} | {linked(rule.source)} |"
            for rule in members
        ]
    return "\n".join(lines) + "\n"


def checks_page(world: str, directory: Path, rules: Any) -> str:
    """Every rule of the SQL catalogue: sentence, reason, story, what it reads, the rule values it uses, query."""
    catalogue = read_catalogue(directory)
    values = {rule.path: rule for rule in describe(rules)}
    hard = sum(not rule.check.startswith("S") for rule in catalogue.rules)
    lines = [
        f"# The checks of the {world} world",
        "",
        f"{hard} hard rules and {len(catalogue.rules) - hard} figures of the scorecard (`S..`).",
        "The query of a hard rule returns the rows that break it: none. The query of a figure returns what",
        "was measured and the band in which it should lie, from a number of rows on. In queries, `:section.rule` is",
        f"a value of [the rules](./{world}-rules.md), `:start` and `:as_of` are the window. The schema gives further",
        f"checks: types, keys, foreign keys and allowed values of [the tables](./{world}-tables.md).",
    ]
    for group, members in groupby(catalogue.rules, key=lambda rule: rule.group):
        lines += ["", f"## {group}", "", _introduction(directory / f"{group}.sql")]
        for rule in members:
            lines += ["", f"### {rule.check}", "", *_check(world, rule, values)]
    lines += ["", "## Relations", "", "Queries that checks use like tables."]
    for name, rule in catalogue.relations.items():
        lines += ["", f"### {name}", "", *_check(world, rule, values)]
    return "\n".join(lines) + "\n"


def _check(world: str, rule: SqlRule, values: dict[str, Described]) -> Iterator[str]:
    yield f"**{rule.title}** {rule.why}".strip()
    yield ""
    facts = [f"reads {', '.join(f'`{name}`' for name in rule.uses)}"]
    if rule.source:
        facts.insert(0, linked(rule.source))
    if rule.least_rows:
        facts.append(f"judged from {rule.least_rows:,} rows on")
    if used := [f"[`{path}`](./{world}-rules.md#{path.partition('.')[0]})" for path in _rules_used(rule.sql, values)]:
        facts.append(f"uses {', '.join(used)}")
    yield "; ".join(facts) + "."
    yield from ["", "<details><summary>Query</summary>", "", "```sql", rule.sql, "```", "", "</details>"]


def _rules_used(sql: str, values: Iterable[str]) -> Iterator[str]:
    """The paths of the rules whose values a query takes, in the order of the rules."""
    parameters = [name.removeprefix("default.") for name in parameters_in(sql)]
    yield from (path for path in values if any(f"{name}.".startswith(f"{path}.") for name in parameters))


def _introduction(path: Path) -> str:
    """The first comment of an SQL file."""
    paragraph, _, _ = path.read_text(encoding="utf-8").partition("\n\n")
    return " ".join(line.removeprefix("--").strip() for line in paragraph.splitlines())


def linked(source: str) -> str:
    """A source with links in place of the pages of this directory that it cites."""

    def links(match: re.Match[str]) -> str:
        page, sections = match[1], re.findall(r"#[\w-]+", match[2])
        return ", ".join(f"[{_named(page, section)}](./{page}{section})" for section in sections or [""])

    return CITATION.sub(links, source)


def _named(page: str, section: str) -> str:
    kind = page.removesuffix(".md").partition("-")[2]
    if kind == "checks" and section:
        return section[1:].upper()
    return f"{kind}: {section[1:].replace('-', ' ')}" if section else kind


def _value(value: object) -> str:
    if isinstance(value, Mix):
        return ", ".join(f"{name} {share:g}" for name, share in value.items())
    if isinstance(value, tuple):
        return ", ".join(f"{item:g}" if isinstance(item, int | float) else str(item) for item in value)
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _range(rule: Described) -> str:
    if rule.low is None and rule.high is None:
        return ""
    return f"{'' if rule.low is None else f'{rule.low:g}'}..{'' if rule.high is None else f'{rule.high:g}'}"


def index_page() -> str:
    """The list of all pages."""
    lines = [
        "# The pages",
        "",
        "| world | what happens | every number | what data is judged by | columns and diagram |",
    ]
    lines += ["|---|---|---|---|---|"]
    for world in worlds().values():
        kinds = ("story", "rules", "checks", "tables")
        links = " | ".join(f"[{kind}]({world.name}-{kind}.md)" for kind in kinds)
        lines.append(f"| **{world.name}**: {world.title} | {links} |")
    return "\n".join([*lines, "", _OTHER_PAGES])


def pages() -> dict[str, Callable[[], str]]:
    """The pages of all worlds, and their list, by their names, each as a function that gives its text."""
    return {
        "README.md": index_page,
        **{name: page for world in worlds().values() for name, page in _pages_of(world).items()},
    }


def _pages_of(world: World) -> dict[str, Callable[[], str]]:
    return {
        f"{world.name}-tables.md": partial(tables_page, world.name, world.metadata),
        f"{world.name}-rules.md": partial(rules_page, world.name, world.rules),
        f"{world.name}-checks.md": partial(checks_page, world.name, world.sql, world.rules),
    }


def facts_files() -> dict[Path, Callable[[], str]]:
    """The files with the facts of the tables of all worlds, by their paths, each as a function that gives its text."""

    def text_of(world: World) -> str:
        return facts_text(table_facts(world.metadata))

    package = Path(datagen.__path__[0])
    return {package / world.name / FILE: partial(text_of, world) for world in worlds().values()}


def main() -> None:
    """Write the pages beside this file, and the facts of tables into the packages of the worlds."""
    for name, page in pages().items():
        Path(__file__).with_name(name).write_text(page(), encoding="utf-8")
    for path, text in facts_files().items():
        path.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
