"""T-SQL: names and texts in quotes, SQLAlchemy expressions with their values written out, tables of a schema."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy.dialects.mssql.base import MSSQLCompiler

from datagen.ddl import dialect_of

if TYPE_CHECKING:
    from sqlalchemy import FromClause, Table
    from sqlalchemy.sql.base import Executable

_KEY_FORM = re.compile(r"\^(?P<prefix>(?:\\?.)*?)\[0-9\]\{(?P<digits>\d+)\}\$")
"""The regular expressions that can be written as a LIKE: a prefix and so many digits."""
_LONGEST = 8000
"""Characters that SUBSTRING is asked for where all that follow are meant."""


def name(*parts: str) -> str:
    """A name, perhaps of several parts, in brackets."""
    return ".".join("[" + part.replace("]", "]]") + "]" for part in parts)


def text(value: object) -> str:
    """A value as an SQL literal: a text in quotes, a whole number, or NULL."""
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "N'" + str(value).replace("'", "''") + "'"


def table_in(table: Table, schema: str) -> FromClause:
    """A table of the same name and columns in a schema, as statements name it."""
    columns = [sqlalchemy.column(item.name, _unicode(item.type)) for item in table.columns]
    return sqlalchemy.table(table.name, *columns, schema=sqlalchemy.quoted_name(schema, quote=True))


def _unicode(kind: Any) -> Any:
    """The type whose values are written so that no character is lost: N'...'."""
    return sqlalchemy.Unicode(kind.length) if isinstance(kind, sqlalchemy.String) else kind


def numbers_itself(table: Table) -> bool:
    """Whether the server numbers the rows of a table that come without a number."""
    return any(item.identity is not None for item in table.columns)


def compiled(statement: Executable) -> str:
    """A statement with its values written out."""
    made: Any = statement
    return str(made.compile(dialect=_dialect(), compile_kwargs={"literal_binds": True}))


class _Compiler(MSSQLCompiler):
    """Expressions that other databases take as they are."""

    def visit_count_func(self, function: Any, **options: Any) -> str:
        """COUNT ends at two thousand million."""
        return f"COUNT_BIG{self.function_argspec(function, **options)}"

    def visit_substr_func(self, function: Any, **options: Any) -> str:
        """SUBSTR of two arguments is the rest of a text."""
        arguments = [self.process(item, **options) for item in function.clauses]
        return f"SUBSTRING({', '.join([*arguments, *([str(_LONGEST)] if len(arguments) == 2 else [])])})"

    def visit_regexp_match_op_binary(self, binary: Any, operator: Any, **options: Any) -> str:
        """There are no regular expressions; the form of a key is a LIKE."""
        del operator
        return f"{self.process(binary.left, **options)} LIKE {text(_like(binary.right.value))}"

    def visit_not_regexp_match_op_binary(self, binary: Any, operator: Any, **options: Any) -> str:
        """See `visit_regexp_match_op_binary`."""
        del operator
        return f"{self.process(binary.left, **options)} NOT LIKE {text(_like(binary.right.value))}"


def _like(pattern: str) -> str:
    found = _KEY_FORM.fullmatch(pattern)
    if found is None:
        raise ValueError(f"{pattern} cannot be written as a LIKE.")
    prefix = re.sub(r"\\(.)", r"\1", found["prefix"])
    return re.sub(r"([%_\[])", r"[\1]", prefix) + "[0-9]" * int(found["digits"])


@cache
def _dialect() -> Any:
    dialect = dialect_of("mssql")
    dialect.statement_compiler = _Compiler
    return dialect
