"""Servers that cannot be reached or will not do, and what is said: one line, never a password."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from datagen.errors import DatabaseError, NoSuchDatabase, UsageError
from datagen.loading.backends import backend_for
from datagen.loading.mysql import connection
from datagen.loading.mysql.address import address_of
from datagen.loading.session import Session
from tests.loading.mysql.conftest import NAME
from tests.loading.mysql.server import PROGRAM, ThrowAway, ask, checksum, database_of, with_database
from tests.loading.mysql.toy_shop import load_shop, shop
from tests.support.shops import exported, load_into

SECRET = "geh@im/123"
USER = f"datagen_test_{os.getpid()}"
ROOT = Path(__file__).parents[3]


def told_of(url: str) -> str:
    backend = backend_for(url)
    with pytest.raises(DatabaseError) as refused:
        backend.connect()
    told = str(refused.value)
    assert SECRET not in told and "\n" not in told and len(told) < 300, told
    return told


@pytest.fixture
def user(server: str, url: str) -> Iterator[str]:
    """The URL of that database for a user with a password and no rights but on the database itself."""
    ask(
        server,
        f"CREATE USER `{USER}`@'%' IDENTIFIED BY '{SECRET}'",
        f"GRANT ALL ON `{database_of(url)}`.* TO `{USER}`@'%'",
    )
    yield url.replace("root@", f"{USER}:geh%40im%2F123@")
    ask(server, f"DROP USER `{USER}`@'%'")


def test_a_password_with_special_characters_is_taken(user: str) -> None:
    backend = backend_for(user)
    backend.connect()
    assert SECRET not in backend.place and SECRET not in backend.how_to_open("")
    assert "--password" in backend.how_to_open("")
    backend.close()


def test_a_wrong_password_is_told(user: str) -> None:
    told = told_of(user.replace("im%2F123", "nope"))
    assert f"does not let the user {USER} in with this password at 127.0.0.1:" in told


def test_a_database_that_is_not_there_is_told_and_can_be_created(server: str) -> None:
    url = with_database(server, f"{NAME} new")
    with pytest.raises(NoSuchDatabase, match=r"There is no database .* new at .* --create-database"):
        backend_for(url).connect()
    backend = backend_for(url)
    backend.connect(create_database=True)
    backend.close()
    ask(server, f"DROP DATABASE `{NAME} new`")


def test_a_database_that_one_has_no_right_to_is_told(user: str) -> None:
    told = told_of(user.rpartition("/")[0] + "/mysql")
    assert f"{USER} has no right to use the database" in told and "GRANT ALL" in told


def test_rights_that_a_load_lacks_are_named(user: str, url: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"has no right to do this .*GRANT ALL ON `datagen test \d+`.\* and `data"):
        load_shop(user, shop(tmp_path / "data", 50))
    assert checksum(url) == {"beside": []}


def test_with_the_rights_that_are_named_a_load_works(user: str, server: str, url: str, tmp_path: Path) -> None:
    pattern = database_of(url).replace("_", r"\_") + r"\_\_%"
    ask(server, f"GRANT ALL ON `{pattern}`.* TO `{USER}`@'%'")
    assert load_shop(user, shop(tmp_path / "data", 50)).rows == {"people": 10, "order": 50}
    assert load_shop(user, shop(tmp_path / "more", 60)).rows == {"people": 10, "order": 60}


@contextmanager
def answering(text: bytes) -> Iterator[int]:
    """The port of a server that says this to whoever connects, and nothing else."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        kept = []

        def accept() -> None:
            try:
                found, _ = listening.accept()
                kept.append(found)
                found.sendall(text)
                if not text:
                    found.recv(1)
            except OSError:
                pass

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        for found in kept:
            found.close()


def test_what_is_no_such_server_is_told() -> None:
    with answering(b"HTTP/1.1 400 Bad Request\r\n") as port:
        assert "is no MySQL or MariaDB server at 127.0.0.1:" in told_of(f"mysql://root@127.0.0.1:{port}/x")
    with answering(b"") as port:
        assert "No answer came at 127.0.0.1:" in told_of(f"mysql://root@127.0.0.1:{port}/x?connect_timeout=1")
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        port = found.getsockname()[1]
    assert "There is no server at 127.0.0.1:" in told_of(f"mysql://root@127.0.0.1:{port}/x")
    assert "There is no server at /nowhere/s" in told_of("mysql://root@localhost/x?unix_socket=/nowhere/s")
    assert "is not known at nowhere.invalid:3306" in told_of("mysql://root@nowhere.invalid/x")


def test_tls_that_cannot_be_had_is_told(server: str, tmp_path: Path) -> None:
    url = with_database(server, "mysql")
    assert "TLS as the URL asks for it cannot be had" in told_of(f"{url}?ssl_ca={tmp_path}/none.pem")
    if ask(server, "SHOW VARIABLES LIKE 'have_ssl'") == [("have_ssl", "DISABLED")]:
        assert "TLS as the URL asks for it cannot be had" in told_of(f"{url}?ssl_verify_cert=true")


