# ruff: noqa: S608 - the SQL is made of the world's own files
"""Rules as SQL files, one rule each, asked of any database.

A file holds blocks. Each begins with comment lines and ends with one query:

    -- H20: Visits of one person do not overlap.
    -- source: where the rule is written
    -- why: what would be wrong with such rows, where the sentence does not say it already
    -- uses: visits
    select ...

The query of a rule returns the rows that break it, keys first. The query of a figure of the scorecard (`S..`) returns
rows (label, value, low, high, rows): what was measured, its band (an open end is empty or left out) and over how many
rows. These blocks also state `-- least rows:`, below which there is no verdict, and, where the whole window counts,
`-- least days:`. A block `-- relation stays: ...` names a query that others use like a table; `uses` lists tables
and relations, or says `nothing`. A line without a key continues the one before. The relation `places` is always there:
cities with their ZIP codes and area codes.

The SQL is what DuckDB and PostgreSQL have in common. A pattern of `~` begins with `^` and ends with `$`, for some
releases of DuckDB match it with the whole text. `:as_of`, `:start` and `:days` (its length) stand for the
time window, `:section.rule` for the value of a rule, `:section.rule.share` for one share of a mix, `:section.rule.0`
for one number of several, and `:default.section.rule` for the value the rule has if nobody changes it. Of a mix,
`values :section.rule` has a row (name, share) for each share; of several numbers, a row (place from 0, number) each.
Figures that are shares, and how ids look, are declared in a line each: `datagen.checks.share_figures` and
`datagen.checks.id_forms` say how.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from datagen.any_table import quoted
from datagen.checks.engine import Check, Database, Rows, Unanswered, counted, examples, run
from datagen.checks.findings import Finding, Measure, Outcome
from datagen.checks.id_forms import IdForm, id_form
from datagen.checks.share_figures import mix_figures, share_figures
from datagen.frozen import dataclass
from datagen.rules import Mix, describe
from datagen.world import Window

_BEGIN = re.compile(r"(?m)^-- (?=relation \w+: |[A-Z]\d\w*: )")
_KEYS = ("source", "why", "uses", "least rows", "least days", "mix", "share", "ids")
_NOTHING, _PLACES = "nothing", "places"
_PARAMETER = re.compile(r"(?<![:\w']):([a-z]\w*(?:\.\w+)*)")


@dataclass(frozen=True)
class SqlRule:
    """One rule as SQL."""

    check: str
    group: str
    title: str
    source: str
    uses: tuple[str, ...]
    sql: str
    least_rows: int = 0
    least_days: int = 0
    why: str = ""
    ids: IdForm | None = None
    """What the rule asks, if it is how ids look."""

    @property
    def statistical(self) -> bool:
        """Whether it is a figure of the scorecard, which informs and does not condemn."""
        return self.check.startswith("S")


@dataclass(frozen=True)
class Catalogue:
    """The rules of a world and the relations they share, in the order of the files."""

    rules: tuple[SqlRule, ...]
    relations: Mapping[str, SqlRule]

    def tables_of(self, rule: SqlRule) -> frozenset[str]:
        """The tables that a rule needs, those of its relations included."""
        known = {name: self.relations[name] for name in rule.uses if name in self.relations}
        own = frozenset(rule.uses) - known.keys() - {_PLACES}
        return own.union(*(self.tables_of(relation) for relation in known.values()))

    def split(self, parts: Iterable[Collection[str]]) -> tuple[list[Catalogue], Catalogue]:
        """For each part of the tables, such as those of a database, the rules that need no others; and the other rules.

        Figures of the scorecard are among the others: they are about the whole.
        """
        needed = {rule: self.tables_of(rule) for rule in self.rules if not rule.check.startswith("S")}
        inside = [
            replace(self, rules=tuple(rule for rule, tables in needed.items() if tables.issubset(part)))
            for part in parts
        ]
        taken = {rule for catalogue in inside for rule in catalogue.rules}
        return inside, replace(self, rules=tuple(rule for rule in self.rules if rule not in taken))


def read_catalogue(directory: Path) -> Catalogue:
    """Read the SQL files of a directory, by name. Raises `ValueError` for a block that is not of the form above."""
    blocks = [block for path in sorted(directory.glob("*.sql")) for block in _blocks(path)]
    rules = tuple(item for item in blocks if not item.check.startswith("relation "))
    relations = {item.check.removeprefix("relation "): item for item in blocks if item.check.startswith("relation ")}
    checks = [item.check for item in rules]
    if twice := sorted({check for check in checks if checks.count(check) > 1}):
        raise ValueError(f"{directory}: there are two rules {twice[0]}.")
    return Catalogue(rules, relations)


def _blocks(path: Path) -> Iterator[SqlRule]:
    text = path.read_text(encoding="utf-8")
    for block in _BEGIN.split(text)[1:]:
        lines = block.splitlines()
        name, _, title = lines[0].partition(": ")
        key, heads = "title", {"title": [title]}
        body = 1
        while body < len(lines) and lines[body].startswith("--"):
            text = lines[body].removeprefix("--").strip()
            before, colon, value = text.partition(": ")
            if colon and before in _KEYS:
                key = before
                heads.setdefault(key, []).append(value)
            else:
                heads[key][-1] += f" {text}"
            body += 1
        sql = "\n".join(lines[body:]).strip().rstrip(";")
        if not sql or "uses" not in heads:
            raise ValueError(f"{path.name}: {name} needs a query and the line '-- uses: ...'.")
        try:
            yield _block(name, path.stem, heads, sql)
        except ValueError as error:
            raise ValueError(f"{path.name}: {name}: {error}") from error


def _block(name: str, group: str, heads: Mapping[str, list[str]], sql: str) -> SqlRule:
    """The rule of a block's name, lines by key, and query - or the end of one, where lines declare its figures."""
    stated = {key: " ".join(lines) for key, lines in heads.items()}
    ids = id_form(stated["ids"], sql) if "ids" in heads else None
    if ids:
        sql = ids.sql
    elif "mix" in heads:
        sql = mix_figures(stated["mix"], sql)
    elif "share" in heads:
        sql = share_figures(heads["share"], sql)
    return SqlRule(
        check=name,
        group=group,
        title=stated["title"],
        source=stated.get("source", ""),
        uses=() if stated["uses"] == _NOTHING else tuple(re.split(r"\s*,\s*", stated["uses"])),
        sql=sql,
        least_rows=int(stated.get("least rows", 0)),
        least_days=int(stated.get("least days", 0)),
        why=stated.get("why", ""),
        ids=ids,
    )


