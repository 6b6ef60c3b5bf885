"""The DDL of a world's tables, by table and in the phases of a bulk load, in the dialects of several databases.

Names are quoted where a database wants it. What the dialects differ in is known here alone: types that must not lose
anything on their way, where comments and primary keys stand, and what a CHECK may say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CHAR,
    NCHAR,
    NVARCHAR,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    Time,
    UnicodeText,
    UniqueConstraint,
    and_,
    func,
    literal_column,
    not_,
    or_,
    quoted_name,
)
from sqlalchemy.dialects import mssql, mysql
from sqlalchemy.engine import make_url
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable, SetColumnComment, SetTableComment
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList, ColumnElement, False_, Grouping, True_
from sqlalchemy.sql.schema import RETAIN_SCHEMA, Constraint
from sqlalchemy.util import set_creation_order

from datagen.frozen import dataclass
from datagen.partitions import clauses, partitions, scheme, scheme_clause, without_foreign_keys
from datagen.schema import constraints_of, load_order

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect
    from sqlalchemy.types import TypeEngine

_FRACTION = 6
"""Digits of a second that a moment keeps: fewer are cut without a word."""
_DEFERS = ("postgresql", "sqlite")
"""Dialects with constraints that may be looked at when a transaction ends."""
_MSSQL_VERSION = (15,)
"""SQL Server 2019; of old ones, SQLAlchemy thinks they have no DATE."""
_MSSQL_COLLATION = "Latin1_General_BIN2"
"""Ids that differ in case are kept apart, and a CHECK of values takes these alone, whatever the database's default."""
_ARITHMETIC = (operators.add, operators.sub, operators.mul)
_MOST_PLACES = 4
"""Decimals that sums and products of columns have at most."""
_OPTIONS = {
    f"{dialect}_{option}": value
    for dialect in ("mysql", "mariadb")
    for option, value in {"engine": "InnoDB", "charset": "utf8mb4", "collate": "utf8mb4_bin"}.items()
}
"""Tables of MySQL and MariaDB: with foreign keys, any character, and ids that differ in case kept apart."""


@dataclass(frozen=True)
class TableDdl:
    """The statements that build a table, in the phases of a bulk load."""

    create: str
    """CREATE TABLE with NOT NULL and CHECK, and all keys or comments that the dialect wants there."""
    keys: tuple[str, ...]
    """ALTER TABLE for the primary key and each UNIQUE."""
    foreign_keys: Mapping[str, str]
    """ALTER TABLE for each foreign key, by its name, quoted."""
    indexes: Mapping[str, str]
    """CREATE INDEX for foreign keys and time columns, by its name, quoted."""
    comments: tuple[str, ...]
    partitions: tuple[str, ...] = ()
    """CREATE TABLE for each partition, where these are tables."""
    left_out: tuple[str, ...] = ()
    """The names of foreign keys that the dialect cannot have."""


def ddl(metadata: MetaData, dialect: str = "postgresql", schema: str | None = None) -> dict[str, TableDdl]:
    """The DDL of all tables by name, parents first; `dialect` is postgresql, mysql, mariadb, mssql or sqlite.

    With a `schema`, statements name it, too.
    """
    target, order = dialect_of(dialect), load_order(metadata)
    tables = order if target.name in _DEFERS and schema is None else _copies(order, schema)
    if target.name == "sqlite":
        tables = _with_checks_in(tables, target)
    return {table.name: _table_ddl(table, target) for table in tables}


def script(metadata: MetaData, dialect: str = "postgresql") -> list[str]:
    """The statements that build all tables, in an order in which they can be run."""
    tables = list(ddl(metadata, dialect).values())
    found = before(metadata, dialect)
    for table in tables:
        found += [table.create, *table.partitions]
    for table in tables:
        found += table.keys
    for table in tables:
        found += [*table.foreign_keys.values(), *table.indexes.values(), *table.comments]
    return found


def before(metadata: MetaData, dialect: str) -> list[str]:
    """The statements that must have been run before those of the tables: what SQL Server cuts partitions by."""
    return list(scheme(metadata).values()) if dialect == "mssql" else []


def file_ddl(tables: Sequence[Table], dialect: str) -> dict[str, TableDdl]:
    """The DDL of tables in a database's file, by name, parents first; `dialect` is duckdb or sqlite.

    All keys stand in CREATE TABLE. Left out are foreign keys to tables that are not among these and, in DuckDB, those
    of tables that refer to themselves or to each other, which it looks at too early.
    """
    target = dialect_of("postgresql" if dialect == "duckdb" else dialect)
    names = {table.name for table in tables}
    return {copy.name: _file_ddl(copy, target, dialect, names) for copy in _copies(tables, None)}


