"""A dbt project: the tables as sources, a staging view each with its types, tests of the schema, rules as tests.

It runs on DuckDB over the files, and on PostgreSQL over the tables of a load; dbt 1.10.5 or newer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from datagen import __version__
from datagen.checks.duckdb_files import literal
from datagen.checks.engine import PLACES_FILE, Question
from datagen.checks.questions import PLACES, standing_alone
from datagen.ddl import column_type
from datagen.metadata.subject import Subject
from datagen.metadata.yaml_text import yaml_text
from datagen.output.file_names import CSV, DUCKDB
from datagen.output.manifest import SYNTHETIC
from datagen.schema import allowed_values, database_of, kind, quoted, references, unique_columns

if TYPE_CHECKING:
    from sqlalchemy import Column, Table

_OF_DATABASES = {"duckdb": "read_duckdb", "sqlite": "sqlite_scan"}
"""The functions of DuckDB that read a table of a database's file; for the second it fetches an extension."""
_NUMBERS = ("smallint", "int", "bigint", "decimal")


def project(subject: Subject, place: str) -> Iterator[tuple[str, str]]:
    """(name, text) of each file of the project; `place` is where the data is, relative to the project."""
    world = subject.world
    tables = [world.metadata.tables[name] for name in subject.tables]
    yield "dbt_project.yml", yaml_text(_settings(subject))
    yield "profiles.yml", yaml_text(_profiles(world.name))
    yield "models/sources.yml", yaml_text({"version": 2, "sources": _sources(subject, tables, place)})
    models = [_model(subject, table) for table in tables]
    yield "models/staging/staging.yml", yaml_text({"version": 2, "models": models})
    for table in tables:
        yield f"models/staging/{_view(table.name)}.sql", _staging(world.name, table)
    found = subject.questions
    refs = {name: _jinja(f"ref('{_view(name)}')") for name in subject.tables} | {PLACES: "{{ ref('places') }}"}
    for item in found.questions if found else ():
        if found and not item.statistical and not _is_generic(world.metadata.tables, item):
            yield f"tests/{item.check.replace('.', '__')}.sql", _test(item, found.relations, refs)
    if found and found.needs_places:
        yield "seeds/places.csv", PLACES_FILE.read_text(encoding="utf-8")


def _view(table: str) -> str:
    return f"stg_{table}"


def _jinja(expression: str) -> str:
    return "{{ " + expression + " }}"


def _settings(subject: Subject) -> dict[str, Any]:
    name = subject.world.name
    found = subject.questions
    text = {"+column_types": dict.fromkeys(_places_columns(), "varchar")}
    return {
        "name": name,
        "version": __version__,
        "config-version": 2,
        "require-dbt-version": ">=1.10.5",
        "profile": name,
        "model-paths": ["models"],
        "test-paths": ["tests"],
        "seed-paths": ["seeds"],
        "models": {name: {"staging": {"+materialized": "view"}}},
        **({"seeds": {name: {"places": text}}} if found and found.needs_places else {}),
    }


def _places_columns() -> list[str]:
    with PLACES_FILE.open(encoding="utf-8") as file:
        return file.readline().strip().split(",")


def _profiles(name: str) -> dict[str, Any]:
    postgres = {
        "type": "postgres",
        "host": "{{ env_var('PGHOST', '127.0.0.1') }}",
        "port": "{{ env_var('PGPORT', '5432') | as_number }}",
        "user": "{{ env_var('PGUSER', 'postgres') }}",
        "password": "{{ env_var('PGPASSWORD', '') }}",
        "dbname": _jinja(f"env_var('PGDATABASE', '{name}')"),
        "schema": "staging",
        "threads": 2,
    }
    duckdb = {"type": "duckdb", "path": f"{name}.duckdb", "threads": 2}
    return {name: {"target": "duckdb", "outputs": {"duckdb": duckdb, "postgres": postgres}}}


