"""What the loader has to know of SQL Server, and the schemas of its databases."""

from __future__ import annotations

from datagen.errors import UsageError
from datagen.loading.backend import Facts

CONNECTIONS = 2
"""So many build the tables of a load side by side."""
SCHEMA = "dbo"
FACTS = Facts(title="SQL Server", dialect="mssql", connections=CONNECTIONS, small=4 << 20)
_LONGEST = 100
"""Characters of a schema's name that leave room for what is added to it."""
_RESERVED = ("sys", "information_schema", "guest")


def schema_of(given: str | None) -> str:
    """The schema that --schema names, or the usual one. Raises: `UsageError` for a name that cannot be one."""
    if given is None:
        return SCHEMA
    reserved = given.lower() in _RESERVED or given.lower().startswith("db_")
    if not given or "\0" in given or len(given) > _LONGEST or reserved:
        raise UsageError(
            f"--schema must be a name of 1 to {_LONGEST} characters, not one of the server's own (db_..., "
            f"{', '.join(_RESERVED)}), not {given!r}."
        )
    return given
