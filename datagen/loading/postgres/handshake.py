"""Why a server does not let somebody in: asked of the server itself, in its protocol, since libpq only has words.

The words are those of the server's language. So its host is looked up, its socket is reached, and a session is begun as
libpq begins one, up to where a password would be sent: the answers have SQLSTATEs.
"""

from __future__ import annotations

import getpass
import os
import socket
import ssl
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

UNKNOWN_HOST, NO_SERVER, SILENT, NOT_POSTGRES = "unknown host", "no server", "silent", "not PostgreSQL"
NO_TLS, WANTS_PASSWORD, NOT_LET_IN, LET_IN = "no TLS", "wants a password", "not let in", "let in"
_PROTOCOL, _SSL_REQUEST = 196608, 80877103
_SECONDS = 3.0
_PORT = "5432"
_SOCKETS = ("/var/run/postgresql", "/tmp")  # noqa: S108 - where servers have their sockets
_VERIFYING = ("verify-ca", "verify-full")


def answer(options: Mapping[str, str]) -> str:
    """What the server of these connection options answers: one of the words above, or a SQLSTATE."""
    answers = [_greet(host, port, options) for host, port in places(options)]
    telling = [item for item in answers if item not in (UNKNOWN_HOST, NO_SERVER, SILENT)]
    return (telling or answers or [NO_SERVER])[0]


def places(options: Mapping[str, str]) -> list[tuple[str, str]]:
    """The hosts, or directories of sockets, and ports that options and environment lead to."""
    hosts = options.get("hostaddr") or options.get("host") or os.environ.get("PGHOST") or ""
    ports = (options.get("port") or os.environ.get("PGPORT") or _PORT).split(",")
    each = hosts.split(",") if hosts else [name for name in _SOCKETS if Path(name).exists()]
    return [(host, ports[place if len(ports) > 1 else 0] or _PORT) for place, host in enumerate(each)]


def _greet(host: str, port: str, options: Mapping[str, str]) -> str:
    try:
        with closing(_reached(host, port)) as connection:
            connection.settimeout(_SECONDS)
            found = _secured(connection, host, options)
            return _begun(found, options) if isinstance(found, socket.socket) else found
    except socket.gaierror:
        return UNKNOWN_HOST
    except (ConnectionRefusedError, FileNotFoundError):
        return NO_SERVER
    except ssl.SSLError:
        return NO_TLS
    except (ConnectionError, struct.error):
        return NOT_POSTGRES
    except OSError:
        return SILENT


def _reached(host: str, port: str) -> socket.socket:
    if not host.startswith(("/", "@")):
        return socket.create_connection((host, int(port)), _SECONDS)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(_SECONDS)
        connection.connect(f"{host}/.s.PGSQL.{port}")
    except BaseException:
        connection.close()
        raise
    return connection


def _secured(connection: socket.socket, host: str, options: Mapping[str, str]) -> socket.socket | str:
    """The connection with TLS as far as that is asked for and to be had, or why it is not."""
    mode = options.get("sslmode") or os.environ.get("PGSSLMODE") or "prefer"
    if mode == "disable" or connection.family == socket.AF_UNIX:
        return connection
    wanted = mode not in ("prefer", "allow")
    authority = options.get("sslrootcert", "")
    if authority and authority != "system" and mode in _VERIFYING and not Path(authority).exists():
        return NO_TLS
    connection.sendall(struct.pack("!ii", 8, _SSL_REQUEST))
    said = connection.recv(1)
    if said == b"N":
        return NO_TLS if wanted else connection
    if said != b"S":
        return NOT_POSTGRES
    context = ssl.create_default_context(cafile=None if authority in ("", "system") else authority)
    context.check_hostname = mode == "verify-full"
    context.verify_mode = ssl.CERT_REQUIRED if mode in _VERIFYING else ssl.CERT_NONE
    return context.wrap_socket(connection, server_hostname=host)


def _begun(connection: socket.socket, options: Mapping[str, str]) -> str:
    """Begin a session; no password is sent."""
    user = options.get("user") or os.environ.get("PGUSER") or getpass.getuser()
    database = options.get("dbname") or os.environ.get("PGDATABASE") or user
    words = b"".join(f"{word}\0".encode() for word in ("user", user, "database", database)) + b"\0"
    connection.sendall(struct.pack("!ii", len(words) + 8, _PROTOCOL) + words)
    let_in = False
    for kind, body in _messages(connection):
        if kind == b"E":
            code = _code(body)
            return NOT_LET_IN if code == "28000" and not let_in else code
        if kind == b"R" and struct.unpack("!i", body[:4])[0] != 0:
            return WANTS_PASSWORD
        let_in |= kind == b"R"
        if kind == b"Z":
            return LET_IN
    return NOT_POSTGRES


def _messages(connection: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    """The kind and the content of each message of the server, as long as they are messages."""
    while kind := connection.recv(1):
        if kind not in b"RESKNZv":
            return
        (length,) = struct.unpack("!i", _exactly(connection, 4))
        yield kind, _exactly(connection, length - 4)


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        if not (part := connection.recv(count - len(data))):
            raise ConnectionError
        data += part
    return data


def _code(body: bytes) -> str:
    fields: Sequence[bytes] = body.split(b"\0")
    return next((field[1:].decode() for field in fields if field.startswith(b"C")), "")
