"""What users have added to the tables outlasts a load, or is refused by name: nothing of theirs is lost silently."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from psycopg2.extensions import make_dsn

from database_loader import FitnessCenterDatabaseLoader
from datagen.errors import DatabaseError, DataError
from datagen.fitness.tables import metadata
from datagen.loading.postgres import swap, user_indexes
from datagen.loading.postgres.connection import options_of
from datagen.progress import Progress
from tests.conftest import ASKED
from tests.support.queries import ask, checksum, database_beside, watching

Loader = FitnessCenterDatabaseLoader
ROLES = ("datagen owner", "datagen_reader")
SCHEMA = "Test schema"


@pytest.fixture
def roles(url: str, schema: str) -> Iterator[tuple[str, ...]]:
    """An owner and a reader, who own nothing and may do nothing yet."""
    for role in ROLES:
        ask(url, f'CREATE ROLE "{role}" LOGIN')
    yield ROLES
    for role in ROLES:
        ask(url, f'DROP OWNED BY "{role}" CASCADE; DROP ROLE "{role}"')


@pytest.fixture(scope="module", params=["embedded", "system"] if ASKED else ["embedded"])
def template(request: pytest.FixtureRequest, small: Path) -> Iterator[str]:
    """A database of each server in turn that holds a data set; not to be changed."""
    with database_beside(request.getfixturevalue(request.param), "template") as url:
        with FitnessCenterDatabaseLoader(url, SCHEMA, report=Progress(quiet=True)) as loader:
            loader.load(small)
        yield url


@pytest.fixture
def url(template: str) -> Iterator[str]:
    """A copy of that database, which is the test's own."""
    with database_beside(template, "copy", options_of(template)["dbname"]) as url:
        yield url


@pytest.fixture
def schema() -> str:
    """The schema of the data set."""
    return SCHEMA


@pytest.fixture
def loaded(loader: Loader) -> Loader:
    """A loader into the copy."""
    return loader


def do(url: str, schema: str, *statements: str) -> None:
    """Run statements as a user would, with the schema in the path."""
    for statement in statements:
        ask(url, f'SET search_path TO "{schema}"; SET client_min_messages TO error; {statement}')


def defined(url: str, schema: str) -> list[tuple[object, ...]]:
    """Everything about the views of a schema but their rows; without the view that tells what was loaded."""
    return ask(
        url,
        "SELECT c.relname::text, pg_get_viewdef(c.oid), c.reloptions, pg_get_userbyid(c.relowner)::text, "
        "obj_description(c.oid), array(SELECT a.attname || ' ' || col_description(c.oid, a.attnum) "
        "FROM pg_attribute a WHERE a.attrelid = c.oid ORDER BY 1) "
        f"FROM pg_class c WHERE c.relnamespace = '\"{schema}\"'::regnamespace AND c.relkind = 'v' "
        "AND c.relname <> 'loaded_files' ORDER BY 1",
    )


def rights(url: str, schema: str) -> list[tuple[object, ...]]:
    """Who owns each table and view, and who may do what with it or its columns."""
    return ask(
        url,
        "SELECT c.relname::text, pg_get_userbyid(c.relowner)::text, "
        "array(SELECT coalesce(g.rolname, 'everybody') || ' ' || x.privilege_type || x.is_grantable "
        "FROM aclexplode(c.relacl) x LEFT JOIN pg_roles g ON g.oid = x.grantee "
        "WHERE x.grantee <> c.relowner ORDER BY 1), "
        "array(SELECT a.attname || ' ' || coalesce(g.rolname, 'everybody') || ' ' || x.privilege_type "
        "|| x.is_grantable FROM pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) x "
        "LEFT JOIN pg_roles g ON g.oid = x.grantee "
        "WHERE a.attrelid = c.oid ORDER BY 1) "
        f"FROM pg_class c WHERE c.relnamespace = '\"{schema}\"'::regnamespace AND c.relkind IN ('r', 'v') ORDER BY 1",
    )


