from __future__ import annotations

import socket
import socketserver
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extensions import make_dsn

from database_loader import FitnessCenterDatabaseLoader
from datagen.errors import DatabaseError, DataError, DatagenError, NoSuchDatabase, UsageError
from datagen.loading.postgres.connection import (
    connect,
    create_database,
    is_too_old,
    options_of,
    place,
    without_password,
)
from datagen.loading.postgres.embedded.server import EmbeddedServer
from datagen.progress import Progress
from tests.support.queries import ask, checksum, reload_settings, wait_until

SECRET = "s3cr3t/p@ss"
CODED = "s3cr3t%2Fp%40ss"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A server that asks for passwords, with users of few rights."""
    server = EmbeddedServer("tests", tmp_path_factory.mktemp("strict") / ".postgres")
    server.start()
    ask(
        server.url,
        "CREATE ROLE reader LOGIN PASSWORD 'reader'; ALTER ROLE reader SET default_transaction_read_only = off",
    )
    ask(server.url, f"CREATE ROLE owner LOGIN SUPERUSER PASSWORD '{SECRET}'")
    ask(server.url, "CREATE ROLE standby LOGIN SUPERUSER PASSWORD 'standby'")
    ask(server.url, "ALTER ROLE standby SET default_transaction_read_only = on")
    create_database(server.url.replace("/tests?", "/closed?"))
    ask(server.url, "REVOKE CONNECT ON DATABASE closed FROM PUBLIC")
    (server.data / "pg_hba.conf").write_text("local all postgres trust\nlocal all all scram-sha-256\n")
    reload_settings(server.url)
    yield server
    server.stop()


def url(server: EmbeddedServer, user: str, password: str, database: str = "tests", **more: str) -> str:
    host = options_of(server.url)["host"]
    return str(make_dsn(host=host, user=user, password=password, dbname=database, **more))


def refused(target: str) -> str:
    with pytest.raises(DatagenError) as error:
        FitnessCenterDatabaseLoader(target, report=Progress(quiet=True)).connect()
    return str(error.value)


def test_a_wrong_password_is_told_and_not_repeated(strict: EmbeddedServer) -> None:
    told = refused(url(strict, "owner", "Tr0ub4dor"))
    assert told.startswith("The password for owner was refused at") and "Tr0ub4dor" not in told


def test_a_right_password_with_special_characters_works(strict: EmbeddedServer) -> None:
    host = options_of(strict.url)["host"]
    for target in (
        f"postgresql://owner:{CODED}@/tests?host={host}",
        f"postgres://owner:{CODED}@/tests?host={host}",
        f"postgresql+psycopg2://owner:{CODED}@/tests?host={host}",
        url(strict, "owner", SECRET),
    ):
        connect(target).close()
        assert SECRET not in place(target) + without_password(target)


def test_a_database_that_is_not_there_can_be_created(strict: EmbeddedServer) -> None:
    target = url(strict, "owner", SECRET, "brand new")
    told = refused(target)
    assert "There is no database brand new" in told and "--create-database" in told
    loader = FitnessCenterDatabaseLoader(target, report=Progress(quiet=True))
    with pytest.raises(NoSuchDatabase):
        loader.connect()
    loader.connect(create_database=True)
    loader.close()
    assert ask(target, "SELECT current_database()::text") == [("brand new",)]


@pytest.mark.parametrize(
    ("user", "password", "database", "told"),
    [
        ("nobody here", "x", "tests", "The password for nobody here was refused"),
        ("reader", "reader", "closed", "reader has no right to connect"),
    ],
)
def test_users_without_rights_are_told_so(
    strict: EmbeddedServer, user: str, password: str, database: str, told: str
) -> None:
    assert told in refused(url(strict, user, password, database))


def test_servers_that_are_not_there_are_told_in_a_line(tmp_path: Path) -> None:
    for target, told in {
        "postgresql://u:hunter2@127.0.0.1:1/db": "There is no PostgreSQL server at 127.0.0.1:1, database db",
        f"postgresql:///db?host={tmp_path}&user=u&password=hunter2": "There is no PostgreSQL server at /",
        "postgresql://u:hunter2@no-such-host.invalid/db": "The host of the database URL is not known",
    }.items():
        message = refused(target)
        assert told in message and "hunter2" not in message and len(message) < 400


@contextmanager
def in_other_words(server: EmbeddedServer) -> Iterator[int]:
    """A port of a server whose messages are in another language: ours, with its words replaced on the way."""
    socket_file = f"{options_of(server.url)['host']}/.s.PGSQL.{options_of(server.url)['port']}"

    class Forwarding(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.socket(socket.AF_UNIX) as behind:
                behind.connect(socket_file)
                to_server = threading.Thread(target=self._pass_on, args=(behind,), daemon=True)
                to_server.start()
                while (kind := behind.recv(1)) and (head := behind.recv(4)):
                    body = b""
                    while len(body) < struct.unpack("!i", head)[0] - 4:
                        body += behind.recv(struct.unpack("!i", head)[0] - 4 - len(body))
                    if kind == b"E":
                        fields = [b"MDas geht leider nicht" if part[:1] == b"M" else part for part in body.split(b"\0")]
                        body = b"\0".join(fields)
                    self.request.sendall(kind + struct.pack("!i", len(body) + 4) + body)
                self.request.close()

        def _pass_on(self, behind: socket.socket) -> None:
            with suppress(OSError):
                while data := self.request.recv(4096):
                    if data == struct.pack("!ii", 8, 80877103):
                        self.request.sendall(b"N")  # no TLS
                    else:
                        behind.sendall(data)
                behind.close()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Forwarding) as listening:
        listening.daemon_threads = True
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield listening.server_address[1]
        listening.shutdown()


def test_what_a_server_says_in_another_language_is_understood(strict: EmbeddedServer) -> None:
    with in_other_words(strict) as port:

        def at(user: str, password: str, database: str) -> str:
            return str(
                make_dsn(
                    host="127.0.0.1", port=port, user=user, password=password, dbname=database, gssencmode="disable"
                )
            )

        assert "The password for owner was refused" in refused(at("owner", "wrong", "tests"))
        assert "reader has no right to connect" in refused(at("reader", "reader", "closed"))
        told = refused(at("owner", SECRET, "not yet there"))
        assert "There is no database not yet there" in told and "--create-database" in told
        loader = FitnessCenterDatabaseLoader(at("owner", SECRET, "not yet there"), report=Progress(quiet=True))
        loader.connect(create_database=True)
        loader.close()
        create_database(strict.url.replace("/tests?", "/full_up?"))
        ask(strict.url, "ALTER DATABASE full_up CONNECTION LIMIT 0")
        assert "no connection to spare" in refused(at("reader", "reader", "full_up"))


def test_what_is_no_server_of_postgresql_is_told() -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        told = refused(f"postgresql://u:hunter2@127.0.0.1:{listening.server_address[1]}/db")
        listening.shutdown()
    assert told.startswith("What answers is no PostgreSQL server, or hangs up at once, at 127.0.0.1:")


def test_the_place_is_the_one_that_was_reached(strict: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    host, port = options_of(strict.url)["host"], options_of(strict.url)["port"]
    assert place("postgresql://one,two:5433/d?user=u") == "at one:5432 or two:5433, database d"
    assert place("service=sales dbname=d") == "of the service sales, database d"
    target = f"host=127.0.0.1,{host} port=1,{port} user=postgres dbname=tests"
    with FitnessCenterDatabaseLoader(target, report=Progress(quiet=True)) as loader:
        assert loader.where == f"at {host}, database tests, schema public"
    monkeypatch.setenv("PGHOST", host)
    monkeypatch.setenv("PGPORT", port)
    assert place("dbname=tests user=postgres") == f"at {host}, database tests"


def test_a_short_password_is_not_hidden_inside_words() -> None:
    told = refused("postgresql://u:a@127.0.0.1:1/database")
    assert "***" not in told and "at 127.0.0.1:1, database database" in told


def test_a_role_that_may_not_create_schemas_is_told_what_to_ask_for(strict: EmbeddedServer, small: Path) -> None:
    ask(strict.url, "CREATE ROLE tenant LOGIN PASSWORD 'tenant'; CREATE SCHEMA tenant AUTHORIZATION tenant")
    loader = FitnessCenterDatabaseLoader(url(strict, "tenant", "tenant"), "tenant", report=Progress(quiet=True))
    with pytest.raises(DatabaseError, match=r'a schema tenant__loading .*GRANT CREATE ON DATABASE "tests" TO "tenant"'):
        loader.load(small)
    ask(strict.url, 'GRANT CREATE ON DATABASE "tests" TO "tenant"')
    assert loader.load(small).rows["members"] == 60
    loader.close()


def test_tls_is_as_the_url_asks(strict: EmbeddedServer, embedded: str) -> None:
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect("postgresql://postgres@127.0.0.1:1/x?sslmode=verify-full&sslrootcert=/nowhere")
    missing = "postgresql://postgres:hunter2@127.0.0.1:5432/postgres?sslmode=verify-full&sslrootcert=/nowhere.pem"
    told = refused(missing)
    assert "hunter2" not in told
    assert "TLS as the URL asks" in told or "There is no PostgreSQL server" in told


@pytest.mark.parametrize(
    "text",
    [
        "fitnessdb",
        "mysql://u:hunter2@host/db",
        "postgresql://u:hunt@er2@host/db",
        "postgresql://u:hunt/er2@host/db",
        "postgresql://u:hunt%er2@host/db",
        "postgresql://u:hunter2@host:port/db",
        "postgresql://u:12/hunter2@host",
        "postgresql://u:12/hunter2@host/db?user=u",
        "postgresql://u:hunter2@host/db?nonsense=hunter2",
        "host=h hunter2",
    ],
)
def test_what_is_no_url_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(UsageError) as error:
        options_of(text)
    assert "hunt" not in str(error.value) and "er2" not in str(error.value)


@given(password=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=6))
def test_no_password_is_ever_shown(password: str) -> None:
    target = make_dsn(host="127.0.0.1", port="1", user="somebody", password=password, dbname="db")
    told = refused(str(target))
    assert password not in told.replace("127.0.0.1:1, database db", "")
    assert password not in without_password(str(target)).replace("somebody", "")


def test_a_load_without_rights_changes_nothing(strict: EmbeddedServer, small: Path) -> None:
    for user, told in {"reader": "reader has no right to do this", "standby": "read-only"}.items():
        loader = FitnessCenterDatabaseLoader(url(strict, user, user), report=Progress(quiet=True))
        with pytest.raises(DatabaseError, match=told):
            loader.load(small)
        loader.close()


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("pg_terminate_backend", "The server ended the connection|The connection to the server was lost"),
        ("pg_cancel_backend", "The server cancelled the work"),
    ],
)
def test_a_session_that_ends_midway_is_told_and_nothing_changes(
    embedded: str, small: Path, other: Path, end: str, told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    loader = FitnessCenterDatabaseLoader(embedded, "midway", report=Progress(quiet=True))
    loader.load(small, truncate=True)
    before = checksum(embedded, "midway")
    # A lock on one of the new tables' parents keeps the load at work until it is ended.
    done = threading.Event()

    def stop() -> None:
        connection = psycopg2.connect(embedded)
        connection.autocommit = True
        with connection.cursor() as cursor:
            while not done.is_set():
                cursor.execute(
                    f"SELECT {end}(pid) FROM pg_stat_activity WHERE application_name = 'datagen' "
                    "AND query LIKE 'COPY%' AND state = 'active'"
                )
        connection.close()

    stopper = threading.Thread(target=stop)
    stopper.start()
    try:
        with pytest.raises(DatabaseError, match=told) as error:
            loader.load(other, truncate=True)
    finally:
        done.set()
        stopper.join()
    assert len(str(error.value)) < 400
    assert capfd.readouterr() == ("", "")
    loader.close()
    assert checksum(embedded, "midway") == before


@pytest.mark.parametrize(
    ("version", "old"), [(90624, True), (120022, True), (130000, False), (150013, False), (180001, False)]
)
def test_servers_before_version_13_are_too_old(version: int, old: bool) -> None:
    assert is_too_old(version) is old


def test_a_database_of_another_encoding_is_refused(embedded: str, small: Path) -> None:
    connection = psycopg2.connect(embedded)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0")
    connection.close()
    target = embedded.replace("/tests?", "/latin?")
    with pytest.raises(DatabaseError, match="encoding is LATIN1, not UTF8"):
        FitnessCenterDatabaseLoader(target, report=Progress(quiet=True)).load(small)


def test_a_socket_directory_or_database_may_have_an_at_sign_in_its_name() -> None:
    assert options_of("postgresql:///db?host=/srv/me@corp")["host"] == "/srv/me@corp"
    assert options_of("postgresql://host/d%40b")["dbname"] == "d@b"


def test_defaults_of_a_database_do_not_change_what_a_load_sees_or_how_long_it_may_rest(embedded: str) -> None:
    options = "-cdefault_transaction_isolation=serializable -cidle_session_timeout=1h -ctransaction_timeout=1h"
    connection = connect(str(make_dsn(embedded, options=options)))
    with connection.cursor() as cursor:
        for name, expected in (
            ("transaction_isolation", "read committed"),
            ("idle_session_timeout", "0"),
            ("transaction_timeout", "0"),
        ):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == (expected,)
    connection.close()


def _commit_once_a_load_waits(url: str, other: psycopg2.extensions.connection) -> None:
    sessions = "FROM pg_stat_activity WHERE application_name = 'datagen' AND wait_event_type = 'Lock'"
    try:
        wait_until(url, f"SELECT count(*) > 0 {sessions}", [(True,)])
    finally:
        other.commit()


def test_rows_that_another_session_commits_meanwhile_are_not_replaced_unasked(embedded: str, small: Path) -> None:
    target = str(make_dsn(embedded, options="-cdefault_transaction_isolation=serializable"))
    with FitnessCenterDatabaseLoader(target, "meanwhile", report=Progress(quiet=True)) as loader:
        loader.create_schema()
        other = psycopg2.connect(embedded)
        row = "'MT900', 'Theirs', 'Another plan', 49.99, 25, 1, 1, true, '2021-11-01 09:00:00'"
        other.cursor().execute(f"INSERT INTO meanwhile.membershiptypes VALUES ({row})")
        committed = threading.Thread(target=_commit_once_a_load_waits, args=(embedded, other))
        committed.start()
        with pytest.raises(DataError, match="membershiptypes"):
            loader.load(small)
        committed.join()
        other.close()
    assert ask(embedded, "SELECT count(*) FROM meanwhile.membershiptypes") == [(1,)]


def test_a_load_makes_do_with_the_connections_that_there_are(embedded: str, small: Path) -> None:
    ask(embedded, "CREATE ROLE frugal LOGIN CONNECTION LIMIT 3; GRANT CREATE ON DATABASE tests TO frugal")
    target = str(make_dsn(embedded, user="frugal"))
    with FitnessCenterDatabaseLoader(target, "frugal", report=Progress(quiet=True)) as loader:
        assert sum(loader.load(small).rows.values()) > 1000


@pytest.mark.parametrize("schema", ["public", "my schema", 'it\'s "odd"\\'])
def test_the_command_that_opens_the_database_can_be_pasted(
    embedded: str, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, *_ = EmbeddedServer("tests", Path(options_of(embedded)["host"])).psql()
    monkeypatch.setenv("PATH", f"{Path(program).parent}:/bin:/usr/bin")
    loader = FitnessCenterDatabaseLoader(embedded, schema, report=Progress(quiet=True))
    command = loader.how_to_open().splitlines()[1]
    asked = subprocess.run(
        ["sh", "-c", f"{command} -XAtc 'select current_schemas(false)'"], capture_output=True, text=True, check=False
    )
    assert asked.returncode == 0, asked.stderr
    if schema != "public":
        ask(embedded, f'CREATE SCHEMA "{schema.replace(chr(34), chr(34) * 2)}"')
        again = subprocess.run(
            ["sh", "-c", f"{command} -XAtc 'select current_schema()'"], capture_output=True, text=True, check=True
        )
        assert again.stdout.strip() == schema
