"""An embedded server that ends with the process that started it, however that ends, and leaves nothing behind.

`python -m datagen.loading.postgres.embedded.throwaway DIR` is the process that sees to it: it waits until nobody holds
its standard input any more.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from datagen.loading.postgres.embedded.server import EmbeddedServer

_HASTE = ("fsync", "synchronous_commit", "full_page_writes")
"""What is off: a database that is thrown away need not survive a power cut."""


@contextmanager
def throwaway(database: str) -> Iterator[EmbeddedServer]:
    """A server in a temporary directory, with a database of that name; it is stopped and removed in the end.

    That is so where this process is killed, too: another one waits for its end.

    Raises:
        DatabaseError: if there can be no server.
    """
    directory = Path(tempfile.mkdtemp(prefix="datagen-"))
    line = [sys.executable, "-m", __name__, str(directory)]
    # In a session of its own, which Ctrl-C in the terminal does not reach; leaving it closes its input and waits.
    with subprocess.Popen(line, stdin=subprocess.PIPE, start_new_session=True):  # noqa: S603 - this module
        server = EmbeddedServer(database, directory)
        server.start()
        _hasten(server)
        yield server


def _hasten(server: EmbeddedServer) -> None:
    from datagen.loading.postgres.connection import connect

    connection = connect(server.url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for setting in _HASTE:
                cursor.execute(f"ALTER SYSTEM SET {setting} = off")
            cursor.execute("SELECT pg_reload_conf()")
    finally:
        connection.close()


def _end(directory: Path) -> None:
    """Stop the server and remove its directory, once standard input ends."""
    sys.stdin.read()
    try:
        EmbeddedServer("postgres", directory).stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    _end(Path(sys.argv[1]))
