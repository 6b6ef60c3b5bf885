"""Loading a directory against what `psql` takes for the same files and the same DDL in two sessions, side by side.

    python benchmarks/load.py --data-dir generated_data_complete [--runs 5] [--database-url URL]

Both load into an empty schema; by turns, so that both meet the same state of the machine. Without a URL, an embedded
server in a temporary directory is measured.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from datagen.ddl import ddl  # noqa: E402
from datagen.fitness.tables import metadata  # noqa: E402
from datagen.loading.postgres.connection import connect, without_password  # noqa: E402
from datagen.loading.postgres.embedded.server import EmbeddedServer  # noqa: E402
from datagen.schema import column_names, load_order  # noqa: E402

OURS, THEIRS = "bench_loader", "bench_psql"


@contextmanager
def server(url: str | None) -> Iterator[tuple[str, str]]:
    """The URL to measure, and psql."""
    if url:
        yield url, "psql"
        return
    place = Path(tempfile.mkdtemp(prefix="datagen-bench-"))
    place.chmod(0o755)
    embedded = EmbeddedServer("bench", place / ".postgres")
    try:
        embedded.start()
        yield embedded.url, embedded.psql()[0]
    finally:
        embedded.stop()
        shutil.rmtree(place)


def drop(url: str) -> None:
    """An empty database again."""
    connection = connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for schema in (OURS, THEIRS):
            cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        cursor.execute("CHECKPOINT")
    connection.close()


def loader(url: str, directory: Path) -> float:
    """Seconds of the loader's whole process, checks of the files included."""
    command = [sys.executable, str(ROOT / "database_loader.py"), "--schema", OURS, "--data-dir", str(directory)]
    begun = time.perf_counter()
    subprocess.run([*command, "--quiet", "--database-url", url], check=True, cwd=tempfile.gettempdir())
    return time.perf_counter() - begun


def psql(url: str, program: str, directory: Path) -> float:
    """Seconds of psql: tables, then two sessions of half the bytes each (copy, keys, indexes), then foreign keys."""
    names = [table.name for table in load_order(metadata) if (directory / f"{table.name}.csv").exists()]
    parts = ddl(metadata)
    halves: list[list[str]] = [[], []]
    sizes = [0, 0]
    for name in sorted(names, key=lambda name: -(directory / f"{name}.csv").stat().st_size):
        half = sizes.index(min(sizes))
        halves[half].append(name)
        sizes[half] += (directory / f"{name}.csv").stat().st_size
    search = f"SET search_path TO {THEIRS};"

    def fill(name: str) -> list[str]:
        columns = ", ".join(column_names(metadata.tables[name]))
        copy = f"\\copy {name} ({columns}) FROM '{directory / name}.csv' (FORMAT csv, HEADER true)"
        return [copy, *(f"{text};" for text in [*parts[name].keys, *parts[name].indexes.values()])]

    def finish(name: str) -> list[str]:
        return [*(f"{text};" for text in parts[name].foreign_keys.values()), f"ANALYZE {name};"]

    tables = [text for name in metadata.tables for text in [parts[name].create, *parts[name].comments]]
    rest = [name for name in metadata.tables if name not in names]
    empty = [text for name in rest for text in [*parts[name].keys, *parts[name].indexes.values()]]
    begun = time.perf_counter()
    sessions(url, program, [[f"CREATE SCHEMA {THEIRS};", search, *(f"{text};" for text in [*tables, *empty])]])
    sessions(url, program, [[search, *(line for name in half for line in fill(name))] for half in halves])
    halves[0] += rest
    sessions(url, program, [[search, *(line for name in half for line in finish(name))] for half in halves])
    return time.perf_counter() - begun


def sessions(url: str, program: str, scripts: list[list[str]]) -> None:
    """Run psql scripts at once, to their end."""
    running = [
        subprocess.Popen([program, "-qX", "-v", "ON_ERROR_STOP=1", "-d", url], stdin=subprocess.PIPE, text=True)
        for _ in scripts
    ]
    for process, script in zip(running, scripts, strict=True):
        assert process.stdin
        process.stdin.write("\n".join(script) + "\n")
        process.stdin.close()
    if max(process.wait() for process in running):
        raise SystemExit("psql failed")


def main() -> None:
    """Measure by turns and print each run and the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--database-url")
    options = parser.parse_args()
    directory = options.data_dir.resolve()
    times: dict[str, list[float]] = {"loader": [], "psql": []}
    with server(options.database_url) as (url, program):
        print(f"{directory} into {without_password(url)}")
        for _ in range(options.runs):
            for what in times:
                drop(url)
                spent = loader(url, directory) if what == "loader" else psql(url, program, directory)
                times[what].append(spent)
                print(f"{what:8} {spent:7.2f} s", flush=True)
        drop(url)
    ours, theirs = (statistics.median(times[what]) for what in times)
    print(f"median   loader {ours:.2f} s, psql {theirs:.2f} s: {ours / theirs:.2f} x")


if __name__ == "__main__":
    main()
