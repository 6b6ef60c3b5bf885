"""What a fake SQL Server knows: schemas, tables, their rows; and the T-SQL of the loader, run on them.

It is no SQL Server, and proves nothing about one: it keeps what it is sent, so that what was sent can be looked at, and
answers the loader's queries about it. Keys, foreign keys and CHECKs are judged when they are added or checked, as a
bulk copy leaves them. Queries are translated for DuckDB. What it does not know is an error of its own (number 50000).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from tests.loading.mssql_queries import MACROS, answer
from tests.loading.mssql_tables import COLUMN, NAME, SqlError, Stored, bare, field_of, names_in
from tests.loading.mssql_tds import Field

_TWO = rf"({NAME})\.({NAME})"
_CHECK = re.compile(rf"^\s*CONSTRAINT ({NAME}) CHECK \((.*)\),?\s*$")


class Engine:
    """A database that several sessions share; one statement runs at a time."""

    def __init__(self, databases: dict[str, Engine]) -> None:
        """`databases` are those of its server, by their names."""
        self.schemas: dict[str, str | None] = {"dbo": None, "sys": None}
        """Schemas, and how each is marked."""
        self.tables: dict[int, Stored] = {}
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
        for macro in MACROS:
            self.duck.execute(f"CREATE MACRO {macro}")

    def close(self) -> None:
        """Free the memory; nothing can be asked after it."""
        self.duck.close()
        del self.duck

    def table(self, schema: str, name: str) -> Stored:
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
        return answer(self, statement, session)

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

    def _all(self) -> list[Stored]:
        return [self.tables[number] for number in self.places.values()]

    def create_table(self, session: Session, schema: str, name: str, body: str, scheme: str | None) -> None:
        place = bare(schema), bare(name)
        if scheme is not None and bare(scheme) not in self.schemes:
            raise SqlError(7701, f"Invalid partition scheme '{bare(scheme)}' specified.")
        if place[0] not in self.schemas:
            raise SqlError(2760, f'The specified schema name "{place[0]}" either does not exist or ...')
        if place in self.places:
            raise SqlError(2714, f"There is already an object named '{place[1]}' in the database.")
        made, number = Stored([], scheme=bare(scheme) if scheme else None), next(self._numbers)
        for line in filter(str.strip, body.splitlines()):
            if found := _CHECK.match(line):
                made.checks[bare(found[1])] = found[2]
            elif found := COLUMN.match(line):
                made.fields.append(field_of(found))
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
        table, names = self.table(bare(schema), bare(name)), names_in(columns)
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
        ours, there = names_in(columns), names_in(theirs)
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
        for key in names_in(keys):
            broken = f"SELECT 1 FROM {schema}.{name} WHERE NOT ({table.checks[key]})"
            if answer(self, broken, session)[1]:  # type: ignore[index]
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


def _values(table: Stored, names: Sequence[str]) -> list[tuple[Any, ...]]:
    places = [[item.name for item in table.fields].index(name) for name in names]
    return [tuple(row[place] for place in places) for row in table.rows]


_QUOTED = r"N?'((?:[^']|'')*)'"
_PATTERNS: tuple[tuple[str, Callable[..., Any]], ...] = (
    (r"SET |UPDATE STATISTICS ", Engine.nothing),
    (r"BEGIN TRANSACTION$", Engine.begin),
    (r"COMMIT TRANSACTION$", Engine.commit),
    (r"IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION$", Engine.roll_back),
    (rf"CREATE DATABASE ({NAME})$", Engine.create_database),
    (rf"CREATE SCHEMA ({NAME})$", Engine.create_schema),
    (rf"DROP SCHEMA ({NAME})$", Engine.drop_schema),
    (rf"EXEC sp_(?:add|update)extendedproperty N'datagen', {_QUOTED}, N'SCHEMA', {_QUOTED}$", Engine.mark),
    (rf"CREATE TABLE {_TWO} \(\n(.*)\n\)(?: ON ({NAME}) \({NAME}\))?$", Engine.create_table),
    (rf"CREATE PARTITION FUNCTION ({NAME}) \(.*\) AS RANGE RIGHT FOR VALUES \((.*)\)$", Engine.create_function),
    (rf"CREATE PARTITION SCHEME ({NAME}) AS PARTITION ({NAME}) ALL TO \(\[PRIMARY\]\)$", Engine.create_scheme),
    (rf"DROP PARTITION (SCHEME|FUNCTION) ({NAME})$", Engine.drop_partition),
    (rf"DROP TABLE {_TWO}$", Engine.drop_table),
    (rf"ALTER SCHEMA ({NAME}) TRANSFER OBJECT::{_TWO}$", Engine.transfer),
    (rf"ALTER TABLE {_TWO} ADD CONSTRAINT ({NAME}) (?:PRIMARY KEY|UNIQUE) \((.*)\)$", Engine.add_key),
    (
        rf"ALTER TABLE {_TWO} WITH CHECK ADD CONSTRAINT ({NAME}) FOREIGN KEY\((.*)\) REFERENCES {_TWO} \((.*)\)$",
        Engine.add_foreign_key,
    ),
    (rf"ALTER TABLE {_TWO} DROP CONSTRAINT ({NAME})$", Engine.drop_constraint),
    (rf"ALTER TABLE {_TWO} WITH CHECK CHECK CONSTRAINT (.*)$", Engine.check_constraints),
    (rf"CREATE (?:UNIQUE )?INDEX ({NAME}) ON {_TWO} (.*)$", Engine.create_index),
    (rf"CREATE OR ALTER VIEW {_TWO} AS (.*)$", Engine.create_view),
    (rf"(GRANT|DENY) (\w+) ON OBJECT::{_TWO} TO ({NAME})( WITH GRANT OPTION)?$", Engine.grant),
    (
        rf"execute sp_addextendedproperty 'MS_Description', N'.*', 'schema', ({NAME}), 'table', ({NAME})"
        rf"(?:, 'column', {NAME})?$",
        Engine.comment,
    ),
    (rf"DBCC CHECKIDENT \({_QUOTED}, RESEED\)", Engine.reseed),
    (rf"DECLARE @granted int; EXEC @granted = sp_getapplock @Resource = {_QUOTED}, .*", Engine.get_lock),
    (rf"EXEC sp_releaseapplock @Resource = {_QUOTED}, ", Engine.release_lock),
)
_STATEMENTS = [(re.compile(pattern, re.DOTALL), act) for pattern, act in _PATTERNS]
