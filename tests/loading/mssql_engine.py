"""What a fake SQL Server knows: schemas, tables, their rows; and the T-SQL of the loader, run on them.

It is no SQL Server, and proves nothing about one: it keeps what it is sent, so that what was sent can be looked at, and
answers the loader's queries about it. Keys, foreign keys and CHECKs are judged when they are added or checked, as a
bulk copy leaves them. Queries are translated for DuckDB. What it does not know is an error of its own (number 50000).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import exp

from tests.loading.mssql_tds import Field

_NAME = r"(?:\[(?:[^\]]|\]\])+\]|\w+)"
_TWO = rf"({_NAME})\.({_NAME})"
_COLUMN = re.compile(
    rf"^\s*({_NAME}) (\w+)(?:\(([\w, ]+)\))?(?: COLLATE \w+)?( NOT NULL| NULL)?( IDENTITY\(1,1\))?(?: NOT NULL)?,?\s*$"
)
_CHECK = re.compile(rf"^\s*CONSTRAINT ({_NAME}) CHECK \((.*)\),?\s*$")
_ALIASES = {"integer": "int", "numeric": "decimal"}


class SqlError(Exception):
    """An error of the server, with its number."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.number = number


@dataclass
class Made:
    """A table."""

    fields: list[Field]
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    keys: dict[str, list[str]] = field(default_factory=dict)
    checks: dict[str, str] = field(default_factory=dict)
    foreign: dict[str, tuple[list[str], int, list[str]]] = field(default_factory=dict)
    """Of each foreign key: its columns, the number of the table it leads to, and the columns there."""
    indexes: dict[str, str] = field(default_factory=dict)
    untrusted: set[str] = field(default_factory=set)
    triggers: list[str] = field(default_factory=list)
    comments: int = 0
    scheme: str | None = None


def bare(name: str) -> str:
    """A name without brackets."""
    return name[1:-1].replace("]]", "]") if name.startswith("[") else name


