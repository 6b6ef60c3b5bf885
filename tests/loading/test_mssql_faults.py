"""What goes wrong with SQL Server: one line that says what, where and what to do, and the data as it was."""

from __future__ import annotations

import datetime as dt
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from database_loader import FitnessCenterDatabaseLoader
from datagen.errors import DatabaseError, DataError, NoSuchDatabase, UsageError
from datagen.loading.backends import backend_for
from datagen.loading.mssql.backend import MssqlBackend
from datagen.progress import Progress
from tests.loading import toy
from tests.loading.mssql_server import FakeServer, SqlError
from tests.loading.mssql_support import running, shop

ROOT = Path(__file__).parents[2]


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with running() as found:
        yield found


@pytest.fixture
def backend(server: FakeServer) -> Iterator[MssqlBackend]:
    found = backend_for(server.url)
    assert isinstance(found, MssqlBackend)
    yield found
    found.close()


def one_line(error: pytest.ExceptionInfo[Exception]) -> str:
    """What a user reads."""
    told = str(error.value)
    assert "\n" not in told
    assert "Secret-Word" not in told
    assert "Traceback" not in told
    return told


STATEMENTS = {
    "create schema": "CREATE SCHEMA",
    "create table": "CREATE TABLE",
    "bulk": "BULK .*order",
    "check": "WITH CHECK CHECK",
    "key": "PRIMARY KEY",
    "foreign key": "FOREIGN KEY",
    "swap": "ALTER SCHEMA .dbo. TRANSFER",
    "record": "CREATE OR ALTER VIEW",
}
ERRORS: dict[str, tuple[int, str, str]] = {
    "right": (262, "CREATE TABLE permission denied in database 'db'.", "The user sa has no right to do this at"),
    "space": (1105, "Could not allocate space for object 'x'.", "The server has no space left at"),
    "log": (9002, "The transaction log for database 'db' is full due to 'LOG_BACKUP'.", "The server has no space left"),
    "memory": (701, "There is insufficient system memory to run this query.", "The server ran out of memory at"),
    "read-only": (
        3906,
        "Failed to update database 'db' because the database is read-only.",
        "The database is read-only",
    ),
    "killed": (
        596,
        "Cannot continue the execution because the session is in the kill state.",
        "The server ended the work",
    ),
    "other": (50000, "Something else.", "Something else"),
}


@pytest.mark.parametrize("at", STATEMENTS)
def test_a_cut_connection_is_one_line_and_leaves_the_data(
    server: FakeServer, backend: MssqlBackend, old: Path, at: str
) -> None:
    shop(old, backend)
    before = server.engine.rows("dbo", "order")
    server.fail(STATEMENTS[at])
    with pytest.raises(DatabaseError) as error:
        shop(toy.write(old.parent / "new", toy.rows(30)), backend, truncate=True)
    assert "The connection to the server was lost at 127.0.0.1" in one_line(error)
    assert server.engine.rows("dbo", "order") == before


@pytest.mark.parametrize(
    ("at", "number"),
    [*(("create table", number) for number in ERRORS), ("bulk", "space"), ("bulk", "other"), ("swap", "log")],
)
def test_an_error_of_the_server_is_one_line_and_leaves_the_data(
    server: FakeServer, backend: MssqlBackend, old: Path, at: str, number: str
) -> None:
    code, message, told = ERRORS[number]
    server.fail(STATEMENTS[at], code, message)
    with pytest.raises(DatabaseError) as error:
        shop(old, backend)
    assert told in one_line(error)
    assert server.engine.names("dbo") == set()
    assert set(server.engine.schemas) == {"dbo", "sys"}


@pytest.mark.parametrize("sent", [10, 200])
def test_a_connection_that_is_cut_amidst_the_rows_is_told(
    server: FakeServer, backend: MssqlBackend, tmp_path: Path, sent: int
) -> None:
    server.cut_bulk_after = sent * 1024
    with pytest.raises(DatabaseError, match="The connection to the server was lost at") as error:
        shop(toy.write(tmp_path / "much", toy.rows(15_000)), backend)
    one_line(error)
    assert server.engine.names("dbo") == set()


