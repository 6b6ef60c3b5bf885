"""TLS as the URL asks for it: a server of this machine's PostgreSQL that takes nothing else, with a certificate."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from database_loader import FitnessCenterDatabaseLoader
from datagen.errors import DatabaseError
from datagen.loading.postgres.embedded import binaries
from datagen.progress import Progress
from tests.support.queries import ask

KEY = "-nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 2"
SETTINGS = """
listen_addresses = '127.0.0.1'
ssl = on
ssl_cert_file = '{0}/server.pem'
ssl_key_file = '{0}/server.key'
log_connections = on
log_line_prefix = '%a '
"""


@dataclass(frozen=True)
class TlsServer:
    directory: Path
    port: int

    def url(self, host: str = "localhost", **options: str) -> str:
        # The address is given too: the name may also stand for one that the server does not listen on.
        given = "&".join(f"{name}={value}" for name, value in (options | {"hostaddr": "127.0.0.1"}).items())
        return f"postgresql://postgres@{host}:{self.port}/postgres?{given}"

    def sessions(self) -> list[str]:
        """What the server noted of the sessions of the project that it let in."""
        lines = (self.directory / "log").read_text().splitlines()
        return [line for line in lines if "connection authorized" in line and "application_name=datagen" in line]


def _binaries() -> Path | None:
    """The programs of a PostgreSQL on this machine that has TLS; the embedded one has not."""
    for place in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        configured = subprocess.run([place / "pg_config", "--configure"], capture_output=True, text=True)
        if (place / "initdb").exists() and re.search(r"--with-(openssl|ssl=openssl)", configured.stdout):
            return place
    return None


def _make_certificates(directory: Path) -> None:
    def openssl(line: str) -> None:
        subprocess.run(["openssl", *shlex.split(line)], cwd=directory, check=True, capture_output=True)

    for authority in ("authority", "stranger"):
        openssl(f"req -x509 {KEY} -keyout {authority}.key -out {authority}.pem -subj /CN={authority}")
    openssl(f"req {KEY} -keyout server.key -out server.csr -subj /CN=localhost")
    (directory / "names").write_text("subjectAltName = DNS:localhost\n")
    signed = "-CA authority.pem -CAkey authority.key -CAcreateserial -days 2 -extfile names"
    openssl(f"x509 -req -in server.csr {signed} -out server.pem")
    (directory / "server.key").chmod(0o600)


@pytest.fixture(scope="module")
def server() -> Iterator[TlsServer]:
    programs = _binaries()
    if programs is None or not shutil.which("openssl"):
        pytest.skip("There is no PostgreSQL server with TLS on this machine, or no openssl.")
    account = binaries.account_for(())
    directory = Path(tempfile.mkdtemp(prefix="datagen-tls-"))
    _make_certificates(directory)
    if account:
        for path in (directory, *directory.iterdir()):
            os.chown(path, account.pw_uid, account.pw_gid)
    directory.chmod(0o755)

    def run(program: str, *arguments: str) -> None:
        who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
        # Not a pipe: the server would hold it open for ever.
        subprocess.run(
            [programs / program, "-D", directory / "data", *arguments],
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"LC_ALL": "C"},
            **who,  # type: ignore[call-overload]
        )

    run("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8")
    with (directory / "data" / "postgresql.conf").open("a") as file:
        file.write(SETTINGS.format(directory))
    (directory / "data" / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 trust\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    run("pg_ctl", "start", "-w", "-l", str(directory / "log"), "-o", f"-p {port} -k {directory}")
    try:
        yield TlsServer(directory, port)
    finally:
        run("pg_ctl", "stop", "-m", "fast")
        shutil.rmtree(directory)


def loader(url: str, schema: str) -> FitnessCenterDatabaseLoader:
    return FitnessCenterDatabaseLoader(url, schema, report=Progress(quiet=True))


def test_tls_is_used_for_every_connection_of_a_load_and_its_verification(server: TlsServer, small: Path) -> None:
    # The server knows which protocol a session uses: here one that only an option of the URL brings about.
    url = server.url(
        sslmode="verify-full", sslrootcert=str(server.directory / "authority.pem"), ssl_max_protocol_version="TLSv1.2"
    )
    before = len(server.sessions())
    with loader(url, "verified") as it:
        it.load(small)
        assert it.verify_data_integrity().ok
        it.create_performance_indexes()
        shown = it.how_to_open()
    sessions = server.sessions()[before:]
    assert len(sessions) >= 4
    assert [line for line in sessions if "SSL enabled (protocol=TLSv1.2" not in line] == []
    assert "sslmode=verify-full" in shown and "authority.pem" in shown


def test_tls_without_a_root_certificate_works_where_none_is_asked_for(server: TlsServer, small: Path) -> None:
    with loader(server.url(sslmode="require"), "required") as it:
        assert it.load(small).rows["members"] == 60


@pytest.mark.parametrize(
    ("host", "options", "told"),
    [
        ("localhost", {"sslmode": "verify-full", "sslrootcert": "stranger.pem"}, "certificate verify failed"),
        ("other.example", {"sslmode": "verify-full", "sslrootcert": "authority.pem"}, "does not match host name"),
        ("localhost", {"sslmode": "verify-ca", "sslrootcert": "nowhere.pem"}, "nowhere.pem"),
        ("localhost", {"sslmode": "disable"}, "TLS (sslmode=require)"),
    ],
)
def test_tls_that_cannot_be_had_is_told_in_a_line(
    server: TlsServer, host: str, options: dict[str, str], told: str
) -> None:
    if name := options.get("sslrootcert"):
        options = options | {"sslrootcert": str(server.directory / name)}
    with pytest.raises(DatabaseError) as refused:
        loader(server.url(host, **options), "never").connect()
    message = str(refused.value)
    assert told in message and f"at 127.0.0.1:{server.port}" in message
    assert "sslmode" in message and len(message) < 400


def test_a_server_without_tls_is_told_where_the_url_asks_for_it(system: str) -> None:
    if ask(system, "SHOW ssl") == [("on",)]:
        pytest.skip("The other server has TLS.")
    with pytest.raises(DatabaseError, match=r"TLS as the URL asks for it .*server does not support SSL"):
        loader(f"{system}?sslmode=require", "never").connect()
