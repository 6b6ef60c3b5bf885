"""A fake SQL Server: it speaks TDS with the true driver, keeps every statement, and can be told to fail."""

from __future__ import annotations

import re
import socket
import socketserver
import ssl
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.loading import mssql_tds as tds
from tests.loading.mssql_engine import Engine, Session, SqlError

_META = re.compile(r"OBJECT_ID\(N'\[(.+)\]\.\[(.+)\]'\)")
_BULK = re.compile(r"INSERT BULK \[(.+?)\]\.\[(.+?)\] \((.*)\) WITH \((.*)\)", re.DOTALL)
CUT = "cut"
"""What a statement may be answered with: the connection is cut."""


@dataclass
class Fault:
    """What happens instead when a statement comes that a pattern matches."""

    pattern: str
    answer: SqlError | str
    times: int = 1
    """How often; a bulk load of a table is the statement `BULK schema.table`."""


class FakeServer(socketserver.ThreadingTCPServer):
    """The server; `url` is where it is."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.databases: dict[str, Engine] = {}
        for name in ("master", "db"):
            self.databases[name] = Engine(self.databases)
        self.engine = self.databases["db"]
        """The database of its URL."""
        self.statements: list[str] = []
        """Everything that was run, in order, but for the driver's own questions; bulk loads as `BULK schema.table`."""
        self.options: list[str] = []
        """The options of the bulk loads."""
        self.faults: list[Fault] = []
        self.tls: ssl.SSLContext | None = None
        """With one, everything is encrypted."""
        self.refused_login: SqlError | None = None
        self.cut_bulk_after: int | None = None
        """Bytes of a bulk load after which the connection is cut."""
        self.locks: dict[str, Session] = {}
        self.one_at_a_time = threading.RLock()
        self.open: set[socket.socket] = set()

    @property
    def url(self) -> str:
        """Its URL, with a password."""
        return f"mssql://sa:Secret-Word@127.0.0.1:{self.server_address[1]}/db?Encrypt=no"

    def fail(self, pattern: str, number: int = 0, message: str = "", times: int = 1) -> None:
        """Answer the next statements that match with an error, or cut the connection where no number is given."""
        self.faults.append(Fault(pattern, SqlError(number, message) if number else CUT, times))

    def fault_of(self, statement: str) -> SqlError | str | None:
        """What is to happen instead of a statement."""
        for fault in self.faults:
            if fault.times and re.search(fault.pattern, statement):
                fault.times -= 1
                return fault.answer
        return None


@contextmanager
def fake_server() -> Iterator[FakeServer]:
    """A running server."""
    with FakeServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
            for engine in server.databases.values():
                engine.close()


@dataclass
class _Pending:
    """A bulk load that was announced."""

    schema: str
    name: str
    columns: list[str] = field(default_factory=list)


class _CutError(Exception):
    """The connection is to be cut."""