def _file_ddl(table: Table, target: Dialect, dialect: str, names: Collection[str]) -> TableDdl:
    is_duckdb = dialect == "duckdb"
    _put_in_order(table)
    for item in table.columns:
        item.identity, item.autoincrement = None, False
    for test in constraints_of(table, CheckConstraint):
        test.sqltext = _check_in(test.sqltext, target)
    lost = [
        key
        for key in constraints_of(table, ForeignKeyConstraint)
        if (parent := key.elements[0].target_fullname.rpartition(".")[0]) not in names
        or (is_duckdb and (parent == table.name or key.use_alter))
    ]
    kept = [key for key in constraints_of(table, ForeignKeyConstraint) if key not in lost]
    create = _compiled(CreateTable(table, include_foreign_key_constraints=kept), target)
    return TableDdl(
        create if is_duckdb else _with_comments(create, table, target),
        (),
        {},
        {} if is_duckdb else _indexes(table, target),
        tuple(_comments(table, target)),
        left_out=tuple(str(key.name) for key in lost),
    )


def _with_comments(create: str, table: Table, dialect: Dialect) -> str:
    """CREATE TABLE with a comment behind each column, which SQLite keeps as part of the text."""
    preparer = dialect.identifier_preparer
    comments = {preparer.format_column(item): item.comment for item in table.columns if item.comment}
    lines = []
    for line in create.split("\n"):
        comment = comments.get(line.strip().partition(" ")[0])
        lines.append(f"{line.rstrip()} -- {comment}" if comment else line.rstrip())
    head = f" -- {table.comment}" if table.comment else ""
    return "\n".join([f"{lines[0]}{head}", *lines[1:]])


def create_temporary(table: Table) -> str:
    """CREATE TABLE for a temporary table of PostgreSQL with columns and CHECKs, which ends with the transaction."""
    target = dialect_of("postgresql")
    return _compiled(CreateTable(_bare(table, target, prefixes=["TEMPORARY"], postgresql_on_commit="DROP")), target)


def column_type(column: Column[Any], dialect: str) -> str:
    """The type of a column as CREATE TABLE has it: `NUMERIC(12, 2)`."""
    target = dialect_of(dialect)
    return str(type_in(column.type, target).compile(dialect=target))


def dialect_of(name: str) -> Dialect:
    """SQLAlchemy's dialect of this name. It writes statements that are run without parameters: a `%` stays one."""
    kind: Callable[..., Dialect] = make_url(f"{name}://").get_dialect()
    if name != "mssql":
        return kind(paramstyle="named")
    dialect = kind(paramstyle="named", deprecate_large_types=True)
    dialect.server_version_info = _MSSQL_VERSION
    dialect.default_schema_name = "dbo"  # comments name the schema
    return dialect


def _copies(tables: Sequence[Table], schema: str | None) -> list[Table]:
    """The tables in a schema, without a word on when their constraints are looked at: that is always at once."""
    copies = MetaData(naming_convention=tables[0].metadata.naming_convention if tables else None)
    # Said to be quoted, it is taken as it is: SQL Server's dialect takes a dot in it to end a database's name.
    into = RETAIN_SCHEMA if schema is None else quoted_name(schema, quote=True)
    found = [table.to_metadata(copies, schema=into) for table in tables]
    for table in found:
        for constraint in table.constraints:
            constraint.deferrable = constraint.initially = None
    return found


def _put_in_order(table: Table) -> None:
    """Have the constraints of a copy of a table, which were copied in the order of a set, written in that of names."""
    for item in constraints_of(table, Constraint):
        set_creation_order(item)


def _with_checks_in(tables: Sequence[Table], dialect: Dialect) -> list[Table]:
    """Copies of the tables whose CHECKs are those of the dialect."""
    copies = MetaData(naming_convention=tables[0].metadata.naming_convention if tables else None)
    found = [table.to_metadata(copies) for table in tables]
    for table in found:
        _put_in_order(table)
        for test in constraints_of(table, CheckConstraint):
            test.sqltext = _check_in(test.sqltext, dialect)
    return found


def _table_ddl(table: Table, dialect: Dialect) -> TableDdl:
    if not dialect.supports_alter:
        return TableDdl(_compiled(CreateTable(table), dialect), (), {}, _indexes(table, dialect), ())
    # MySQL keeps rows in the order of the primary key, and would copy the table to change that.
    first = _is_mysql(dialect)
    bare = _bare(table, dialect, with_primary_key=first)
    later = (UniqueConstraint,) if first else (PrimaryKeyConstraint, UniqueConstraint)
    names, lost = dialect.identifier_preparer, without_foreign_keys(table, dialect.name)
    foreign = [item for item in constraints_of(table, ForeignKeyConstraint) if item not in lost]
    end = scheme_clause(table) if dialect.name == "mssql" else ""
    return TableDdl(
        _compiled(CreateTable(bare), dialect) + end,
        tuple(_added(item, dialect) for cls in later for item in constraints_of(table, cls)),
        {str(names.format_constraint(item)): _added(item, dialect) for item in foreign},
        _indexes(table, dialect),
        tuple(_comments(table, dialect)),
        tuple(partitions(table)) if dialect.name == "postgresql" else (),
        tuple(str(item.name) for item in lost),
    )


def _compiled(item: Any, dialect: Dialect) -> str:
    return str(item.compile(dialect=dialect)).strip()


