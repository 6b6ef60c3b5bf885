"""How the tables of the fitness world are declared: the one `MetaData`, and columns of the usual kinds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, MetaData, Numeric, String

from datagen.schema import NAMING

metadata = MetaData(naming_convention=NAMING)

ID = String(16)
CODE = String(20)
"""A status, type or method."""
NAME = String(80)
PERSON = String(60)
TELEPHONE = String(20)
DECIMAL = Numeric(12, 2)


def key(name: str, what: str) -> Column[Any]:
    """The primary key."""
    return Column(name, ID, primary_key=True, comment=f"Identifier of the {what}")


def child_of(name: str, parent: str, comment: str, *, optional: bool = False) -> Column[Any]:
    """A foreign key."""
    return Column(name, ID, ForeignKey(parent), nullable=optional, index=True, comment=comment)


def must(name: str, type_: Any, comment: str, *, unique: bool = False) -> Column[Any]:
    """A column that is always filled."""
    return Column(name, type_, nullable=False, unique=unique or None, comment=comment)


def may(name: str, type_: Any, comment: str) -> Column[Any]:
    """A column that may be empty."""
    return Column(name, type_, nullable=True, comment=comment)


def when(name: str, type_: Any, comment: str) -> Column[Any]:
    """The time a row is about, by which tables are searched: always filled, and indexed."""
    return Column(name, type_, nullable=False, index=True, comment=comment)