def test_rows_that_got_lost_are_noticed(
    server: FakeServer, backend: MssqlBackend, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bulk = server.engine.bulk
    monkeypatch.setattr(server.engine, "bulk", lambda *given: bulk(*given[:3], given[3][1:]))
    with pytest.raises(
        DataError, match=r"has 9 rows where its manifest states 10|has 19 rows where its manifest states 20"
    ):
        shop(old, backend)
    assert server.engine.names("dbo") == set()


def test_values_that_changed_on_their_way_are_noticed(
    server: FakeServer, backend: MssqlBackend, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bulk = server.engine.bulk

    def other(session: object, schema: str, name: str, rows: list[tuple[object, ...]]) -> None:
        bulk(
            session, schema, name, [(*row[:-1], row[-1] + Decimal("0.01")) if name == "order" else row for row in rows]
        )  # type: ignore[arg-type, operator]

    monkeypatch.setattr(server.engine, "bulk", other)
    with pytest.raises(DataError, match=r"The control total of order.amount is [\d.]+ where the manifest"):
        shop(old, backend)


BAD_ROWS: dict[str, tuple[str, dict[str, object], str]] = {
    "key twice": ("order", {"select": 4}, r"order.csv, line 5, column select: '4' stands there and again in line 6"),
    "no parent": ("order", {"Group": "P0000077"}, r"column Group: 'P0000077' is not one of people.personid"),
    "broken rule": ("order", {"amount": "-1.00"}, r"order.csv, line 6, column amount: '-1.00' breaks the rule"),
    "too long": ("people", {"personid": "P00000041"}, "personid: 'P00000041' is not text of 8 characters at most"),
}


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_rows_that_break_a_rule_are_named_by_file_line_and_value(
    server: FakeServer, backend: MssqlBackend, tmp_path: Path, kind: str
) -> None:
    table, change, told = BAD_ROWS[kind]
    rows = toy.rows(20)
    rows[table][4] |= change
    with pytest.raises(DataError, match=told) as error:
        shop(toy.write(tmp_path / "bad", rows, manifest=False), backend)
    one_line(error)
    assert set(server.engine.schemas) == {"dbo", "sys"}


def test_bad_rows_of_a_complete_data_set_are_named_too(
    server: FakeServer, backend: MssqlBackend, tmp_path: Path
) -> None:
    rows = toy.rows(20)
    rows["people"][4]["since"] = dt.date(2024, 1, 1)
    rows["order"][4]["Group"] = "P0000077"
    with pytest.raises(DataError, match=r"order.csv, line 6, column Group: 'P0000077' is not one of people.personid"):
        shop(toy.write(tmp_path / "bad", rows), backend)


def test_readers_are_waited_for(
    server: FakeServer, backend: MssqlBackend, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datagen.loading.mssql.swap._PAUSE", 0.01)
    shop(old, backend)
    server.fail("ALTER SCHEMA .dbo__old. TRANSFER", 1222, "Lock request time out period exceeded.", times=2)
    shop(toy.write(old.parent / "new", toy.rows(30)), backend, truncate=True)
    assert len(server.engine.rows("dbo", "order")) == 30
    assert server.statements.count("SET LOCK_TIMEOUT 2000") == 3 + 1  # the first load needed one


def test_readers_who_do_not_let_go_are_told_of(
    server: FakeServer, backend: MssqlBackend, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datagen.loading.mssql import swap

    shop(old, backend)
    monkeypatch.setattr(swap, "_PATIENCE", 0.5)
    server.fail("ALTER SCHEMA .dbo__old. TRANSFER", 1205, "Transaction was deadlocked.", times=100)
    with pytest.raises(DatabaseError, match="Other sessions have been using the tables of dbo") as error:
        shop(old, backend, truncate=True)
    one_line(error)
    assert len(server.engine.rows("dbo", "order")) == 20


def test_a_table_that_somebody_has_filled_meanwhile_is_not_replaced(
    server: FakeServer, backend: MssqlBackend, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop(old, backend)
    table = server.engine.table("dbo", "order")
    table.rows.clear()
    server.engine.table("dbo", "people").rows.clear()
    monkeypatch.setattr(server.engine, "transfer", server.engine.transfer)
    original = backend.record

    def record(schema: str) -> object:
        table.rows.append((1, "P0000001", dt.datetime.fromisoformat("2026-01-01 00:00"), Decimal(1)))
        return original(schema)

    monkeypatch.setattr(backend, "record", record)
    with pytest.raises(DataError, match=r"Tables of the schema dbo have rows already \(order\)"):
        shop(old, backend)
    assert len(server.engine.rows("dbo", "order")) == 1


def test_two_loads_do_not_meet(server: FakeServer, backend: MssqlBackend, old: Path) -> None:
    other = backend_for(server.url)
    with other.exclusive("dbo"), pytest.raises(DatabaseError, match="Another load into the schema dbo is running"):
        shop(old, backend)
    other.close()
    assert shop(old, backend).rows["order"] == 20


def test_a_lost_commit_says_that_it_may_have_been_done(server: FakeServer, backend: MssqlBackend, old: Path) -> None:
    server.fail("COMMIT TRANSACTION")
    with pytest.raises(DatabaseError, match="all of the old or all of the new") as error:
        shop(old, backend)
    one_line(error)


# --- connecting ------------------------------------------------------------------------------------------------------


def test_a_login_that_is_refused(server: FakeServer) -> None:
    server.refused_login = SqlError(18456, "Login failed for user 'sa'.")
    with pytest.raises(DatabaseError, match=r"The password for the user sa was refused at 127.0.0.1") as error:
        backend_for(server.url).connect()
    one_line(error)


def test_a_database_that_is_not_there_is_created_where_that_is_asked_for(server: FakeServer) -> None:
    backend = backend_for(server.url).beside("sales")
    with pytest.raises(NoSuchDatabase, match=r"There is no database sales at 127.0.0.1") as error:
        backend.connect()
    one_line(error)
    backend.connect(create_database=True)
    backend.close()
    assert "CREATE DATABASE [sales]" in server.statements


def test_a_server_that_is_too_old(server: FakeServer) -> None:
    server.engine.version = 13
    with pytest.raises(DatabaseError, match=r"The server is SQL Server 2016, at 127.0.0.1.*; 2017 or later is needed"):
        backend_for(server.url).connect()


def test_a_server_without_encryption_says_how_to_do_without(server: FakeServer) -> None:
    with pytest.raises(DatabaseError, match=r"add \?TrustServerCertificate=yes .* or \?Encrypt=no") as error:
        backend_for(server.url.replace("Encrypt=no", "Encrypt=yes")).connect()
    one_line(error)


def test_everything_goes_encrypted_to_a_server_whose_certificate_is_trusted(
    server: FakeServer, old: Path, certificate: ssl.SSLContext
) -> None:
    server.tls = certificate
    plain = server.url.partition("?")[0]
    with pytest.raises(DatabaseError, match=r"No encrypted connection can be had .* add \?TrustServerCertificate=yes"):
        backend_for(plain).connect()
    backend = backend_for(f"{plain}?TrustServerCertificate=yes")
    assert isinstance(backend, MssqlBackend)
    assert shop(old, backend).rows["order"] == 20
    backend.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """What a server encrypts with that has signed its certificate itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    begin = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    signed = made.not_valid_before(begin).not_valid_after(begin.replace(year=2099)).sign(key, hashes.SHA256())
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    plain = serialization.NoEncryption()
    encoded = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(encoded + signed.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # a later one sends tickets after the handshake, outside packets
    context.load_cert_chain(file)
    return context


def test_hosts_and_ports_where_there_is_no_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    begun = time.monotonic()
    with pytest.raises(DatabaseError, match=f"There is no SQL Server at 127\\.0\\.0\\.1:{free}, database db"):
        backend_for(f"mssql://sa:x@127.0.0.1:{free}/db").connect()
    with pytest.raises(DatabaseError, match=r"host of the database URL is not known at no-such-host\.invalid:1433"):
        backend_for("mssql://sa:x@no-such-host.invalid/db").connect()
    assert time.monotonic() - begun < 10


WRONG_URLS = {
    "no host": ("mssql:///db", "is not one of SQL Server with a host and a database"),
    "no database": ("mssql://sa:secret@localhost", "is not one of SQL Server with a host and a database"),
    "a bare @": ("mssql://sa:sec@ret/x@localhost/db", "special characters as %-codes"),
    "an option unknown": ("mssql://sa:secret@localhost/db?sslmode=require", "has the option sslmode"),
    "an option twice": ("mssql://sa:secret@localhost/db?Encrypt=no&Encrypt=yes", "has the option Encrypt"),
    "no user": ("mssql://localhost/db", r"names no user.*\?Trusted_Connection=yes"),
}


@pytest.mark.parametrize("kind", WRONG_URLS)
def test_urls_that_lead_nowhere_are_refused_without_being_shown(kind: str) -> None:
    url, told = WRONG_URLS[kind]
    with pytest.raises(UsageError, match=told) as error:
        backend_for(url)
    assert "sec" not in str(error.value).replace("secured", "")


def test_urls_as_others_write_them_and_words_with_special_characters() -> None:
    from datagen.loading.mssql.address import address_of

    found = address_of("mssql+pyodbc://s%40les:p%7D%3B%2Fw@db.example:1435/my%20db?encrypt=strict")
    assert found.place == "at db.example:1435, database my db"
    assert found.connection_string() == (
        "Server={db.example,1435};Database={my db};UID={s@les};PWD={p}};/w};Encrypt={strict};"
    )
    backend = backend_for("mssql://s%40les:p%7D%3B%2Fw@db.example:1435/my%20db?encrypt=strict")
    assert backend.how_to_open("dbo") == "sqlcmd -S db.example,1435 -d 'my db' -U s@les"
    assert backend.beside("other").place == "at db.example:1435, database other"
    assert address_of("mssql://h/d?Trusted_Connection=yes").who == "current user"


@pytest.mark.parametrize("schema", ["", "sys", "INFORMATION_SCHEMA", "db_owner", "x" * 101])
def test_schemas_of_the_server_are_not_loaded_into(schema: str) -> None:
    with pytest.raises(UsageError, match="--schema must be a name of 1 to 100 characters"):
        backend_for("mssql://sa:x@localhost/db").schema_of(schema)


def test_the_command_ends_with_one_line_and_status_1(server: FakeServer, reference: Path) -> None:
    server.fail("BULK ")
    command = [
        sys.executable,
        ROOT / "database_loader.py",
        "--database-url",
        server.url,
        "--data-dir",
        reference,
        "--quiet",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=reference.parent)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "The connection to the server was lost at 127.0.0.1" in done.stderr
    assert "Secret-Word" not in done.stderr + done.stdout


def test_a_killed_client_leaves_nothing_that_stops_the_next_load(server: FakeServer, reference: Path) -> None:
    command = [
        sys.executable,
        ROOT / "database_loader.py",
        "--database-url",
        server.url,
        "--data-dir",
        reference,
        "--quiet",
    ]
    killed = subprocess.Popen(command, cwd=reference.parent)
    while sum(text.startswith("BULK ") for text in list(server.statements)) < 5 and killed.poll() is None:
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert server.engine.names("dbo") == set()
    assert server.engine.names("dbo__loading")
    with FitnessCenterDatabaseLoader(server.url, report=Progress(quiet=True)) as loader:
        loader.load(reference)
    assert set(server.engine.schemas) == {"dbo", "sys"}
    assert {"members", "loaded_files"} <= server.engine.names("dbo")


def test_a_missing_driver_is_named_with_the_command_that_installs_it(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['mssql_python'] = None\n"
        "from datagen.loading.backends import backend_for\n"
        "from datagen.errors import DatagenError\n"
        "try: backend_for('mssql://sa:x@localhost/db')\n"
        "except DatagenError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert "pip install 'datagen[mssql]'" in done.stdout
    assert "SQL Server needs the library mssql_python" in done.stdout