def _added(item: Any, dialect: Dialect) -> str:
    return _compiled(AddConstraint(item, isolate_from_table=False), dialect)


def _indexes(table: Table, dialect: Dialect) -> dict[str, str]:
    names = dialect.identifier_preparer
    indexes: list[Any] = sorted(table.indexes, key=lambda index: str(index.name))
    return {str(names.format_index(index)): _compiled(CreateIndex(index), dialect) for index in indexes}


def _comments(table: Table, dialect: Dialect) -> Iterator[str]:
    if not dialect.supports_comments or dialect.inline_comments:
        return
    if table.comment:
        yield _compiled(SetTableComment(table), dialect)
    for item in table.columns:
        if item.comment:
            yield _compiled(SetColumnComment(item), dialect)


def _is_mysql(dialect: Dialect) -> bool:
    return dialect.name in ("mysql", "mariadb")


def _bare(table: Table, dialect: Dialect, *, with_primary_key: bool = False, **options: Any) -> Table:
    """The table as CREATE TABLE is to make it: no keys but perhaps the primary one."""
    inline = dialect.supports_comments and dialect.inline_comments
    columns = [
        Column(
            item.name,
            type_in(item.type, dialect),
            *_identity(item, dialect),
            nullable=item.nullable,
            autoincrement=item.identity is not None,
            comment=item.comment if inline else None,
        )
        for item in table.columns
    ]
    parts: list[Any] = [
        CheckConstraint(_check_in(item.sqltext, dialect), name=item.name)
        for item in constraints_of(table, CheckConstraint)
    ]
    if with_primary_key:
        parts += [
            PrimaryKeyConstraint(*(item.name for item in key.columns), name=key.name)
            for key in constraints_of(table, PrimaryKeyConstraint)
        ]
    comment = table.comment if inline else None
    more: dict[str, Any] = {**_OPTIONS, **clauses(table), **options}
    found: Table = Table(table.name, MetaData(), *columns, *parts, comment=comment, schema=table.schema, **more)
    return found


def _identity(item: Column[Any], dialect: Dialect) -> list[Identity]:
    """What makes the database number the rows that come without a number, where the column is declared so.

    MySQL and MariaDB do by AUTO_INCREMENT, which is an option of the column.
    """
    if item.identity is None or _is_mysql(dialect):
        return []
    return [Identity(start=1, increment=1) if dialect.name == "mssql" else Identity()]


def type_in(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    """The type that a column declares for the dialect, or one that keeps every character and moment as it is."""
    if dialect.name in kind._variant_mapping:
        return kind
    if _is_mysql(dialect):
        if isinstance(kind, DateTime):
            return mysql.DATETIME(fsp=_FRACTION)
        return mysql.TIME(fsp=_FRACTION) if isinstance(kind, Time) else kind
    if dialect.name != "mssql":
        return kind
    if isinstance(kind, CHAR):
        return NCHAR(kind.length, _MSSQL_COLLATION)
    if isinstance(kind, Text):
        return UnicodeText(collation=_MSSQL_COLLATION)
    if isinstance(kind, String):
        return NVARCHAR(kind.length, _MSSQL_COLLATION)
    if isinstance(kind, DateTime):
        return mssql.DATETIME2(_FRACTION)  # type: ignore[no-untyped-call]
    return mssql.TIME(_FRACTION) if isinstance(kind, Time) else kind  # type: ignore[no-untyped-call]


def _check_in(test: ColumnElement[bool], dialect: Dialect) -> ColumnElement[bool]:
    """A CHECK as the dialect takes it: SQL Server has no truth values to compare, SQLite no exact decimals."""
    if dialect.name == "sqlite":
        exact: ColumnElement[bool] = visitors.replacement_traverse(test, {}, _rounded)
        return exact
    if dialect.name != "mssql":
        return test
    found: ColumnElement[bool] = visitors.replacement_traverse(test, {}, _without_truth_values)
    return found


def _rounded(element: Any, **_: Any) -> Any:
    """A comparison of sums that floats make, without what they are off by."""
    if not isinstance(element, BinaryExpression) or element.operator is not operators.eq:
        return None
    if getattr(element.right, "operator", None) not in _ARITHMETIC:
        return None
    return func.round(element.left - element.right, _MOST_PLACES) == 0


def _without_truth_values(element: Any, **_: Any) -> Any:
    if not isinstance(element, BinaryExpression):
        return None
    left, right = element.left, element.right
    if isinstance(right, True_ | False_) and element.operator in (operators.is_, operators.is_not):
        is_one = isinstance(right, True_) == (element.operator is operators.is_)
        return left == literal_column("1" if is_one else "0")
    if element.operator is operators.eq and _is_condition(left) and _is_condition(right):
        left, right = (
            visitors.replacement_traverse(side, {}, _without_truth_values).self_group() for side in (left, right)
        )
        return or_(and_(left, right), and_(not_(left), not_(right)))
    return None


def _is_condition(side: Any) -> bool:
    return isinstance(side, BinaryExpression | BooleanClauseList | Grouping) and isinstance(side.type, Boolean)