def test_a_server_that_takes_no_files_of_clients_is_told(throw_away: ThrowAway, killable: str, tmp_path: Path) -> None:
    ask(throw_away.url, "SET GLOBAL local_infile = 0")
    try:
        with pytest.raises(DatabaseError, match=r"local_infile is off.* SET GLOBAL local_infile = 1"):
            load_shop(killable, shop(tmp_path / "data", 50))
        assert checksum(killable) == {"beside": []}
    finally:
        ask(throw_away.url, "SET GLOBAL local_infile = 1")


@pytest.mark.slow
@pytest.mark.parametrize("partition", ["month", None])
def test_a_disk_that_is_full_is_told_and_leaves_the_marketplace_as_it_was(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, partition: str | None
) -> None:
    if PROGRAM is None:
        pytest.skip("There is no program mariadbd here (Debian: mariadb-server-core).")
    server = ThrowAway(tmp_path_factory.mktemp("full"))
    # All tables lie in one file that does not grow: that is a disk, too.
    server.start("--innodb-file-per-table=0", "--innodb-data-file-path=ibdata1:12M;ibdata2:6M")
    try:
        url = with_database(server.url, NAME)
        ask(server.url, f"CREATE DATABASE `{NAME}`")
        load_into(url, exported(tmp_path / "old", orders=50), partition=partition)
        before = checksum(url)
        with pytest.raises(DatabaseError, match=r"The disk of the server is full .* Nothing has changed"):
            load_into(url, exported(tmp_path / "new", orders=12_000), partition=partition)
        assert checksum(url) == before
    finally:
        server.stop()


def test_a_server_that_is_read_only_is_told(throw_away: ThrowAway, user_there: str, tmp_path: Path) -> None:
    ask(throw_away.url, "SET GLOBAL read_only = 1")
    try:
        with pytest.raises(DatabaseError, match=r"The server is read-only, perhaps a replica"):
            load_shop(user_there, shop(tmp_path / "data", 50))
    finally:
        ask(throw_away.url, "SET GLOBAL read_only = 0")


@pytest.fixture
def user_there(throw_away: ThrowAway, killable: str) -> Iterator[str]:
    """The URL of a database for a user who is not the server's own."""
    ask(
        throw_away.url,
        f"DROP USER IF EXISTS {USER}@'%'",
        f"CREATE USER {USER}@'%'",
        f"GRANT ALL ON `datagen test%`.* TO {USER}@'%'",
    )
    yield killable.replace("root@", f"{USER}@")
    ask(throw_away.url, f"DROP USER {USER}@'%'")


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("8.0.15", "MySQL 8.0.15, .*; version 8.0.16 or later"),
        ("5.7.44-log", "MySQL 5.7.44"),
        ("10.5.29-MariaDB-0+deb11u1", "MariaDB 10.5.29, .*; version 10.6 or later"),
        ("8.0.16", None),
        ("9.4.0", None),
        ("10.6.0-MariaDB", None),
        ("11.8.2-MariaDB-ubu2404", None),
    ],
)
def test_servers_that_are_too_old_are_refused(version: str, told: str | None) -> None:
    address = address_of("mysql://root@localhost/x")
    if told is None:
        connection.refuse_old(version, address)
        return
    with pytest.raises(DatabaseError, match=told):
        connection.refuse_old(version, address)


def test_the_version_of_a_server_is_looked_at(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.OLDEST, "MariaDB", (99,))
    monkeypatch.setitem(connection.OLDEST, "MySQL", (99,))
    assert "; version 99 or later is needed" in told_of(with_database(server, "mysql"))


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://root:p@ss/qqq@localhost/x", "is not one of MySQL or MariaDB"),
        ("mysql://root@localhost:port/x", "is not one of MySQL or MariaDB"),
        ("mysql://root@localhost/x?sslmode=require", "has the option sslmode"),
        ("mysql://root@localhost/x?ssl_verify_cert=maybe", "has the option ssl_verify_cert"),
        ("mysql://root@localhost/x?charset=latin1", "has the option charset"),
        ("mysql://root@localhost/" + "x" * 65, "is not one of MySQL or MariaDB"),
        ("oracle://root@localhost/x", r"begins with oracle://.*postgresql://, mysql://"),
    ],
)
def test_what_is_no_url_is_told_without_repeating_it(url: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as refused:
        backend_for(url)
    assert "qqq" not in str(refused.value) and "x" * 65 not in str(refused.value)


def test_a_url_without_a_database_and_a_schema_are_refused() -> None:
    with pytest.raises(UsageError, match="names no database at localhost:3306"):
        backend_for("mysql://root@localhost").connect()
    with pytest.raises(UsageError, match=r"--schema: MySQL and MariaDB have no schemas"):
        Session("toy", "toy psql", "mariadb://root@localhost/x", "public", None)


@pytest.mark.parametrize("url", ["mysql+pymysql://root@localhost/x?charset=utf8mb4", " MariaDB://root@localhost/x"])
def test_urls_are_taken_as_sqlalchemy_writes_them(url: str) -> None:
    assert backend_for(url).place == "at localhost:3306, database x"


def test_a_missing_client_is_named_with_the_command_that_installs_it() -> None:
    code = (
        "import sys; sys.modules['pymysql'] = None\n"
        "from datagen.loading.backends import backend_for\n"
        "try: backend_for('mysql://root@localhost/x')\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert found.stdout.startswith("UsageError MySQL or MariaDB needs the library pymysql"), found
    assert "pip install 'datagen[mysql]'" in found.stdout
