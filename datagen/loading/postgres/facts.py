"""What the loader has to know of PostgreSQL, and the schemas of its databases."""

from __future__ import annotations

import re

from datagen.errors import UsageError
from datagen.loading.backend import Facts

CONNECTIONS = 2
"""So many build the tables of a load side by side."""
SCHEMA = "public"
FACTS = Facts(
    title="PostgreSQL",
    dialect="postgresql",
    connections=CONNECTIONS,
    small=4 << 20,
)
_LONGEST = 50
"""Bytes of a schema's name that leave room for what is added to it."""


def schema_of(given: str | None) -> str:
    """The schema that --schema names, or the usual one. Raises `UsageError` for a name that cannot be one."""
    if given is None:
        return SCHEMA
    name = given.lower()
    reserved = name.startswith("pg_") or name == "information_schema"
    if not given or "\0" in given or len(given.encode()) > _LONGEST or reserved:
        raise UsageError(
            f"--schema must be a name of 1 to {_LONGEST} bytes, not one of the server's own (pg_..., "
            f"information_schema), not {given!r}."
        )
    return given


def search_path(schema: str) -> str:
    """The option of a session that looks into a schema."""
    quoted = schema.replace('"', '""')
    return "-csearch_path=" + re.sub(r"([\\\s])", r"\\\1", f'"{quoted}"')
