"""The certificate of a data set, an in-toto statement: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen import __version__
from datagen.certificate import verify
from datagen.certificate.verify import seal_of
from datagen.checks.duckdb_engine import sql_type
from datagen.checks.engine import PLACES_FILE, Question
from datagen.checks.questions import PLACES, Sources, SourceTable, written_out
from datagen.checks.totals import totals_query
from datagen.checks.verify import suite_for
from datagen.data_directory import DataDirectory, digest_of
from datagen.output.file_names import DATABASE_FORMATS, SQLITE
from datagen.output.manifest import GENERATOR, LICENCE
from datagen.output.sqlite_file import as_text
from datagen.output.text_file import put_text
from datagen.schema import quoted
from datagen.world import loaded

if TYPE_CHECKING:
    from sqlalchemy import Column

    from datagen.checks.findings import Finding, Verdict
    from datagen.world import Options, World

CERTIFICATE, SCRIPT = "certificate.json", "verify.py"
"""The files of a certificate, beside the data."""
_FORM = "https://in-toto.io/Statement/v1"
_PREDICATE = f"urn:{GENERATOR}:certificate:1"
_UNWRITABLE = "Check its permissions and the room."


def write_certificate(world: World, directory: Path, verdict: Verdict, given: Options | None = None) -> Path:
    """Write the certificate of a directory that has been verified, and the script that verifies it; gives its path.

    `given` are the options that the verification was given.

    Raises:
        OutputError: if they cannot be written.
    """
    text = json.dumps(statement(world, directory, verdict, given or {}), indent=1, ensure_ascii=False) + "\n"
    put_text(directory / SCRIPT, Path(verify.__file__).read_text(encoding="utf-8"), _UNWRITABLE)
    return put_text(directory / CERTIFICATE, text, _UNWRITABLE)


def statement(world: World, directory: Path, verdict: Verdict, given: Options) -> dict[str, Any]:
    """The certificate: files with their hashes, tables with their totals, each check with query, expected and found.

    Checks that files alone cannot answer are named with the reason. The same data gives the same statement.
    """
    held = DataDirectory(world, directory)
    options = {**held.options, **given}
    sources: Sources = loaded(world.sources_of)(directory) if world.sources_of else Sources()
    found = written_out(suite_for(world, options, str(directory)), held.tables, sources.names)
    findings = {item.check: item for item in verdict.findings}
    files = {name: held.digests(name) for name in held.tables}
    subject = {path: digest for digests in files.values() for path, digest in digests.items()}
    subject |= {path: digest_of(path) for item in sources.tables for path in item.files}
    places = {PLACES: PLACES_FILE.read_text(encoding="utf-8")} if found.needs_places else {}
    made: dict[str, Any] = {
        "_type": _FORM,
        "subject": [
            {"name": path.relative_to(directory).as_posix(), "digest": {"sha256": digest}}
            for path, digest in subject.items()
        ],
        "predicateType": _PREDICATE,
        "predicate": {
            "generator": GENERATOR,
            "release": __version__,
            "world": world.name,
            "title": world.title,
            "licence": LICENCE["name"],
            "synthetic": True,
            "made": {name: value for name, value in held.made.items() if value is not None},
            "window": {"start": verdict.start, "as_of": verdict.as_of},
            "broken": [item.check for item in verdict.failed() if not item.statistical],
            "tables": [
                *(_table(held, name, list(digests)) for name, digests in files.items()),
                *(_source(item, directory) for item in sources.tables),
            ],
            "texts": [{"name": name, "csv": text} for name, text in {**places, **sources.texts}.items()],
            "relations": [{"name": name, "sql": sql} for name, sql in {**sources.relations, **found.relations}.items()],
            "checks": [_check(item, findings[item.check]) for item in found.questions if item.check in findings],
            "left_out": [{"id": check, "reason": reason} for check, reason in found.left_out.items()],
        },
    }
    made = json.loads(json.dumps(made, default=str))
    return made | {"seal": {"sha256": seal_of(made)}}


def _table(held: DataDirectory, name: str, paths: list[Path]) -> dict[str, Any]:
    table = held.world.metadata.tables[name]
    resource = held.manifest.resource(name) if held.manifest else None
    rows = f"SELECT count(*) FROM {quoted(name)}"  # noqa: S608 - a name of the schema
    totals = [
        {"title": f"the total of {column}", "sql": totals_query(table, [column], _number_in), "expected": total}
        for column, total in (resource.totals if resource else {}).items()
    ]
    return {
        "name": name,
        "files": [path.relative_to(held.path).as_posix() for path in paths],
        "series": held.world.history_of is not None,
        **({"days": held.span} if held.world.history_of and paths[0].suffix[1:] in DATABASE_FORMATS else {}),
        "columns": [_column(item, paths[0].suffix[1:]) for item in table.columns],
        "totals": [{"title": "rows", "sql": rows, "expected": held.rows()[name]}, *totals],
    }


def _source(item: SourceTable, directory: Path) -> dict[str, Any]:
    """Files that are read besides the tables; how many rows they have nothing else states."""
    return {
        "name": item.name,
        "files": [path.relative_to(directory).as_posix() for path in item.files],
        "series": item.series,
        "columns": [{"name": name, "type": kind} for name, kind in item.columns.items()],
        "totals": [],
    }


def _column(item: Column[Any], form: str) -> dict[str, str]:
    """A column as the script reads it; of an SQLite file as the text that CSV has."""
    found = {"name": item.name, "type": sql_type(item)}
    return {**found, "text": as_text(item)} if form == SQLITE else found


def _number_in(column: str) -> str:
    return f"try_cast(regexp_extract({column}, '[0-9]{{0,18}}$') AS HUGEINT)"


def _check(item: Question, finding: Finding) -> Mapping[str, Any]:
    head = {"id": item.check, "group": item.group, "question": item.title, "source": item.source, "sql": item.sql}
    if not item.statistical:
        counts = {"expected": {"rows": 0}, "observed": {"rows": finding.offending, "outcome": str(finding.outcome)}}
        return {**head, "kind": "rule", **counts}
    measures = list(_measures(finding))
    return {
        **head,
        "kind": "figure",
        "expected": {"bands": [{name: one[name] for name in ("label", "low", "high")} for one in measures]},
        "observed": {
            "outcome": str(finding.outcome),
            "measures": [{name: one[name] for name in ("label", "value", "rows")} for one in measures],
        },
    }


def _measures(finding: Finding) -> Iterator[dict[str, Any]]:
    for item in finding.measures:
        yield {"label": item.label, "value": item.value, "low": item.low, "high": item.high, "rows": item.rows}