def _sources(subject: Subject, tables: list[Table], place: str) -> list[dict[str, Any]]:
    """A source for each database, whose tables dbt on DuckDB reads from the files, and others in the schema public."""
    found: dict[str, list[Table]] = {}
    for table in tables:
        found.setdefault(database_of(table), []).append(table)
    return [
        {
            "name": database or subject.world.name,
            "description": f"{subject.world.title}. {SYNTHETIC}",
            "schema": "public",
            "tables": [_source(subject, table, place) for table in held],
        }
        for database, held in found.items()
    ]


def _source(subject: Subject, table: Table, place: str) -> dict[str, Any]:
    files = subject.files.get(table.name, ())
    source: dict[str, Any] = {
        "name": table.name,
        "description": table.comment or table.name,
        "quoting": {"identifier": True},
        "columns": [{"name": item.name, "description": item.comment or item.name} for item in table.columns],
    }
    if not files:
        return source
    paths = f"[{', '.join(literal(f'{place}/{file.name}') for file in files)}]"
    is_csv = files[0].name.endswith(f".{CSV}")
    # As text: the views give the types, and no ZIP code becomes a number.
    form = "header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', nullstr = ''"
    read = f"read_csv({paths}, {form})" if is_csv else f"read_parquet({paths}, hive_partitioning = false)"
    if (format_ := files[0].name.rpartition(".")[2]) in _OF_DATABASES:
        name = f"table_name = {literal(table.name)}" if format_ == DUCKDB else literal(table.name)
        read = f"{_OF_DATABASES[format_]}({literal(f'{place}/{files[0].name}')}, {name})"
    return source | {"config": {"meta": {"external_location": read.replace("%", "%%"), "formatter": "oldstyle"}}}


def _staging(world: str, table: Table) -> str:
    """The view of a table: its columns in their types."""
    columns = ",\n".join(
        f"    cast({quoted(item.name)} as {column_type(item, 'postgresql').lower()}) as {quoted(item.name)}"
        for item in table.columns
    )
    source = _jinja(f"source('{database_of(table) or world}', '{table.name}')")
    return f"select\n{columns}\nfrom {source}\n"


def _model(subject: Subject, table: Table) -> dict[str, Any]:
    columns = []
    for item in table.columns:
        tests = list(_tests(subject, table, item))
        column = {"name": item.name, "description": item.comment or item.name}
        columns.append(column | ({"data_tests": tests} if tests else {}))
    return {"name": _view(table.name), "description": table.comment or table.name, "columns": columns}


def _tests(subject: Subject, table: Table, item: Column[Any]) -> Iterator[Any]:
    if not item.nullable:
        yield "not_null"
    if item.name in unique_columns(table):
        yield "unique"
    allowed = allowed_values(table).get(item.name, {})
    if "enum" in allowed:
        values = {"values": list(allowed["enum"]), "quote": kind(item) not in _NUMBERS}
        yield {"accepted_values": {"arguments": values}}
    for reference in references(table):
        if reference.columns == (item.name,) and len(reference.parents) == 1:
            ((parent, (name,)),) = reference.parents
            if parent in subject.tables:
                yield {"relationships": {"arguments": {"to": f"ref('{_view(parent)}')", "field": name}}}


def _is_generic(tables: Mapping[str, Table], item: Question) -> bool:
    """Whether a check is one that the columns of the views name."""
    if item.group not in ("schema", "references"):
        return False
    table, name, what = item.check.rsplit(".", 2)
    if what == "check":  # one of several values is a test of its column; all else is not
        return name in tables[table].columns and "enum" in allowed_values(tables[table]).get(name, {})
    return what == "filled" or (
        what in ("unique", "reference") and name in tables[table].columns and len(item.uses) <= 2
    )


def _test(item: Question, relations: Mapping[str, str], refs: Mapping[str, str]) -> str:
    """A test of its own: the rows that break a rule."""
    own = {name: "{% raw %}" + sql + "{% endraw %}" for name, sql in relations.items()}
    query = standing_alone(Question(**{**vars(item), "sql": "{% raw %}" + item.sql + "{% endraw %}"}), own, refs)
    return f"-- {item.check}: {' '.join(item.title.split())}\n{query}\n"
