"""A server of MariaDB or MySQL for tests, and questions that they put to one."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pymysql
from pymysql.constants import ER

from tests.support.readers import Question, reading

STANDING = "mysql://root@127.0.0.1:3306/"
"""The server that is tried first."""
ASKED = os.environ.get("DATAGEN_TEST_MYSQLD")
"""The program of a server, mysqld or another mariadbd, that is to be tried in the place of what there is."""
PROGRAM = ASKED or shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


class ThrowAway:
    """A server with a directory and a port of its own, which may be killed."""

    def __init__(self, directory: Path) -> None:
        assert PROGRAM
        self._directory, self._process = directory, None
        # A server that starts deletes the temporary tables in its directory for them, be they another server's.
        self._temporary = f"--tmpdir={directory}"
        with closing(socket.socket()) as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.url = f"mysql://root@127.0.0.1:{self.port}/"
        self._user = ["--user=root"] if os.geteuid() == 0 else []
        self._options = ["--skip-name-resolve"]
        command = [
            shutil.which("mariadb-install-db") or "mariadb-install-db",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ]
        if "MariaDB" not in subprocess.run([PROGRAM, "--version"], capture_output=True, text=True).stdout:
            command = [PROGRAM, "--initialize-insecure"]
            self._options = ["--mysqlx=OFF", "--local-infile=1"]
        subprocess.run(
            [command[0], "--no-defaults", f"--datadir={directory}/data", self._temporary, *command[1:], *self._user],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def start(self, *options: str) -> None:
        """Start it, and wait until it answers."""
        self._process: subprocess.Popen[bytes] | None = subprocess.Popen(
            [
                PROGRAM or "",
                "--no-defaults",
                f"--datadir={self._directory}/data",
                self._temporary,
                f"--socket={self._directory}/s",
                f"--pid-file={self._directory}/pid",
                "--bind-address=127.0.0.1",
                f"--port={self.port}",
                "--innodb-buffer-pool-size=32M",
                # What it has written outlasts its kill; to wait for the disk is for machines that go down.
                "--innodb-flush-log-at-trx-commit=2",
                "--innodb-flush-method=nosync",
                *self._user,
                *self._options,
                *options,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + 60
        while True:
            with suppress(pymysql.err.OperationalError):
                ask(self.url, "SELECT 1")
                return
            assert time.monotonic() < end and self._process.poll() is None
            time.sleep(0.05)

    def kill(self) -> None:
        """End it as a crash does."""
        self._end(signal.SIGKILL)

    def sweep(self) -> None:
        """Remove what MariaDB itself leaves of a partitioned table that it was altering when it was killed."""
        for file in (self._directory / "data").glob("*/#sql-alter-*.par"):
            file.unlink()

    def kept_folders(self, beginning: str) -> list[Path]:
        """The folders of the databases of such a beginning in which there is no table, whatever files there are."""
        databases = [found for (found,) in ask(self.url, "SHOW DATABASES") if found.startswith(beginning)]
        empty = [name for name in databases if not ask(self.url, f"SHOW TABLES FROM `{name}`")]
        return [self.folder_of(name) for name in empty]

    def folder_of(self, database: str) -> Path:
        """Where the server keeps a database whose name has no signs but spaces."""
        return self._directory / "data" / database.replace(" ", "@0020")

    def drop(self, url: str) -> None:
        """Drop a database and those of a load into it, also if the server has kept files of a table that it dropped."""
        self.sweep()
        try:
            drop(url)
        except pymysql.err.OperationalError as error:
            if error.args[0] != ER.DB_DROP_RMDIR:
                raise
            for folder in self.kept_folders(database_of(url)):
                shutil.rmtree(folder)
            drop(url)

    def stop(self) -> None:
        """End it."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None


def standing() -> str | None:
    """The URL of a server that is there already, if it is not another one that is to be tried."""
    with suppress(pymysql.err.OperationalError):
        if not ASKED:
            ask(STANDING, "SELECT 1")
            return STANDING
    return None


def database_of(url: str) -> str:
    """The name of the database of a URL."""
    return unquote(url.rpartition("/")[2])


def server_of(url: str) -> dict[str, Any]:
    """The server of a URL, as PyMySQL connects to it."""
    port = int(url.rpartition("/")[0].rpartition(":")[2])
    return {"host": "127.0.0.1", "port": port, "user": "root"}


def connection_to(url: str, **options: Any) -> Any:
    """A connection to the database of a URL, or to the server of one without."""
    plain = {"ssl_disabled": True}  # to read all certificates of the machine takes longer than a query
    return pymysql.connect(**server_of(url), database=database_of(url) or None, autocommit=True, **(plain | options))


def ask(url: str, *queries: str) -> list[tuple[Any, ...]]:
    """The rows of the last of some queries."""
    with closing(connection_to(url)) as connection, connection.cursor() as cursor:
        for query in queries:
            cursor.execute(query)
        return list(cursor.fetchall())


def with_database(server: str, name: str) -> str:
    """The URL of a database on a server."""
    return server + quote(name)


def drop(url: str) -> None:
    """Drop a database and those of a load into it."""
    name = database_of(url)
    server = url.rpartition("/")[0] + "/"
    ask(
        server,
        "SET foreign_key_checks = 0",
        *(f"DROP DATABASE IF EXISTS `{each}`" for each in (name, f"{name}__loading", f"{name}__replaced")),
    )


def checksum(url: str) -> dict[str, Any]:
    """What a database holds, by table: its definition and the sum of its rows; and which databases are beside it."""
    name = database_of(url)
    found: dict[str, Any] = {}
    with closing(connection_to(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SHOW CREATE TABLE `{table}`")
            definition = cursor.fetchone()[1]
            if table == "loaded_files" and "loaded_at" in definition:  # every load notes another time
                cursor.execute("SELECT table_name, row_count, sha256, options, totals, generation FROM loaded_files")
                found[table] = (definition, sorted(cursor.fetchall()))
                continue
            cursor.execute(f"CHECKSUM TABLE `{table}`")
            found[table] = (definition, cursor.fetchone()[1])
        cursor.execute(
            "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE %s", (f"{name}\\_\\_%",)
        )
        found["beside"] = [row[0] for row in cursor.fetchall()]
    return found


def watching(url: str, query: str, readers: int = 2) -> AbstractContextManager[set[tuple[Any, ...]]]:
    """The answers to a query that readers put again and again; none may fail. Each has seen what is there first."""

    @contextmanager
    def asking() -> Iterator[Question]:
        with closing(connection_to(url)) as connection, connection.cursor() as cursor:

            def answer() -> tuple[tuple[Any, ...], ...]:
                cursor.execute(query)
                return cursor.fetchall()

            yield answer

    return reading(asking, readers)
