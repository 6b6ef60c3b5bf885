"""Queries of the fake SQL Server, and statements that change rows: translated for DuckDB."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import sqlglot
from sqlglot import exp

from tests.loading.mssql_catalogue import catalogue
from tests.loading.mssql_tables import SqlError
from tests.loading.mssql_tds import Field

if TYPE_CHECKING:
    from tests.loading.mssql_engine import Engine, Session


def answer(engine: Engine, statement: str, session: Session) -> tuple[list[Field], list[tuple[Any, ...]]] | int:
    """Run a query, or a statement that changes rows, in DuckDB."""
    tree = sqlglot.parse_one(statement.replace(" WITH (TABLOCK) (", " ("), read="tsql")  # which it cannot read
    if isinstance(tree, exp.Select | exp.Union | exp.Except | exp.Intersect):
        _prepare(engine, tree, session)
        text = tree.sql("duckdb")
        if engine.ignores_case:
            text = text.replace(" o.name IN (", " lower(o.name) IN (")
        return _result(engine.duck.execute(text))
    if isinstance(tree, exp.Insert):
        return _insert(engine, tree, session)
    if isinstance(tree, exp.Update):
        return _update(engine, tree, session)
    raise SqlError(50000, f"This fake server does not know: {statement[:200]}")


def _insert(engine: Engine, tree: exp.Insert, session: Session) -> int:
    target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    names = [item.name for item in tree.this.expressions]
    table, query = engine.table(target.db, target.name), tree.expression
    _prepare(engine, query, session)
    fields = [item.name for item in table.fields]
    found = engine.duck.execute(query.sql("duckdb")).fetchall()
    new = [tuple(dict(zip(names, row, strict=True)).get(name) for name in fields) for row in found]
    before = list(table.rows)
    table.rows = before + new
    session.undo.append(lambda: setattr(table, "rows", before))
    return len(new)


def _update(engine: Engine, tree: exp.Update, session: Session) -> int:
    target = tree.this
    table, alias = engine.table(target.db, target.name), f"{target.db}.{target.name}"
    changed = {item.this.name: item.expression for item in tree.expressions}
    columns = [
        exp.alias_(
            changed.get(item.name, exp.column(item.name, table=target.name, db=target.db)).copy(),
            item.name,
            quoted=True,
        )
        for item in table.fields
    ]
    number = exp.alias_(exp.column("row_", table=target.name, db=target.db), "row_")
    query = exp.Select(expressions=[number, *columns])
    source = tree.args["from_"] if "from_" in tree.args else tree.args["from"]
    query.set("from_" if "from_" in exp.Select.arg_types else "from", source)
    query.set("where", tree.args.get("where"))
    query.set("joins", source.this.args.pop("joins", None) or tree.args.get("joins"))
    _prepare(engine, query, session, numbered=alias)
    before = list(table.rows)
    after = list(before)
    found = engine.duck.execute(query.sql("duckdb")).fetchall()
    for row in found:
        after[row[0]] = tuple(row[1:])
    table.rows = after
    session.undo.append(lambda: setattr(table, "rows", before))
    return len(found)


def _prepare(engine: Engine, tree: exp.Expression, session: Session, numbered: str = "") -> None:
    """Put the tables that a query names into DuckDB, and let it name them as they are called there."""
    for place in list(tree.find_all(exp.Table)):
        if not place.db:
            continue
        called = f"{place.db}.{place.name}"
        engine.duck.register(called, _relation(engine, place.db, place.name, session, called == numbered))
        alias = place.alias or called
        made = exp.Table(
            this=exp.to_identifier(called, quoted=True),
            alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)),
        )
        made.set("joins", place.args.get("joins"))
        place.replace(made)
    for item in list(tree.find_all(exp.Column)):
        if item.args.get("db"):
            item.replace(
                exp.column(
                    exp.to_identifier(item.name, quoted=True),
                    table=exp.to_identifier(f"{item.args['db'].name}.{item.table}", quoted=True),
                )
            )
    for kind in list(tree.find_all(exp.DataType)):  # texts of a length, which DuckDB has no use for
        if kind.this in exp.DataType.TEXT_TYPES:
            kind.replace(exp.DataType.build("text"))
    for text in list(tree.find_all(exp.National)):
        text.replace(exp.Literal.string(text.name))
    for like in list(tree.find_all(exp.Like)):  # of characters in brackets, which is a regular expression without more
        if "[" in like.expression.name:
            made = exp.func("regexp_full_match", like.this.copy(), like.expression.copy(), dialect="duckdb")
            like.replace(exp.not_(made) if like.args.get("negate") else made)
    for call in list(tree.find_all(exp.Anonymous)):
        if call.name.lower() in _FUNCTIONS:
            given = call.expressions[0].name if call.expressions else session.database
            value = _FUNCTIONS[call.name.lower()](engine, given)
            call.replace(exp.null() if value is None else exp.Literal.number(value))


_FUNCTIONS: Mapping[str, Callable[[Engine, str], int | None]] = {
    "schema_id": lambda engine, schema: [*engine.schemas].index(schema) + 1 if schema in engine.schemas else None,
    "db_id": lambda engine, database: 5 if database in engine.databases else None,
    "serverproperty": lambda engine, name: engine.version if name == "ProductMajorVersion" else 3,
}
"""Functions of the server that are answered by themselves."""
MACROS = (
    "patindex(p, x) AS length(regexp_extract(x, '^[0-9]*')) + 1",  # of the first that is no digit
    "type_name(x) AS x",
    "count_big(x) AS count(x)",
)


def _relation(engine: Engine, schema: str, name: str, session: Session, numbered: bool) -> pa.Table:
    if schema == "sys":
        return catalogue(engine, name, session)
    if query := engine.views.get((schema, name)):
        fields, rows = answer(engine, query, session)  # type: ignore[misc]
        return pa.Table.from_pylist(
            [dict(zip([item.name for item in fields], row, strict=True)) for row in rows],
            pa.schema([(item.name, _arrow(item)) for item in fields]),
        )
    table = engine.table(schema, name)
    columns = {item.name: pa.array([row[n] for row in table.rows], _arrow(item)) for n, item in enumerate(table.fields)}
    if numbered:
        columns["row_"] = pa.array(range(len(table.rows)), pa.int64())
    return pa.table(columns)


_ARROW = {"smallint": pa.int16(), "int": pa.int32(), "bigint": pa.int64(), "bit": pa.bool_(), "date": pa.date32(),
          "time": pa.time64("us"), "datetime2": pa.timestamp("us")}  # fmt: skip


def _arrow(item: Field) -> pa.DataType:
    if item.kind == "decimal":
        return pa.decimal128(item.size, item.scale)
    return _ARROW.get(item.kind, pa.string())


def _result(cursor: Any) -> tuple[list[Field], list[tuple[Any, ...]]]:
    fields = [_described(name if name.isidentifier() else "", str(kind)) for name, kind, *_ in cursor.description]
    rows = cursor.fetchall()
    for place, item in enumerate(fields):
        # While it fetches texts of any length, the driver keeps the interpreter, and with it this server, waiting.
        if item.kind == "nvarchar" and all(len(row[place] or "") <= _SHORT for row in rows):
            fields[place] = replace(item, size=_SHORT)
    return fields, rows


_SHORT = 4000
"""Characters of a text that is not sent as one of any length."""
_DESCRIBED = {"SMALLINT": "smallint", "INTEGER": "int", "BIGINT": "bigint", "BOOLEAN": "bit", "DATE": "date"}


def _described(name: str, kind: str) -> Field:
    if found := re.match(r"DECIMAL\((\d+),\s*(\d+)\)", kind):
        return Field(name, "decimal", int(found[1]), int(found[2]))
    if kind == "HUGEINT":
        return Field(name, "decimal", 38, 0)
    if kind.startswith("TIMESTAMP"):
        return Field(name, "datetime2", 6)
    if kind.startswith("TIME"):
        return Field(name, "time", 6)
    return Field(name, _DESCRIBED[kind]) if kind in _DESCRIBED else Field(name, "nvarchar", 0)
