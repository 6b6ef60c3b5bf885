# ruff: noqa: S608 - the SQL is made of constant parts
"""What users have hung on a world's tables: views, which a load makes anew, and what it must refuse to destroy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import psycopg2
from psycopg2 import sql

from datagen.errors import DatabaseError, listed
from datagen.frozen import dataclass

if TYPE_CHECKING:
    from psycopg2.extensions import cursor as Cursor  # noqa: N812

_CANNOT = ("0A", "22", "2B", "42")
"""Classes of SQLSTATEs that say that a statement cannot be: not as it stands, not for this user."""
# The tables and views that are to be replaced, partitions included, and the views that stand on them, directly or
# through others.
_REACHED = """
WITH RECURSIVE reached (oid) AS (
    SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %(schema)s AND c.relname = ANY(%(ours)s) AND c.relkind IN ('r', 'p', 'v')
    UNION
    SELECT i.inhrelid FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %(schema)s AND c.relname = ANY(%(ours)s) AND c.relkind = 'p'
    UNION
    SELECT r.ev_class FROM reached
    JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = reached.oid
    JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v' AND v.relpersistence = 'p'
)
"""
_VIEWS = (
    _REACHED
    + """
SELECT c.oid,
    array(SELECT d.refobjid::bigint FROM pg_rewrite r
     JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
     WHERE r.ev_class = c.oid AND d.refobjid <> c.oid),
    coalesce(c.reloptions, '{}'), n.nspname, c.relname, pg_get_viewdef(c.oid), obj_description(c.oid, 'pg_class'),
    (SELECT coalesce(json_object_agg(a.attname, col_description(a.attrelid, a.attnum)), '{}') FROM pg_attribute a
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND col_description(a.attrelid, a.attnum) IS NOT NULL),
    pg_get_userbyid(c.relowner), pg_has_role(c.relowner, %(may)s)
FROM reached JOIN pg_class c ON c.oid = reached.oid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'v' AND NOT (n.nspname = %(schema)s AND c.relname = ANY(%(ours)s))
"""
)
# Whatever else depends on them, in PostgreSQL's words: their rows, keys, rules and the views above are known.
_OTHERS = (
    _REACHED
    + """
, replaced AS (SELECT c.* FROM pg_class c WHERE c.oid IN (SELECT oid FROM reached))
, hanging AS (
    SELECT d.classid, d.objid, d.objsubid, d.deptype
    FROM replaced t JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid
    UNION
    SELECT d.classid, d.objid, d.objsubid, d.deptype
    FROM replaced t JOIN pg_type y ON y.oid = t.reltype
    JOIN pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid IN (y.oid, y.typarray)
)
SELECT CASE
    WHEN w.oid IS NOT NULL AND w.rulename = '_RETURN' THEN pg_describe_object('pg_class'::regclass, w.ev_class, 0)
    ELSE pg_describe_object(h.classid, h.objid, h.objsubid) END
FROM hanging h
LEFT JOIN pg_class c ON h.classid = 'pg_class'::regclass AND c.oid = h.objid
LEFT JOIN pg_constraint k ON h.classid = 'pg_constraint'::regclass AND k.oid = h.objid
LEFT JOIN pg_rewrite w ON h.classid = 'pg_rewrite'::regclass AND w.oid = h.objid
LEFT JOIN pg_trigger g ON h.classid = 'pg_trigger'::regclass AND g.oid = h.objid
WHERE NOT (h.classid = 'pg_type'::regclass AND h.deptype = 'i')
    AND (c.oid IS NULL OR c.relkind NOT IN ('i', 't') AND c.oid NOT IN (SELECT oid FROM reached)
         AND NOT (c.relkind = 'S' AND h.deptype = 'i') AND NOT (c.relkind = 'I' AND c.relname = ANY(%(own)s)))
    AND (k.oid IS NULL OR k.conrelid NOT IN (SELECT oid FROM replaced)
         OR (k.contype <> 'n' AND k.conparentid = 0 AND k.conname <> ALL(%(own)s)))
    AND (w.oid IS NULL OR w.rulename <> '_RETURN' OR w.ev_class NOT IN (SELECT oid FROM reached))
    AND (g.oid IS NULL OR NOT g.tgisinternal)