class Engine:
    """A database that several sessions share; one statement runs at a time."""

    def __init__(self, databases: dict[str, Engine]) -> None:
        """`databases` are those of its server, by their names."""
        self.schemas: dict[str, str | None] = {"dbo": None, "sys": None}
        """Schemas, and how each is marked."""
        self.tables: dict[int, Made] = {}
        self.places: dict[tuple[str, str], int] = {}
        """The number of the table of each schema and name."""
        self.views: dict[tuple[str, str], str] = {}
        self.grants: list[tuple[str, str, int, str]] = []
        """State, right, table and user."""
        self.databases = databases
        self.functions: dict[str, list[str]] = {}
        """Partition functions, and where they cut."""
        self.schemes: dict[str, str] = {}
        """Partition schemes, and their functions."""
        self.version = 16
        self.reseeded: list[str] = []
        self.ignores_case = self.snapshots = False
        """Whether names that differ in case are one, and whether transactions may see a snapshot."""
        self._numbers = itertools.count(100)
        self.duck = duckdb.connect(":memory:", config={"threads": 1})
        for macro in _MACROS:
            self.duck.execute(f"CREATE MACRO {macro}")

    def close(self) -> None:
        """Free the memory; nothing can be asked after it."""
        self.duck.close()
        del self.duck

    def table(self, schema: str, name: str) -> Made:
        """A table by its place. Raises: `SqlError`."""
        if (schema, name) not in self.places:
            raise SqlError(208, f"Invalid object name '{schema}.{name}'.")
        return self.tables[self.places[schema, name]]

    def rows(self, schema: str, name: str) -> list[dict[str, Any]]:
        """The rows of a table, as mappings by column."""
        found = self.table(schema, name)
        return [dict(zip([item.name for item in found.fields], row, strict=True)) for row in found.rows]

    def names(self, schema: str) -> set[str]:
        """The names of the tables and views of a schema."""
        return {name for of, name in [*self.places, *self.views] if of == schema}

    # --- changes, each of which gives what undoes it ---------------------------------------------------------------

    def run(self, statement: str, session: Session) -> tuple[list[Field], list[tuple[Any, ...]]] | int | None:
        """Run a statement: a result, a number of rows that have changed, or nothing."""
        for pattern, act in _STATEMENTS:
            if found := pattern.match(statement):
                return act(self, session, *found.groups())
        return _query(self, statement, session)

    def create_schema(self, session: Session, name: str) -> None:
        name = bare(name)
        if name in self.schemas:
            raise SqlError(2714, f"There is already an object named '{name}' in the database.")
        self.schemas[name] = None
        session.undo.append(lambda: self.schemas.pop(name, None))

    def drop_schema(self, session: Session, name: str) -> None:
        name = bare(name)
        if self.names(name):
            raise SqlError(3729, f"Cannot drop schema '{name}' because it is being referenced by object.")
        mark = self.schemas.pop(name)
        session.undo.append(lambda: self.schemas.update({name: mark}))

    def mark(self, session: Session, value: str, schema: str) -> None:
        name = schema.replace("''", "'")
        before = self.schemas[name]
        self.schemas[name] = value.replace("''", "'")
        session.undo.append(lambda: self.schemas.update({name: before}))

    def create_function(self, session: Session, name: str, starts: str) -> None:
        self.functions[bare(name)] = re.findall(r"'(.*?)'", starts)
        del session

    def create_scheme(self, session: Session, name: str, function: str) -> None:
        if bare(function) not in self.functions:
            raise SqlError(7701, f"Invalid partition function '{bare(function)}'.")
        self.schemes[bare(name)] = bare(function)
        del session

    def drop_partition(self, session: Session, kind: str, name: str) -> None:
        used = self.schemes.values() if kind == "FUNCTION" else [made.scheme for made in self._all()]
        if bare(name) in used:
            raise SqlError(7717, f"The partition {kind.lower()} '{bare(name)}' is currently being used.")
        del (self.functions if kind == "FUNCTION" else self.schemes)[bare(name)]
        del session

    def _all(self) -> list[Made]:
        return [self.tables[number] for number in self.places.values()]

    def create_table(self, session: Session, schema: str, name: str, body: str, scheme: str | None) -> None:
        place = bare(schema), bare(name)
        if scheme is not None and bare(scheme) not in self.schemes:
            raise SqlError(7701, f"Invalid partition scheme '{bare(scheme)}' specified.")
        if place[0] not in self.schemas:
            raise SqlError(2760, f'The specified schema name "{place[0]}" either does not exist or ...')
        if place in self.places:
            raise SqlError(2714, f"There is already an object named '{place[1]}' in the database.")
        made, number = Made([], scheme=bare(scheme) if scheme else None), next(self._numbers)
        for line in filter(str.strip, body.splitlines()):
            if found := _CHECK.match(line):
                made.checks[bare(found[1])] = found[2]
            elif found := _COLUMN.match(line):
                made.fields.append(_field(found))
            else:
                raise SqlError(102, f"Incorrect syntax near '{line.strip()}'.")
        self.tables[number], self.places[place] = made, number
        session.undo.append(lambda: self.places.pop(place))

    def drop_table(self, session: Session, schema: str, name: str) -> None:
        place = bare(schema), bare(name)
        self.table(*place)
        number = self.places[place]
        for other in self.places.values():
            keys = self.tables[other].foreign
            if other != number and any(parent == number for _, parent, _ in keys.values()):
                raise SqlError(3726, f"Could not drop object '{place[1]}' because it is referenced by a FOREIGN KEY.")
        del self.places[place]
        session.undo.append(lambda: self.places.update({place: number}))

    def transfer(self, session: Session, to: str, schema: str, name: str) -> None:
        old, new = (bare(schema), bare(name)), (bare(to), bare(name))
        self.table(*old)
        if new in self.places or new[0] not in self.schemas:
            raise SqlError(15530, f"The object with name '{name}' already exists, or the schema does not.")
        number = self.places.pop(old)
        self.places[new] = number
        lost = [grant for grant in self.grants if grant[2] == number]
        self.grants = [grant for grant in self.grants if grant not in lost]

        def undo() -> None:
            del self.places[new]
            self.places[old] = number
            self.grants += lost

        session.undo.append(undo)

    def add_key(self, session: Session, schema: str, name: str, key: str, columns: str) -> None:
        table, names = self.table(bare(schema), bare(name)), _names(columns)
        seen: set[tuple[Any, ...]] = set()
        places = [[item.name for item in table.fields].index(column) for column in names]
        for row in table.rows:
            values = tuple(row[place] for place in places)
            if values in seen:
                told = ", ".join(map(str, values))
                raise SqlError(
                    1505,
                    "The CREATE UNIQUE INDEX statement terminated because a duplicate key was found for the object "
                    f"name '{bare(schema)}.{bare(name)}' and the index name '{bare(key)}'. The duplicate key value is "
                    f"({told}).",
                )
            seen.add(values)
        table.keys[bare(key)] = names
        session.undo.append(lambda: table.keys.pop(bare(key)))

    def add_foreign_key(
        self, session: Session, schema: str, name: str, key: str, columns: str, to: str, parent: str, theirs: str
    ) -> None:
        table, other = self.table(bare(schema), bare(name)), self.table(bare(to), bare(parent))
        ours, there = _names(columns), _names(theirs)
        known = set(_values(other, there))
        for values in _values(table, ours):
            if None not in values and values not in known:
                raise SqlError(
                    547, f'The ALTER TABLE statement conflicted with the FOREIGN KEY constraint "{bare(key)}".'
                )
        table.foreign[bare(key)] = (ours, self.places[bare(to), bare(parent)], there)
        session.undo.append(lambda: table.foreign.pop(bare(key)))

    def drop_constraint(self, session: Session, schema: str, name: str, key: str) -> None:
        table = self.table(bare(schema), bare(name))
        kept = table.foreign.pop(bare(key))
        session.undo.append(lambda: table.foreign.update({bare(key): kept}))

    def check_constraints(self, session: Session, schema: str, name: str, keys: str) -> None:
        table = self.table(bare(schema), bare(name))
        for key in _names(keys):
            broken = f"SELECT 1 FROM {schema}.{name} WHERE NOT ({table.checks[key]})"
            if _query(self, broken, session)[1]:  # type: ignore[index]
                raise SqlError(547, f'The ALTER TABLE statement conflicted with the CHECK constraint "{key}".')
            table.untrusted.discard(key)

    def create_index(self, session: Session, index: str, schema: str, name: str, what: str) -> None:
        table = self.table(bare(schema), bare(name))
        table.indexes[bare(index)] = what
        session.undo.append(lambda: table.indexes.pop(bare(index)))

    def create_view(self, session: Session, schema: str, name: str, query: str) -> None:
        place, before = (bare(schema), bare(name)), self.views.get((bare(schema), bare(name)))
        self.views[place] = query

        def undo() -> None:
            self.views.pop(place)
            if before is not None:
                self.views[place] = before

        session.undo.append(undo)

    def grant(self, session: Session, verb: str, right: str, schema: str, name: str, user: str, more: str) -> None:
        number = self.places[bare(schema), bare(name)]
        made = ("D" if verb == "DENY" else "W" if more else "G", right, number, bare(user))
        self.grants.append(made)
        session.undo.append(lambda: self.grants.remove(made))

    def comment(self, session: Session, schema: str, name: str) -> None:
        self.table(bare(schema), bare(name)).comments += 1
        del session

    def reseed(self, session: Session, name: str) -> None:
        self.reseeded.append(name)
        del session

    def nothing(self, session: Session) -> None:
        """What changes nothing here."""

    def begin(self, session: Session) -> None:
        session.in_transaction = True

    def commit(self, session: Session) -> None:
        session.in_transaction = False
        session.undo.clear()

    def roll_back(self, session: Session) -> None:
        for undo in reversed(session.undo):
            undo()
        self.commit(session)

    def create_database(self, session: Session, name: str) -> None:
        self.databases[bare(name)] = Engine(self.databases)
        del session

    def bulk(self, session: Session, schema: str, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Rows that a bulk copy has sent; constraints are not looked at."""
        table = self.table(schema, name)
        table.rows.extend(rows)
        table.untrusted |= {*table.checks, *table.foreign}
        del session

    def get_lock(self, session: Session, lock: str) -> tuple[list[Field], list[tuple[Any, ...]]]:
        holder = session.server.locks.setdefault(f"{session.database} {lock}", session)
        return [Field("granted", "int")], [(0 if holder is session else -1,)]

    def release_lock(self, session: Session, lock: str) -> None:
        session.server.locks.pop(f"{session.database} {lock}", None)


@dataclass(eq=False)
class Session:
    """A connection's state."""

    server: Any
    database: str = "db"
    undo: list[Callable[[], Any]] = field(default_factory=list)
    in_transaction: bool = False


def _field(found: re.Match[str]) -> Field:
    kind = found[2].lower()
    kind = _ALIASES.get(kind, kind)
    numbers = [0 if part.strip() == "max" else int(part) for part in (found[3] or "").split(",") if part.strip()]
    size, scale = [*numbers, 0, 0][:2]
    nullable = found[4] == " NULL" and not found[5]
    return Field(bare(found[1]), kind, size, scale, nullable, bool(found[5]))


def _names(columns: str) -> list[str]:
    return [bare(name) for name in re.findall(_NAME, columns)]


def _values(table: Made, names: Sequence[str]) -> list[tuple[Any, ...]]:
    places = [[item.name for item in table.fields].index(name) for name in names]
    return [tuple(row[place] for place in places) for row in table.rows]


_QUOTED = r"N?'((?:[^']|'')*)'"
_PATTERNS: tuple[tuple[str, Callable[..., Any]], ...] = (
    (r"SET |UPDATE STATISTICS ", Engine.nothing),
    (r"BEGIN TRANSACTION$", Engine.begin),
    (r"COMMIT TRANSACTION$", Engine.commit),
    (r"IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION$", Engine.roll_back),
    (rf"CREATE DATABASE ({_NAME})$", Engine.create_database),
    (rf"CREATE SCHEMA ({_NAME})$", Engine.create_schema),
    (rf"DROP SCHEMA ({_NAME})$", Engine.drop_schema),
    (rf"EXEC sp_(?:add|update)extendedproperty N'datagen', {_QUOTED}, N'SCHEMA', {_QUOTED}$", Engine.mark),
    (rf"CREATE TABLE {_TWO} \(\n(.*)\n\)(?: ON ({_NAME}) \({_NAME}\))?$", Engine.create_table),
    (rf"CREATE PARTITION FUNCTION ({_NAME}) \(.*\) AS RANGE RIGHT FOR VALUES \((.*)\)$", Engine.create_function),
    (rf"CREATE PARTITION SCHEME ({_NAME}) AS PARTITION ({_NAME}) ALL TO \(\[PRIMARY\]\)$", Engine.create_scheme),
    (rf"DROP PARTITION (SCHEME|FUNCTION) ({_NAME})$", Engine.drop_partition),
    (rf"DROP TABLE {_TWO}$", Engine.drop_table),
    (rf"ALTER SCHEMA ({_NAME}) TRANSFER OBJECT::{_TWO}$", Engine.transfer),
    (rf"ALTER TABLE {_TWO} ADD CONSTRAINT ({_NAME}) (?:PRIMARY KEY|UNIQUE) \((.*)\)$", Engine.add_key),
    (
        rf"ALTER TABLE {_TWO} WITH CHECK ADD CONSTRAINT ({_NAME}) FOREIGN KEY\((.*)\) REFERENCES {_TWO} \((.*)\)$",
        Engine.add_foreign_key,
    ),
    (rf"ALTER TABLE {_TWO} DROP CONSTRAINT ({_NAME})$", Engine.drop_constraint),
    (rf"ALTER TABLE {_TWO} WITH CHECK CHECK CONSTRAINT (.*)$", Engine.check_constraints),
    (rf"CREATE (?:UNIQUE )?INDEX ({_NAME}) ON {_TWO} (.*)$", Engine.create_index),
    (rf"CREATE OR ALTER VIEW {_TWO} AS (.*)$", Engine.create_view),
    (rf"(GRANT|DENY) (\w+) ON OBJECT::{_TWO} TO ({_NAME})( WITH GRANT OPTION)?$", Engine.grant),
    (
        rf"execute sp_addextendedproperty 'MS_Description', N'.*', 'schema', ({_NAME}), 'table', ({_NAME})"
        rf"(?:, 'column', {_NAME})?$",
        Engine.comment,
    ),
    (rf"DBCC CHECKIDENT \({_QUOTED}, RESEED\)", Engine.reseed),
    (rf"DECLARE @granted int; EXEC @granted = sp_getapplock @Resource = {_QUOTED}, .*", Engine.get_lock),
    (rf"EXEC sp_releaseapplock @Resource = {_QUOTED}, ", Engine.release_lock),
)
_STATEMENTS = [(re.compile(pattern, re.DOTALL), act) for pattern, act in _PATTERNS]


# --- queries ---------------------------------------------------------------------------------------------------------


def _query(engine: Engine, statement: str, session: Session) -> tuple[list[Field], list[tuple[Any, ...]]] | int:
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
_MACROS = (
    "patindex(p, x) AS length(regexp_extract(x, '^[0-9]*')) + 1",  # of the first that is no digit
    "type_name(x) AS x",
    "count_big(x) AS count(x)",
)


def _relation(engine: Engine, schema: str, name: str, session: Session, numbered: bool) -> pa.Table:
    if schema == "sys":
        return _catalogue(engine, name, session)
    if query := engine.views.get((schema, name)):
        fields, rows = _query(engine, query, session)  # type: ignore[misc]
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


def _catalogue(engine: Engine, name: str, session: Session) -> pa.Table:
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
            included = _names(rest.partition(" INCLUDE (")[2].partition(")")[0]) if " INCLUDE (" in rest else []
            columns = [
                (bare(part.strip().removesuffix(" DESC")), part.endswith(" DESC")) for part in keys[1:].split(",")
            ]
            for at, (column, descending) in enumerate(columns, 1):
                found.append((number, n, names.index(column) + 1, at, at, int(descending), 0))
            for at, column in enumerate(included, len(columns) + 1):
                found.append((number, n, names.index(column) + 1, 0, at, 0, 1))
    return found
