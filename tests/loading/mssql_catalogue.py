"""The views of the fake SQL Server's catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tests.loading.mssql_tables import bare, names_in

if TYPE_CHECKING:
    from tests.loading.mssql_engine import Engine, Session


def catalogue(engine: Engine, name: str, session: Session) -> pa.Table:
    """A view of the server's catalogue, with the columns that are asked for."""
    numbers = {schema: number for number, schema in enumerate(engine.schemas, 1)}
    tables = [(number, place, engine.tables[number]) for place, number in engine.places.items()]
    made: dict[str, list[tuple[Any, ...]]] = {
        "schemas": [(number, schema) for schema, number in numbers.items()],
        "extended_properties": [
            (3, numbers[schema], "datagen", mark) for schema, mark in engine.schemas.items() if mark is not None
        ],
        "tables": [(number, place[1], numbers[place[0]]) for number, place, _ in tables],
        "objects": [*_objects(engine, numbers)],
        "columns": [*_columns(engine)],
        "views": [(_view(engine, place), place[1], numbers[place[0]]) for place in engine.views],
        "foreign_keys": [
            (key, number, parent, int(key in table.untrusted), 0)
            for number, _, table in tables
            for key, (_, parent, _) in table.foreign.items()
        ],
        "check_constraints": [
            (key, number, int(key in table.untrusted), 0) for number, _, table in tables for key in table.checks
        ],
        "indexes": [*_indexes(engine)],
        "index_columns": [*_index_columns(engine)],
        "partition_functions": [(n, function) for n, function in enumerate(engine.functions)],
        "partition_schemes": [
            (n, scheme, [*engine.functions].index(function))
            for n, (scheme, function) in enumerate(engine.schemes.items())
        ],
        "database_permissions": [(state, right, 1, number, 0, user) for state, right, number, user in engine.grants],
        "database_principals": [(user, user) for user in {grant[3] for grant in engine.grants}],
        "databases": [(session.database, 5, int(engine.snapshots))],
    }
    names = _CATALOGUE[name]
    rows = [dict(zip(names, row, strict=True)) for row in made.get(name, [])]
    return pa.Table.from_pylist(rows, pa.schema([(key, kind) for key, kind in names.items()]))


_N, _X = pa.int32(), pa.string()
_CATALOGUE: Mapping[str, Mapping[str, pa.DataType]] = {
    "schemas": {"schema_id": _N, "name": _X},
    "extended_properties": {"class": _N, "major_id": _N, "name": _X, "value": _X},
    "tables": {"object_id": _N, "name": _X, "schema_id": _N},
    "objects": {"object_id": _N, "name": _X, "type": _X, "schema_id": _N, "parent_object_id": _N},
    "columns": {"object_id": _N, "name": _X, "column_id": _N, "user_type_id": _X, "max_length": _N, "precision": _N,
                "scale": _N},
    "views": {"object_id": _N, "name": _X, "schema_id": _N},
    "foreign_keys": {"name": _X, "parent_object_id": _N, "referenced_object_id": _N, "is_not_trusted": _N,
                     "is_disabled": _N},
    "check_constraints": {"name": _X, "parent_object_id": _N, "is_not_trusted": _N, "is_disabled": _N},
    "indexes": {"object_id": _N, "index_id": _N, "name": _X, "type": _N, "is_unique": _N, "is_primary_key": _N,
                "is_unique_constraint": _N, "filter_definition": _X, "data_space_id": _N},
    "index_columns": {"object_id": _N, "index_id": _N, "column_id": _N, "key_ordinal": _N, "index_column_id": _N,
                      "is_descending_key": _N, "is_included_column": _N},
    "database_permissions": {"state": _X, "permission_name": _X, "class": _N, "major_id": _N, "minor_id": _N,
                             "grantee_principal_id": _X},
    "database_principals": {"principal_id": _X, "name": _X},
    "partition_functions": {"function_id": _N, "name": _X},
    "partition_schemes": {"data_space_id": _N, "name": _X, "function_id": _N},
    "databases": {"name": _X, "database_id": _N, "snapshot_isolation_state": _N},
    "sql_expression_dependencies": {"referencing_id": _N, "referenced_id": _N, "is_schema_bound_reference": _N},
    "security_predicates": {"object_id": _N, "target_object_id": _N},
}  # fmt: skip


def _view(engine: Engine, place: tuple[str, str]) -> int:
    return 10_000 + list(engine.views).index(place)


def _objects(engine: Engine, numbers: Mapping[str, int]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = [
        (_view(engine, place), place[1], "V ", numbers[place[0]], 0) for place in engine.views
    ]
    for place, number in engine.places.items():
        table, schema = engine.tables[number], numbers[place[0]]
        found.append((number, place[1], "U ", schema, 0))
        parts = [*((key, "UQ") for key in table.keys), *((key, "C ") for key in table.checks)]
        parts += [*((key, "F ") for key in table.foreign), *((key, "TR") for key in table.triggers)]
        found += [(number * 100 + n, key, kind, schema, number) for n, (key, kind) in enumerate(parts)]
    return found


def _columns(engine: Engine) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for number in engine.places.values():
        for place, item in enumerate(engine.tables[number].fields, 1):
            size = (2 if item.kind[0] == "n" else 1) * item.size or -1
            kind = "numeric" if item.kind == "decimal" else item.kind
            scale = item.size if item.kind in ("time", "datetime2") else item.scale
            found.append((number, item.name, place, kind, size, item.size, scale))
    for place_of, query in engine.views.items():
        names = re.findall(r"\w+", query[: query.index(" FROM ")].removeprefix("SELECT "))
        found += [(_view(engine, place_of), name, n, "nvarchar", -1, 0, 0) for n, name in enumerate(names, 1)]
    return found


def _indexes(engine: Engine) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for number in engine.places.values():
        table = engine.tables[number]
        space = [*engine.schemes].index(table.scheme) if table.scheme else -1
        found.append((number, 0, None, 0, 0, 0, 0, None, space))
        found += [(number, n, key, 2, 1, int(n == 1), int(n > 1), None, space) for n, key in enumerate(table.keys, 1)]
        for n, (index, what) in enumerate(table.indexes.items(), 50):
            condition = what.partition(" WHERE ")[2] or None
            found.append((number, n, index, 2, 0, 0, 0, condition, space))
    return found


def _index_columns(engine: Engine) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for number in engine.places.values():
        table = engine.tables[number]
        names = [item.name for item in table.fields]
        for n, what in enumerate(table.indexes.values(), 50):
            keys, _, rest = what.partition(")")
            included = names_in(rest.partition(" INCLUDE (")[2].partition(")")[0]) if " INCLUDE (" in rest else []
            columns = [
                (bare(part.strip().removesuffix(" DESC")), part.endswith(" DESC")) for part in keys[1:].split(",")
            ]
            for at, (column, descending) in enumerate(columns, 1):
                found.append((number, n, names.index(column) + 1, at, at, int(descending), 0))
            for at, column in enumerate(included, len(columns) + 1):
                found.append((number, n, names.index(column) + 1, 0, at, 0, 1))
    return found
