"""A disk that fills up under PostgreSQL: the load says so, the database is as it was, and the next load works."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from datagen.errors import DatabaseError
from datagen.loading.postgres.embedded.server import EmbeddedServer
from tests.support.queries import ask, checksum
from tests.support.shops import exported, load_into

pytestmark = pytest.mark.slow

MEGABYTES = 192
LEFT = 4 << 20
"""Bytes that are left when the load begins: fewer than it needs, more than the server needs to live."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own, in memory, which other users may enter."""
    tmp_path.chmod(0o755)
    place = tmp_path / "disk"
    place.mkdir()
    line = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "datagen", str(place)]
    if os.geteuid() or not shutil.which("mount") or subprocess.run(line, capture_output=True).returncode:
        pytest.skip("No small disk can be mounted here: that takes the rights of root.")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A marketplace that is too large for what is left; not to be changed."""
    return exported(tmp_path_factory.mktemp("many") / "new", orders=20_000)


def fill(disk: Path) -> Path:
    """A file that leaves little of the disk."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - LEFT)
    return ballast


def outside_transactions(server: EmbeddedServer, statement: str) -> None:
    """Run a statement that takes no part in a transaction."""
    connection = psycopg2.connect(server.url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def new_tables_lie_on(disk: Path, server: EmbeddedServer) -> None:
    """Have tables made on a disk, all else of the server elsewhere."""
    place, owner = disk / "tables", server.data.stat()
    place.mkdir()
    os.chown(place, owner.st_uid, owner.st_gid)
    outside_transactions(server, f"CREATE TABLESPACE small LOCATION '{place}'")
    outside_transactions(server, "ALTER DATABASE tests SET default_tablespace = small")


def log_lies_on(disk: Path, server: EmbeddedServer) -> None:
    """Have the write-ahead log on a disk, with all that a load writes, and all else of the server elsewhere."""
    outside_transactions(server, "ALTER SYSTEM SET wal_level = replica")
    server.stop()
    log, owner = server.data / "pg_wal", server.data.stat()
    shutil.move(log, disk / "log")
    for path in (disk / "log", *(disk / "log").rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
    log.symlink_to(disk / "log")
    server.start()


@pytest.mark.parametrize(
    ("full", "said"),
    [
        ("everything", r"The disk of the server is full .* Nothing has changed"),
        ("tables", r"The disk of the server is full .* Nothing has changed"),
        (
            "log",
            r"The disk of the server is full|connection to the server was lost .* holds what it held before, whole",
        ),
    ],
)
def test_a_disk_that_is_full_is_told_and_leaves_the_marketplace_as_it_was(
    disk: Path, many: Path, tmp_path: Path, full: str, said: str
) -> None:
    server = EmbeddedServer("tests", (disk if full == "everything" else tmp_path) / ".postgres")
    server.start()
    try:
        if full == "tables":
            new_tables_lie_on(disk, server)
        if full == "log":
            log_lies_on(disk, server)
        load_into(server.url, exported(tmp_path / "old", orders=50))
        before = checksum(server.url, "public")
        ballast = fill(disk)
        with pytest.raises(DatabaseError, match=said):
            load_into(server.url, many)
        if full == "log":  # without room for it the server ends itself, and what is half loaded is left
            ballast.unlink()
            server.start()
            before["schemas"] = checksum(server.url, "public")["schemas"]
        assert checksum(server.url, "public") == before
        ballast.unlink(missing_ok=True)
        load_into(server.url, many)
        assert ask(server.url, 'SELECT count(*) FROM "order"') == [(20_000,)]
        assert checksum(server.url, "public")["schemas"] == "[]"
    finally:
        server.stop()
