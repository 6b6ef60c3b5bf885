"""How the tables of the bank world are declared: the one `MetaData`, and columns of the usual kinds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, MetaData, Numeric, String
from sqlalchemy.sql.schema import SchemaItem

from datagen.schema import NAMING

metadata = MetaData(naming_convention=NAMING)

ID = String(20)
WORD = String(40)
"""One of a few allowed values."""
NAME = String(80)
PERSON = String(60)
EMAIL = String(160)
TELEPHONE = String(20)
LINE = String(200)
"""A line of free text."""
MONEY = Numeric(14, 2)
RATE = Numeric(9, 4)


def key(name: str, what: str) -> Column[Any]:
    """The primary key."""
    return Column(name, ID, primary_key=True, comment=f"Identifier of the {what}")


def child_of(
    name: str, parent: str, comment: str, *, optional: bool = False, unique: bool = False, **options: Any
) -> Column[Any]:
    """A foreign key to a column of the same database; `options` are those of the constraint."""
    return Column(
        name,
        ID,
        ForeignKey(parent, **options),
        nullable=optional,
        unique=unique or None,
        index=not unique,
        comment=comment,
    )


def refers(name: str, parent: str, comment: str, *, optional: bool = False) -> Column[Any]:
    """A reference to a column of another database, which no constraint can guard."""
    return Column(name, ID, nullable=optional, index=True, comment=comment, info={"references": parent})


def must(name: str, type_: Any, comment: str, *, unique: bool = False) -> Column[Any]:
    """A column that is always filled."""
    return Column(name, type_, nullable=False, unique=unique or None, comment=comment)


def may(name: str, type_: Any, comment: str) -> Column[Any]:
    """A column that may be empty."""
    return Column(name, type_, nullable=True, comment=comment)


def when(name: str, type_: Any, comment: str) -> Column[Any]:
    """The time a row is about, by which tables are searched: always filled, and indexed."""
    return Column(name, type_, nullable=False, index=True, comment=comment)


Items = list[SchemaItem]
"""Columns and constraints that several tables share."""