UNION
SELECT 'the row security of ' || pg_describe_object('pg_class'::regclass, t.oid, 0)
FROM replaced t WHERE t.relrowsecurity OR t.relforcerowsecurity
ORDER BY 1
"""
)


@dataclass(frozen=True)
class UserView:
    """A view that stands on the tables, as it can be made again."""

    options: Mapping[str, str]
    schema: str
    name: str
    query: str
    comment: str | None
    columns: Mapping[str, str]
    """The comments of its columns."""
    owner: str
    may_be_made: bool
    """Whether the user of the session may make views of this owner."""

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


def read_views(cursor: Cursor, schema: str, ours: Sequence[str]) -> list[UserView]:
    """The views of others on the tables and views of this project, in an order they can be made in.

    `ours` are the names of the latter.
    """
    # With an empty path the definitions name everything together with its schema.
    cursor.execute("SELECT set_config('search_path', '', true)")
    may = "SET" if cursor.connection.server_version >= 160000 else "MEMBER"
    cursor.execute(_VIEWS, {"schema": schema, "ours": list(ours), "may": may})
    views, below = {}, {}
    for oid, stands_on, options, *stated in cursor.fetchall():
        below[oid] = stands_on
        views[oid] = UserView(dict(option.split("=", 1) for option in options), *stated)
    return [views[oid] for oid in TopologicalSorter(below).static_order() if oid in views]


def refuse_lost(cursor: Cursor, schema: str, ours: Sequence[str], own: Sequence[str]) -> None:
    """Refuse if something would be destroyed with the tables that cannot be made again.

    Such are materialized views, foreign keys and constraints of others, triggers, rules, policies, functions of the
    tables' types. `own` are the names of the project's own constraints.
    """
    cursor.execute("SELECT set_config('search_path', '', true)")
    cursor.execute(_OTHERS, {"schema": schema, "ours": list(ours), "own": list(own)})
    if found := [str(row[0]) for row in cursor.fetchall()]:
        them = "them" if len(found) > 1 else "it"
        raise DatabaseError(
            f"{listed(found, 1)}, not made by this project, would be lost with the tables of {schema} that are to be "
            f"replaced. Drop {them} and make {them} again after the load, or load into another schema (--schema NAME)."
        )


def refuse_foreign(views: Iterable[UserView], user: str) -> None:
    """Refuse if the user of the session may not make one of the views again as its owner's."""
    for view in views:
        if not view.may_be_made:
            raise DatabaseError(
                f"The view {view} on the tables belongs to {view.owner}, and {user} may not make it again. Load as "
                f"{view.owner} or as a superuser, drop it, or load into another schema (--schema NAME)."
            )


def make_views(cursor: Cursor, views: Iterable[UserView]) -> None:
    """Make the views again, with their options and comments, as the user's.

    Raises: `DatabaseError` if one cannot be.
    """
    cursor.execute("SELECT set_config('search_path', '', true)")
    for view in views:
        try:
            _make(cursor, view)
        except psycopg2.Error as error:
            if (error.pgcode or "")[:2] not in _CANNOT:
                raise
            raise DatabaseError(
                f"The view {view}, not made by this project, cannot be made again over the new tables: "
                f"{error.diag.message_primary}. Drop it and load again. The database is as it was."
            ) from error


def _make(cursor: Cursor, view: UserView) -> None:
    name = sql.Identifier(view.schema, view.name)
    options = [sql.SQL("{} = {}").format(sql.Identifier(key), sql.Literal(it)) for key, it in view.options.items()]
    chosen = sql.SQL("WITH ({}) ").format(sql.SQL(", ").join(options)) if options else sql.SQL("")
    cursor.execute(sql.SQL("CREATE VIEW {} {}AS {}").format(name, chosen, sql.SQL(view.query)))
    if view.comment is not None:
        cursor.execute(sql.SQL("COMMENT ON VIEW {} IS {}").format(name, sql.Literal(view.comment)))
    for column, comment in view.columns.items():
        part = sql.Identifier(view.schema, view.name, column)
        cursor.execute(sql.SQL("COMMENT ON COLUMN {} IS {}").format(part, sql.Literal(comment)))