def parameters(rules: Any, window: Window, more: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The SQL literals of all parameters, for these rules (the root of a world), this window, and `more` by name."""
    values: dict[str, Any] = {"as_of": window.as_of, "start": window.start, "days": window.days, **(more or {})}
    values |= dict(_numbers(rules))
    values |= {f"default.{path}": value for path, value in _numbers(type(rules)())}
    return {name: _literal(value) for name, value in values.items()}


def _numbers(rules: Any) -> Iterator[tuple[str, Any]]:
    for item in describe(rules):
        if isinstance(item.value, Mix):
            yield item.path, item.value
            for name, share in item.value.items():
                yield f"{item.path}.{re.sub(r'[^a-z0-9]+', '_', name.lower())}", share
        elif isinstance(item.value, tuple):
            yield item.path, item.value
            yield from ((f"{item.path}.{place}", value) for place, value in enumerate(item.value))
        else:
            yield item.path, item.value


def _literal(value: Any) -> str:
    if value is None:
        return "null::bigint"  # a number that nothing states
    if isinstance(value, Mix):
        return ", ".join(f"({_literal(name)}, {_literal(share)})" for name, share in value.items())
    if isinstance(value, tuple):
        return ", ".join(f"({place}, {_literal(item)})" for place, item in enumerate(value))
    if isinstance(value, dt.date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)


def parameters_in(sql: str) -> list[str]:
    """The names of the parameters of a query, in its order."""
    return _PARAMETER.findall(sql)


def fill_in(sql: str, values: Mapping[str, str]) -> str:
    """The SQL with each parameter as a literal; raises `KeyError` for one that has no value."""
    return _PARAMETER.sub(lambda match: values[match[1]], sql)


def ask(
    database: Database, catalogue: Catalogue, values: Mapping[str, str], only: Iterable[str] = ()
) -> Iterator[Finding]:
    """A finding for every rule of the catalogue, or for those of the ids in `only`, in its order."""
    return iter(in_order(catalogue, run(database, rules_work(database, catalogue, values, only))))


def in_order(catalogue: Catalogue, findings: Iterable[Finding]) -> list[Finding]:
    """Findings with those of the catalogue last, in its order."""
    places = {rule.check: place for place, rule in enumerate(catalogue.rules)}
    return sorted(findings, key=lambda finding: places.get(finding.check, -1))


def rules_work(
    database: Database, catalogue: Catalogue, values: Mapping[str, str], only: Iterable[str] = ()
) -> list[Check | Finding]:
    """What `ask` asks. Relations that the database can keep are made now.

    Where it cannot, rules of a file that need the same relations are asked together, so that these are made once.
    """
    places = SqlRule(f"relation {_PLACES}", "", "Places of the United States", "", (), database.places())
    context = _Run(database, {_PLACES: places, **catalogue.relations}, values)
    wanted = set(only)
    asked = [rule for rule in catalogue.rules if not wanted or rule.check in wanted]
    context.keep(name for rule in asked if not _unasked(context, rule) for name in rule.uses)
    together: dict[tuple[str, ...], list[SqlRule]] = {}
    for rule in asked:
        together.setdefault(_kin(context, rule), []).append(rule)
    return [_alone(context, *kin) if len(kin) == 1 else _together(context, kin) for kin in together.values()]


def _kin(context: _Run, rule: SqlRule) -> tuple[str, ...]:
    """What rules have in common that are asked together."""
    alone = rule.statistical or _unasked(context, rule)
    loose = [] if alone else context.loose(rule.uses)
    return (rule.group, *loose) if loose else (rule.check,)


def _together(context: _Run, rules: Sequence[SqlRule]) -> Check:
    """How many rows break each of several rules; those that are broken are then asked one by one.

    All are, should the common query fail.
    """
    sql = [fill_in(rule.sql, context.values) for rule in rules]
    counts = ", ".join(f"(SELECT count(*) FROM ({query}) asked) AS n{place}" for place, query in enumerate(sql))

    def judge(rows: Rows) -> Iterator[Finding]:
        for rule, count in zip(rules, rows[0].values(), strict=True):
            yield _judged(context, rule, int(count))

    def unanswered(_: Unanswered) -> Iterator[Finding]:
        return run(context.database, [_alone(context, rule) for rule in rules])

    return Check(f"{context.before(context.loose(rules[0].uses))} SELECT {counts}", judge, unanswered)


def _unasked(context: _Run, rule: SqlRule) -> Finding | None:
    """The finding of a rule that cannot be asked."""
    if missing := context.missing(rule):
        what = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not there."
        return _finding(rule, Outcome.SKIPPED, reason=f"It cannot be asked: {what}")
    days = int(context.values["days"])
    if days < rule.least_days:
        reason = f"The window is {days} days long; this figure needs {rule.least_days}."
        return _finding(rule, Outcome.TOO_FEW, reason=reason)
    return None


def _alone(context: _Run, rule: SqlRule) -> Check | Finding:
    if unasked := _unasked(context, rule):
        return unasked
    form = rule.ids
    if form and (known := context.database.ids(form.table, form.column)) and form.is_of(known):
        return _finding(rule, Outcome.PASSED)
    sql = context.prepare(rule)

    def unanswered(reason: Unanswered) -> list[Finding]:
        return [_finding(rule, Outcome.FAILED, reason=str(reason))]

    if rule.statistical:
        return Check(sql, lambda rows: [_scored(rule, rows)], unanswered)
    return Check(counted(sql), lambda rows: [_judged(context, rule, int(rows[0]["n"]))], unanswered)


def _judged(context: _Run, rule: SqlRule, count: int) -> Finding:
    """The finding of a rule that so many rows break."""
    if not count:
        return _finding(rule, Outcome.PASSED)
    shown = examples(context.database, context.prepare(rule), count)
    return _finding(rule, Outcome.FAILED, offending=count, examples=shown)


def _scored(rule: SqlRule, rows: Rows) -> Finding:
    measures = tuple(_measure(row, rule.least_rows) for row in sorted(rows, key=lambda row: str(row["label"])))
    outcomes = {item.outcome for item in measures}
    outcome = next((name for name in (Outcome.FAILED, Outcome.PASSED) if name in outcomes), Outcome.TOO_FEW)
    reason = ""
    if outcome is Outcome.TOO_FEW:
        reason = f"Fewer than {rule.least_rows:,} rows are too few for a verdict."
    elif passed_over := [item.label for item in measures if item.outcome is Outcome.TOO_FEW]:
        reason = f"Passed over, with fewer than {rule.least_rows:,} rows or no figure: {', '.join(passed_over)}."
    return _finding(rule, outcome, reason=reason, measures=measures)


def _finding(rule: SqlRule, outcome: Outcome, **more: Any) -> Finding:
    return Finding(rule.check, rule.group, rule.title, rule.source, outcome, **more)


class _Run:
    """One run over a database: which relations it keeps already."""

    def __init__(self, database: Database, relations: Mapping[str, SqlRule], values: Mapping[str, str]) -> None:
        self.database, self.relations, self.values = database, relations, values
        self._kept: dict[str, bool] = {}

    def missing(self, rule: SqlRule) -> list[str]:
        """The tables it needs that the database does not hold."""
        needed = dict.fromkeys(
            table for name in rule.uses for table in (self._tables(name) if name in self.relations else [name])
        )
        return [name for name in needed if name not in self.database.tables]

    def _tables(self, relation: str) -> list[str]:
        return [
            table
            for name in self.relations[relation].uses
            for table in (self._tables(name) if name in self.relations else [name])
        ]

    def prepare(self, rule: SqlRule) -> str:
        """The rule's SQL; relations that the database cannot keep come along in front."""
        sql = fill_in(rule.sql, self.values)
        loose = self.loose(rule.uses)
        return f"{self.before(loose)} select * from ({sql}) asked" if loose else sql

    def before(self, relations: Iterable[str]) -> str:
        """What stands in front of a query on relations that the database cannot keep."""
        return "with " + ", ".join(
            f"{quoted(name)} as ({fill_in(self.relations[name].sql, self.values)})" for name in relations
        )

    def keep(self, uses: Iterable[str]) -> None:
        """Have the database keep relations, if it can, and those that they need; at once those that wait for none."""
        wanted = self._needed(uses)
        while waiting := [name for name in wanted if name not in self._kept]:
            ready = [name for name in waiting if self._kept.keys() >= {*self._needed(self.relations[name].uses)}]
            queries = {name: fill_in(self.relations[name].sql, self.values) for name in ready}
            self._kept |= dict.fromkeys(ready, self.database.define(queries))

    def _needed(self, uses: Iterable[str]) -> list[str]:
        """The relations among what is used, each after those that it needs."""
        found: dict[str, None] = {}
        for name in uses:
            if name in self.relations:
                found |= dict.fromkeys([*self._needed(self.relations[name].uses), name])
        return [*found]

    def loose(self, uses: Iterable[str]) -> list[str]:
        """The relations among what is used that the database cannot keep, each after those that it needs."""
        return [name for name in self._needed(uses) if not self._kept[name]]


def _measure(row: Mapping[str, Any], least: int) -> Measure:
    value, low, high = (_rounded(row.get(name)) for name in ("value", "low", "high"))
    count = int(row["rows"] or 0)
    if count < least or value is None:
        outcome = Outcome.TOO_FEW
    else:
        inside = (low is None or value >= low) and (high is None or value <= high)
        outcome = Outcome.PASSED if inside else Outcome.FAILED
    return Measure(str(row["label"]), value, low, high, count, outcome)


def _rounded(value: Any) -> float | None:
    # Sums over threads differ in the last bits; what is reported does not.
    return None if value is None else round(float(value), 4)