def index_definitions(url: str, schema: str) -> list[tuple[object, ...]]:
    return ask(url, f"SELECT indexname::text, indexdef FROM pg_indexes WHERE schemaname = '{schema}' ORDER BY 1")


# --- indexes ---------------------------------------------------------------------------------------------------------


def test_indexes_of_users_and_those_for_reports_outlast_a_load(
    loaded: Loader, other: Path, url: str, schema: str
) -> None:
    loaded.create_performance_indexes()
    do(
        url,
        schema,
        """CREATE INDEX "my ""index" ON members (lower(lastname) DESC) INCLUDE (city) WHERE gender = 'F'""",
        "CREATE UNIQUE INDEX by_email ON members (email) WITH (fillfactor = 70)",
        "CREATE INDEX by_hash ON memberaccess USING hash (memberid)",
        "CREATE INDEX by_block ON memberaccess USING brin (checkintime timestamp_minmax_ops)",
        "CREATE FUNCTION first(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT left($1, 1)'",
        "CREATE INDEX by_first ON members (first(lastname))",
    )
    before = index_definitions(url, schema)
    loaded.load(other, truncate=True)
    assert index_definitions(url, schema) == before
    assert ask(url, "SELECT count(*) FROM pg_index WHERE NOT indisvalid") == [(0,)]


@pytest.mark.parametrize(
    ("index", "told"),
    [
        ("UNIQUE INDEX mine ON instructorfeedback (overallrating)", "could not create unique index"),
        ("INDEX mine ON instructorfeedback ((1 / (overallrating - overallrating)))", "division by zero"),
    ],
)
def test_an_index_that_the_new_rows_do_not_fit_is_named_and_nothing_changes(
    loaded: Loader, other: Path, url: str, schema: str, index: str, told: str
) -> None:
    do(url, schema, "TRUNCATE instructorfeedback", f"CREATE {index}")
    before = checksum(url, schema)
    with pytest.raises(DataError, match=f"The index mine on instructorfeedback, not made .*{told}.* Drop it"):
        loaded.load(other, truncate=True)
    assert checksum(url, schema) == before


