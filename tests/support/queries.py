"""Questions that tests put to a database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import psycopg2
import pytest
from psycopg2 import sql
from psycopg2.extensions import make_dsn

from datagen.loading.postgres.connection import options_of
from tests.support.readers import Question, reading

ONE_SERVER = pytest.mark.parametrize("url", ["embedded"], indirect=True)
"""Of a test that need not run on each server: what it tries does not hang on the server's version."""


def ask(url: str, query: str) -> list[tuple[object, ...]]:
    """The rows of a query."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@contextmanager
def schemas_dropped(url: str) -> Iterator[None]:
    """In the end, drop the schemas that were not there before."""
    before = _schemas(url)
    yield
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        for name in _schemas(url) - before:
            cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)))


def _schemas(url: str) -> set[object]:
    return {name for (name,) in ask(url, "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'")}


@contextmanager
def database_beside(url: str, ending: str, template: str = "template0") -> Iterator[str]:
    """The URL of a database of the same server, named as this one with an ending; dropped in the end.

    It begins as a copy of the template, to which nobody may be connected.
    """
    options = options_of(url)
    name = f"{options['dbname']}_{ending}"
    connection = psycopg2.connect(make_dsn(**(options | {"dbname": "postgres"})))
    connection.autocommit = True
    with closing(connection), connection.cursor() as cursor:
        create = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE {}")
        cursor.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield str(make_dsn(**(options | {"dbname": name})))
        finally:
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def wait_until(url: str, query: str, rows: list[tuple[object, ...]], seconds: float = 60) -> None:
    """Put a query again and again until it answers with these rows: sessions end in their own time."""
    end = time.monotonic() + seconds
    while (found := ask(url, query)) != rows:
        assert time.monotonic() < end, f"still {found}, not {rows}: {query}"
        time.sleep(0.02)


def reload_settings(url: str) -> None:
    """Have a server read its files of settings again; connections made from now on follow them."""
    ((before,),) = ask(url, "SELECT pg_conf_load_time()::text")
    ask(url, "SELECT pg_reload_conf()")
    wait_until(url, f"SELECT pg_conf_load_time() > '{before}'", [(True,)])


def watching(url: str, *queries: str, readers: int = 2) -> AbstractContextManager[set[tuple[object, ...]]]:
    """The answers to the last of some queries, which readers put again and again, in a transaction each time.

    Each reader has seen what is there at the beginning. None of the queries may fail.
    """

    @contextmanager
    def asking() -> Iterator[Question]:
        with closing(psycopg2.connect(url)) as connection:

            def answer() -> list[tuple[object, ...]]:
                with connection, connection.cursor() as cursor:
                    for query in queries:
                        cursor.execute(query)
                    return cursor.fetchall()

            yield answer

    return reading(asking, readers)


def checksum(url: str, schema: str) -> dict[str, str]:
    """Every relation of a schema with a checksum of its rows, and the names of all schemas of ours.

    When something was loaded does not count.
    """
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE n.nspname = %s AND c.relkind IN ('r', 'v') ORDER BY 1",
                (schema,),
            )
            found = {}
            for (name,) in cursor.fetchall():
                row = sql.SQL("to_jsonb(t) - 'loaded_at'" if name == "loaded_files" else "t")
                query = sql.SQL("SELECT count(*) || ' ' || coalesce(sum(hashtextextended(({})::text, 0)), 0) FROM {} t")
                cursor.execute(query.format(row, sql.Identifier(schema, name)))
                found[name] = str(cursor.fetchone())
            cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE '%\\_\\_loading'")
            return found | {"schemas": str(cursor.fetchall())}
    finally:
        connection.close()
