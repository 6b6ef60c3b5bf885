"""Owners of relations, and the rights that others were given on them: read before they are replaced, restored after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from psycopg2 import errors, sql

from datagen.errors import DatabaseError, listed
from datagen.frozen import dataclass

if TYPE_CHECKING:
    from psycopg2.extensions import cursor as Cursor  # noqa: N812

Relation = tuple[str, str]
"""The schema and the name of a table or view."""


class Grant(NamedTuple):
    """A right on a relation, or on one column of it, that somebody other than its owner has."""

    schema: str
    relation: str
    column: str | None
    right: str
    role: str | None
    """None for everybody."""
    may_be_handed_on: bool


@dataclass(frozen=True)
class Rights:
    """Who owns relations, and what others may do with them."""

    owners: Mapping[Relation, str]
    grants: frozenset[Grant]


_OWNERS = """
SELECT n.nspname, c.relname, pg_get_userbyid(c.relowner)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE (n.nspname, c.relname) IN %(relations)s
"""
_GRANTS = """
WITH given AS (
    SELECT c.oid, NULL AS attname, c.relacl AS acl FROM pg_class c
    UNION ALL
    SELECT a.attrelid, a.attname::text, a.attacl FROM pg_attribute a WHERE a.attacl IS NOT NULL
)
SELECT n.nspname, c.relname, given.attname, a.privilege_type, r.rolname, a.is_grantable
FROM given JOIN pg_class c ON c.oid = given.oid JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL aclexplode(given.acl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE (n.nspname, c.relname) IN %(relations)s AND a.grantee <> c.relowner
"""


def read(cursor: Cursor, relations: Iterable[Relation]) -> Rights:
    """The owners of those of the relations that exist, and the rights on them."""
    if not (wanted := tuple(relations)):
        return Rights({}, frozenset())
    cursor.execute(_OWNERS, {"relations": wanted})
    owners = {(schema, name): owner for schema, name, owner in cursor.fetchall()}
    cursor.execute(_GRANTS, {"relations": wanted})
    return Rights(owners, frozenset(Grant(*row) for row in cursor.fetchall()))


def restore(cursor: Cursor, before: Rights, fixed: Sequence[Relation] = ()) -> list[str]:
    """Give relations that were made anew to their owners, and to others exactly the rights they had.

    Gives warnings: owners whom the user of the session may not give anything; they have every right instead. For
    relations that are `fixed` it raises `DatabaseError` then.
    """
    now = read(cursor, before.owners)
    kept: dict[str, list[Relation]] = {}
    for relation in now.owners:
        owner = before.owners[relation]
        if owner != now.owners[relation] and not _give(cursor, relation, owner):
            if relation in fixed:
                raise DatabaseError(
                    f"{'.'.join(relation)} belongs to {owner}, who may not have it made again: {owner} needs the right "
                    f"CREATE on the schema {relation[0]}, or drop it and load again. The database is as it was."
                )
            kept.setdefault(owner, []).append(relation)
    # Read again: a right of the new owner is none any more, and one of the old owner is one.
    now = read(cursor, before.owners)
    for grant in sorted(now.grants - before.grants, key=repr):
        _execute(cursor, "REVOKE {right} ON {relation} FROM {role}", grant)
    for grant in sorted(before.grants - now.grants, key=repr):
        option = " WITH GRANT OPTION" if grant.may_be_handed_on else ""
        _execute(cursor, "GRANT {right} ON {relation} TO {role}" + option, grant)
    for owner, relations in kept.items():
        for relation in relations:
            cursor.execute(
                sql.SQL("GRANT ALL ON {} TO {} WITH GRANT OPTION").format(
                    sql.Identifier(*relation), sql.Identifier(owner)
                )
            )
    return [_note_of(owner, relations, now.owners[relations[0]]) for owner, relations in kept.items()]


def _give(cursor: Cursor, relation: Relation, owner: str) -> bool:
    """Make somebody the owner of a relation; False where that is not allowed."""
    cursor.execute("SAVEPOINT before_owner")
    try:
        # Of views, too: PostgreSQL takes ALTER TABLE for them.
        cursor.execute(sql.SQL("ALTER TABLE {} OWNER TO {}").format(sql.Identifier(*relation), sql.Identifier(owner)))
    except errors.InsufficientPrivilege:
        cursor.execute("ROLLBACK TO SAVEPOINT before_owner")
        return False
    cursor.execute("RELEASE SAVEPOINT before_owner")
    return True


def _execute(cursor: Cursor, statement: str, grant: Grant) -> None:
    columns = sql.SQL(" ({})").format(sql.Identifier(grant.column)) if grant.column else sql.SQL("")
    cursor.execute(
        sql.SQL(statement).format(
            right=sql.SQL(grant.right) + columns,
            relation=sql.Identifier(grant.schema, grant.relation),
            role=sql.Identifier(grant.role) if grant.role else sql.SQL("PUBLIC"),
        )
    )


def _note_of(owner: str, relations: Sequence[Relation], user: str) -> str:
    names = [".".join(relation) for relation in relations]
    return (
        f"{listed(names, 1)} belonged to {owner} and now belong to {user}, who may not give them away; "
        f"{owner} has every right on them. Load as {owner} or as a superuser to keep the owner."
    )