def test_an_index_made_while_a_load_runs_is_not_forgotten(
    loaded: Loader, other: Path, url: str, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_way = swap.make_way

    def late(*arguments: object) -> swap.Additions:
        ask(url, f'CREATE INDEX came_late ON "{schema}".members (city)')
        return make_way(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(swap, "make_way", late)
    loaded.load(other, truncate=True)
    assert "came_late" in dict(index_definitions(url, schema))


def test_names_of_the_project_are_those_in_the_database(loaded: Loader, url: str, schema: str) -> None:
    own = set(user_indexes.own_names(metadata))
    found = ask(
        url,
        f"SELECT conname::text FROM pg_constraint WHERE connamespace = '\"{schema}\"'::regnamespace "
        f"AND contype <> 'n' UNION SELECT indexname::text FROM pg_indexes WHERE schemaname = '{schema}'",
    )
    assert {name for (name,) in found} == own


# --- views -----------------------------------------------------------------------------------------------------------


def test_views_of_users_are_made_again_with_all_that_belongs_to_them(
    loaded: Loader, other: Path, url: str, schema: str, roles: tuple[str, ...]
) -> None:
    owner, reader = roles
    do(
        url,
        schema,
        f'GRANT USAGE, CREATE ON SCHEMA "{schema}" TO "{owner}"; GRANT SELECT ON members TO "{owner}"',
        # Made in an order that is not that of their names, on one another and on a view of the project.
        """CREATE VIEW "z first" WITH (security_barrier) AS SELECT * FROM members WHERE gender = 'F'""",
        'CREATE VIEW b (who, "How ""many""") AS SELECT lastname, count(*) FROM "z first" GROUP BY 1',
        "CREATE VIEW a AS SELECT b.*, (SELECT max(visits) FROM peak_usage_analysis) FROM b",
        "CREATE VIEW checked AS SELECT * FROM staff WHERE hourlyrate > 1 WITH LOCAL CHECK OPTION",
        "CREATE VIEW whole AS SELECT m FROM members m",
        "COMMENT ON VIEW b IS 'It''s {} 100 %s'; COMMENT ON COLUMN b.who IS 'surname'",
        f'ALTER VIEW "z first" OWNER TO "{owner}"',
        f'GRANT SELECT ON b TO "{reader}" WITH GRANT OPTION; GRANT SELECT (who) ON a TO PUBLIC',
    )
    before = defined(url, schema), rights(url, schema)
    loaded.load(other, truncate=True)
    assert (defined(url, schema), rights(url, schema)) == before
    women = f"""SELECT count(*) FROM "{schema}".members WHERE gender = 'F'"""
    assert ask(url, f'SELECT count(*) FROM "{schema}"."z first"') == ask(url, women)
    assert ask(url, f'SELECT count(*) > 0 FROM "{schema}".a') == [(True,)]


def test_a_view_keeps_asking_with_the_rights_of_its_caller(loaded: Loader, other: Path, url: str, schema: str) -> None:
    if ask(url, "SELECT current_setting('server_version_num')::int < 150000") == [(True,)]:
        pytest.skip("PostgreSQL knows security_invoker from version 15 on.")
    ask(url, f'CREATE VIEW "{schema}".own WITH (security_invoker = on) AS SELECT * FROM "{schema}".members')
    before = defined(url, schema)
    loaded.load(other, truncate=True)
    assert defined(url, schema) == before


def test_views_in_other_schemas_are_made_again(loaded: Loader, other: Path, url: str, schema: str) -> None:
    ask(url, f'CREATE SCHEMA elsewhere; CREATE VIEW elsewhere.mine AS SELECT count(*) AS n FROM "{schema}".members')
    try:
        loaded.load(other, truncate=True)
        assert ask(url, "SELECT n FROM elsewhere.mine") == ask(url, f'SELECT count(*) FROM "{schema}".members')
    finally:
        ask(url, "DROP SCHEMA elsewhere CASCADE")


def test_a_view_that_cannot_be_made_again_is_named_and_nothing_changes(
    loaded: Loader, other: Path, url: str, schema: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A view of the project that loses a column in a later release, on which a user's view stands.
    ask(url, f'CREATE VIEW "{schema}".mine AS SELECT busiest_rank FROM "{schema}".peak_usage_analysis')
    before = checksum(url, schema)
    (tmp_path / "peak_usage_analysis.sql").write_text("-- Visits; one row a member\nSELECT count(*) AS n FROM members;")
    monkeypatch.setattr("datagen.fitness.analytics.VIEWS", tmp_path)
    with pytest.raises(DatabaseError, match=r"The view Test schema\.mine.*busiest_rank.*Drop it and load again"):
        loaded.load(other, truncate=True)
    assert checksum(url, schema) == before


def test_readers_of_views_do_not_notice_a_load(loaded: Loader, small: Path, other: Path, url: str, schema: str) -> None:
    ask(url, f'CREATE VIEW "{schema}".mine AS SELECT count(*) AS n FROM "{schema}".members')
    query = f'SELECT (SELECT n FROM "{schema}".mine), (SELECT sum(members) FROM "{schema}".member_retention_metrics)'
    with watching(url, f'SELECT count(*) FROM "{schema}".staff', query, readers=3) as seen:
        for directory in (other, small, other):
            loaded.load(directory, truncate=True)
    assert 60 in {first for first, _ in seen} <= {60, 80}


# --- what is refused -------------------------------------------------------------------------------------------------

REFUSED = {
    "a materialized view": (
        "CREATE MATERIALIZED VIEW {0}.mine AS SELECT * FROM {0}.staff",
        "materialized view {0}.mine",
    ),
    "a materialized view on a view": (
        "CREATE VIEW {0}.mine AS SELECT * FROM {0}.staff; CREATE MATERIALIZED VIEW {0}.kept AS SELECT * FROM {0}.mine",
        "materialized view {0}.kept",
    ),
    "a foreign key of another table": (
        "CREATE TABLE {0}.mine (memberid varchar(10) CONSTRAINT to_member REFERENCES {0}.members)",
        "constraint to_member on table {0}.mine",
    ),
    "a CHECK": (
        "ALTER TABLE {0}.members ADD CONSTRAINT mine CHECK (memberid <> '')",
        "constraint mine on table {0}.members",
    ),
    "a UNIQUE": (
        "ALTER TABLE {0}.members ADD CONSTRAINT mine UNIQUE (phone, memberid)",
        "constraint mine on table {0}.members",
    ),
    "a trigger": (
        "CREATE FUNCTION {0}.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
        "CREATE TRIGGER mine BEFORE UPDATE ON {0}.members FOR EACH ROW EXECUTE FUNCTION {0}.f()",
        "trigger mine on table {0}.members",
    ),
    "a trigger of a view": (
        "CREATE FUNCTION {0}.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
        "CREATE TRIGGER mine INSTEAD OF UPDATE ON {0}.class_popularity FOR EACH ROW EXECUTE FUNCTION {0}.f()",
        "trigger mine on view {0}.class_popularity",
    ),
    "a rule": (
        "CREATE RULE mine AS ON DELETE TO {0}.members DO INSTEAD NOTHING",
        "rule mine on table {0}.members",
    ),
    "a policy": ("CREATE POLICY mine ON {0}.members USING (gender = 'F')", "policy mine on table {0}.members"),
    "row security": ("ALTER TABLE {0}.members ENABLE ROW LEVEL SECURITY", "row security of table {0}.members"),
    "a default": (
        "ALTER TABLE {0}.members ALTER city SET DEFAULT 'Tulsa'",
        "default value for column city of table {0}.members",
    ),
    "statistics": ("CREATE STATISTICS {0}.mine ON city, state FROM {0}.members", "statistics object {0}.mine"),
    "an heir": ("CREATE TABLE {0}.mine () INHERITS ({0}.members)", "table {0}.mine"),
    "a function of a table's type": (
        "CREATE FUNCTION {0}.mine({0}.members) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "function {0}.mine({0}.members)",
    ),
    "a column of a table's type": ("CREATE TABLE {0}.mine (who {0}.members[])", "column who of table {0}.mine"),
    "a view of one session": ("CREATE TEMP VIEW mine AS SELECT * FROM {0}.members", "view pg_temp"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_would_be_lost_is_refused_by_its_name(
    loaded: Loader, small: Path, url: str, schema: str, kind: str
) -> None:
    statement, told = (text.format(f'"{schema}"') for text in REFUSED[kind])
    connection = psycopg2.connect(url)  # stays open: it owns what is temporary
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
    before = checksum(url, schema)
    with pytest.raises(DatabaseError) as refused:
        loaded.load(small, truncate=True)
    assert told in str(refused.value) and "Drop it and make it again after the load" in str(refused.value)
    assert len(str(refused.value)) < 400
    assert checksum(url, schema) == before
    connection.close()


def test_a_publication_would_be_lost(loaded: Loader, small: Path, url: str, schema: str) -> None:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SET client_min_messages TO error")
        cursor.execute(f'CREATE PUBLICATION mine FOR TABLE "{schema}".members, "{schema}".staff')
    connection.close()
    try:
        with pytest.raises(DatabaseError, match=r"publication .* and 1 more, not made .* Drop them"):
            loaded.load(small, truncate=True)
    finally:
        ask(url, "DROP PUBLICATION mine")


# --- rights ----------------------------------------------------------------------------------------------------------


def test_rights_that_others_were_given_outlast_a_load_and_no_others_come(
    loaded: Loader, other: Path, url: str, schema: str, roles: tuple[str, ...]
) -> None:
    _, reader = roles
    place = f'"{schema}"'
    ask(
        url,
        f"GRANT SELECT ON {place}.staff, {place}.class_popularity TO PUBLIC; "
        f'GRANT ALL ON {place}.equipment TO "{reader}"',
    )
    ask(url, f'GRANT SELECT (memberid, city), UPDATE (city) ON {place}.members TO "{reader}" WITH GRANT OPTION')
    ask(url, f'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "{reader}"')
    before = rights(url, schema)
    assert [
        f"{right}true"
        for right in ("city datagen_reader SELECT", "city datagen_reader UPDATE", "memberid datagen_reader SELECT")
    ] in [row[3] for row in before]
    try:
        loaded.load(other, truncate=True)
        assert rights(url, schema) == before
    finally:
        ask(url, f'ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM "{reader}"')


def test_owners_keep_their_tables(loaded: Loader, other: Path, url: str, schema: str, roles: tuple[str, ...]) -> None:
    owner, reader = roles
    ask(url, f'GRANT USAGE, CREATE ON SCHEMA "{schema}" TO "{owner}"')
    for table in ("members", "staff", "class_popularity", "loaded_files"):
        ask(url, f'ALTER TABLE "{schema}"."{table}" OWNER TO "{owner}"')
    ask(url, f'GRANT SELECT ON "{schema}".staff TO "{reader}", CURRENT_USER')
    before = rights(url, schema)
    assert loaded.load(other, truncate=True).warnings == ()
    assert rights(url, schema) == before


def begin_schema(url: str, schema: str, owner: str, guest: str) -> None:
    """Have an empty schema in place of the one that is there; the guest may make tables in it."""
    ask(url, f'DROP SCHEMA "{schema}" CASCADE; CREATE SCHEMA "{schema}" AUTHORIZATION "{owner}"')
    ask(url, f'GRANT USAGE, CREATE ON SCHEMA "{schema}" TO "{guest}"')


def user(url: str, role: str) -> str:
    return str(make_dsn(**(options_of(url) | {"user": role})))


def test_an_owner_whom_the_loader_may_not_give_anything_is_told_and_has_every_right(
    small: Path, other: Path, url: str, schema: str, roles: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    owner, reader = roles
    begin_schema(url, schema, reader, owner)
    ask(url, f'GRANT CREATE ON DATABASE "{options_of(url)["dbname"]}" TO "{owner}", "{reader}"')
    with Loader(user(url, owner), schema, report=Progress(quiet=True)) as first:
        first.load(small)
    ask(url, f'GRANT SELECT, TRUNCATE ON ALL TABLES IN SCHEMA "{schema}" TO "{reader}"')
    with Loader(user(url, reader), schema) as second:
        (warning,) = second.load(other, truncate=True).warnings
    assert "30 more belonged to datagen owner and now belong to datagen_reader" in warning
    assert f"Note: {warning}" in capsys.readouterr().out
    with Loader(user(url, owner), schema, report=Progress(quiet=True)) as first:
        assert ask(user(url, owner), f'UPDATE "{schema}".members SET city = city WHERE false') == []
        assert ask(user(url, owner), f'SELECT count(*) FROM "{schema}".members') == [(80,)]


def test_a_view_of_somebody_whom_the_loader_may_not_act_for_is_refused(
    small: Path, other: Path, url: str, schema: str, roles: tuple[str, ...]
) -> None:
    owner, reader = roles
    begin_schema(url, schema, reader, owner)
    ask(url, f'GRANT CREATE ON DATABASE "{options_of(url)["dbname"]}" TO "{reader}"')
    with Loader(user(url, reader), schema, report=Progress(quiet=True)) as loader:
        loader.load(small)
        ask(url, f'GRANT SELECT ON "{schema}".members TO "{owner}"')
        ask(user(url, owner), f'CREATE VIEW "{schema}".theirs AS SELECT count(*) FROM "{schema}".members')
        before = checksum(url, schema)
        with pytest.raises(DatabaseError, match=r"The view Test schema\.theirs on the tables belongs to datagen owner"):
            loader.load(other, truncate=True)
        assert checksum(url, schema) == before