class _Handler(socketserver.StreamRequestHandler):
    server: FakeServer

    def handle(self) -> None:
        self.session, self.pending = Session(self.server), _Pending("", "")
        self.engine = self.server.engine
        try:
            while True:
                kind, body = tds.read_packets(self._stream())
                for packet in tds.packets(self._answer(kind, body)):
                    self.wfile.write(packet)
                self.wfile.flush()
                if kind == tds.PRELOGIN and self.server.tls:
                    self.rfile = self.wfile = _Secured(self.server.tls, self.rfile, self.wfile)  # type: ignore[assignment]
        except (EOFError, _CutError, OSError):
            pass
        finally:
            with self.server.one_at_a_time:
                self.engine.roll_back(self.session)
                for lock in [key for key, holder in self.server.locks.items() if holder is self.session]:
                    del self.server.locks[lock]

    def _stream(self) -> Any:
        limit = self.server.cut_bulk_after
        return _Limited(self.rfile, limit) if limit is not None and self.pending.name else self.rfile

    def _answer(self, kind: int, body: bytes) -> bytes:
        answers: dict[int, Callable[[bytes], bytes]] = {
            tds.PRELOGIN: lambda _: tds.prelogin(encrypted=self.server.tls is not None),
            tds.LOGIN: self._login,
            tds.BATCH: lambda found: self._batch(tds.batch_text(found)),
            tds.BULK: self._bulk,
            tds.TRANSACTION: lambda found: tds.transaction_changed(tds.transaction_request(found)),
            tds.ATTENTION: lambda _: tds.done(attention=True),
        }
        with self.server.one_at_a_time:
            try:
                return answers[kind](body)
            except SqlError as error:
                if self.session.in_transaction:  # XACT_ABORT
                    self.engine.roll_back(self.session)
                return tds.error(error.number, str(error))
            except (_CutError, EOFError, OSError):
                raise
            except Exception as error:  # a fault of the fake is to be seen in the message of the test
                return tds.error(50000, f"The fake server failed: {error!r} at {traceback.format_exc()[-600:]}")

    def _login(self, body: bytes) -> bytes:
        if self.server.refused_login:
            raise self.server.refused_login
        self.session.database = _database(body)
        if self.session.database not in self.server.databases:
            raise SqlError(4060, f'Cannot open database "{self.session.database}" requested by the login.')
        self.engine = self.server.databases[self.session.database]
        return tds.logged_in(self.session.database)

    def _batch(self, text: str) -> bytes:
        if found := _META.search(text):
            table = self.engine.table(*(part.replace("''", "'").replace("]]", "]") for part in found.groups()))
            count = tds.result([tds.Field("", "int")], [(0,)], more=True)
            return count + tds.metadata(table.fields) + tds.done(more=True) + tds.collations(table.fields)
        if found := _BULK.fullmatch(text):
            self.pending = _Pending(*(part.replace("]]", "]") for part in found.groups()[:2]))
            self.server.options.append(found[4])
            self.server.statements.append(text)
            return tds.done()
        return self._run(text)

    def _run(self, statement: str) -> bytes:
        self.server.statements.append(statement)
        self._fail(statement)
        found = self.engine.run(statement, self.session)
        if not self.session.in_transaction:
            self.session.undo.clear()
        if isinstance(found, tuple):
            # A procedure that is called may tell of rows of its own first.
            first = tds.done(1, more=True, change=True) if statement.startswith("DECLARE") else b""
            return first + tds.result(*found)
        return tds.done(found, change=True)

    def _fail(self, statement: str) -> None:
        fault = self.server.fault_of(statement)
        if fault == CUT:
            raise _CutError
        if isinstance(fault, SqlError):
            raise fault

    def _bulk(self, body: bytes) -> bytes:
        made, self.pending = self.pending, _Pending("", "")
        self.server.statements.append(f"BULK {made.schema}.{made.name}")
        self._fail(self.server.statements[-1])
        table = self.engine.table(made.schema, made.name)
        fields, rows = tds.bulk_rows(body)
        if [item.name for item in fields] != [item.name for item in table.fields]:
            raise SqlError(50000, "The bulk load has other columns than the table.")
        self.engine.bulk(self.session, made.schema, made.name, rows)
        return tds.done(len(rows), change=True)


def _database(login: bytes) -> str:
    """The database that a login names."""
    begin, length = (int.from_bytes(login[at : at + 2], "little") for at in (68, 70))
    return login[begin : begin + 2 * length].decode("utf-16le")


class _Limited:
    """A stream that is cut after so many bytes."""

    def __init__(self, stream: Any, left: int) -> None:
        self._stream, self._left = stream, left

    def read(self, size: int) -> bytes:
        if size > self._left:
            raise _CutError
        self._left -= size
        return bytes(self._stream.read(size))


class _Secured:
    """A stream with TLS, whose handshake goes in packets as a prelogin does."""

    def __init__(self, context: ssl.SSLContext, reader: Any, writer: Any) -> None:
        self._reader, self._writer = reader, writer
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)
        while True:
            try:
                self._tls.do_handshake()
                self._send_handshake()
                return
            except ssl.SSLWantReadError:
                self._send_handshake()
                self._in.write(tds.read_packets(reader)[1])

    def _send_handshake(self) -> None:
        if data := self._out.read():
            for packet in tds.packets(data, tds.PRELOGIN):
                self._writer.write(packet)
            self._writer.flush()

    def read(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            try:
                found += self._tls.read(size - len(found))
            except ssl.SSLWantReadError:
                if not (data := self._reader.read1(1 << 16)):
                    return found
                self._in.write(data)
        return found

    def write(self, data: bytes) -> None:
        self._tls.write(data)

    def flush(self) -> None:
        self._writer.write(self._out.read())
        self._writer.flush()

    def close(self) -> None:
        self._reader.close()
        self._writer.close()

    closed = False
