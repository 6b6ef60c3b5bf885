"""Loading a directory against what the database's own client takes for the same files and DDL in two sessions.

    python benchmarks/load.py --data-dir generated_data_complete [--world fitness] [--runs 5] [--database-url URL]

The clients are psql (`\\copy`) and mariadb (`LOAD DATA LOCAL`), for a URL that begins with mysql:// or mariadb://. Both
sides load into an empty schema; by turns, so that both meet the same state of the machine. Without a URL, an embedded
PostgreSQL in a temporary directory is measured.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Boolean, MetaData, Table

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from datagen.ddl import ddl  # noqa: E402
from datagen.loading.mysql.address import address_of, url_of  # noqa: E402
from datagen.loading.mysql.connection import connect as mysql_connect  # noqa: E402
from datagen.loading.mysql.connection import name_of  # noqa: E402
from datagen.loading.mysql.statements import in_one, quoted_name  # noqa: E402
from datagen.loading.postgres.connection import connect, without_password  # noqa: E402
from datagen.loading.postgres.embedded.server import EmbeddedServer  # noqa: E402
from datagen.schema import column_names, load_order, quoted  # noqa: E402
from datagen.world import World, worlds  # noqa: E402

OURS, THEIRS = "bench_loader", "bench_client"


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


def is_mysql(url: str | None) -> bool:
    """Whether a URL leads to MySQL or MariaDB."""
    return bool(url) and str(url).startswith(("mysql", "mariadb"))


def loader(world: World, url: str, directory: Path) -> float:
    """Seconds of the loader's whole process, checks of the files included; the rules are not asked in the database."""
    command = [
        sys.executable,
        "-m",
        "datagen",
        world.name,
        "load",
        str(directory),
        "--no-verify",
        "--no-log",
        "--quiet",
    ]
    command += [] if is_mysql(url) else ["--schema", OURS]
    begun = time.perf_counter()
    places = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([*command, "--database-url", url], check=True, cwd=tempfile.gettempdir(), env=places)
    return time.perf_counter() - begun


def halved(metadata: MetaData, directory: Path) -> tuple[list[str], list[list[str]]]:
    """The tables that have files, and the same in two halves of about as many bytes."""
    names = [table.name for table in load_order(metadata) if (directory / f"{table.name}.csv").exists()]
    halves: list[list[str]] = [[], []]
    sizes = [0, 0]
    for name in sorted(names, key=lambda name: -(directory / f"{name}.csv").stat().st_size):
        half = sizes.index(min(sizes))
        halves[half].append(name)
        sizes[half] += (directory / f"{name}.csv").stat().st_size
    return names, halves


def psql(metadata: MetaData, url: str, program: str, directory: Path) -> float:
    """Seconds of psql: tables, then two sessions of half the bytes each (copy, keys, indexes), then foreign keys."""
    names, halves = halved(metadata, directory)
    parts = ddl(metadata)
    search = f"SET search_path TO {THEIRS};"

    def fill(name: str) -> list[str]:
        columns = ", ".join(map(quoted, column_names(metadata.tables[name])))
        copy = f"\\copy {quoted(name)} ({columns}) FROM '{directory / name}.csv' (FORMAT csv, HEADER true)"
        return [copy, *(f"{text};" for text in [*parts[name].keys, *parts[name].indexes.values()])]

    def finish(name: str) -> list[str]:
        return [*(f"{text};" for text in parts[name].foreign_keys.values()), f"ANALYZE {quoted(name)};"]

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
    at_once([program, "-qX", "-v", "ON_ERROR_STOP=1", "-d", url], scripts)


def at_once(command: list[str], scripts: list[list[str]]) -> None:
    """Run scripts at once in as many clients, to their end."""
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    running = [subprocess.Popen(command, stdin=pipe, stdout=nowhere, text=True) for _ in scripts]
    for process, script in zip(running, scripts, strict=True):
        assert process.stdin
        process.stdin.write("\n".join(script) + "\n")
        process.stdin.close()
    if max(process.wait() for process in running):
        raise SystemExit(f"{command[0]} failed")


def mariadb(metadata: MetaData, url: str, directory: Path) -> float:
    """Seconds of the client mariadb: tables, two sessions of half the bytes each (files, keys), then foreign keys."""
    names, halves = halved(metadata, directory)
    parts = ddl(metadata, "mariadb")
    address = address_of(url)
    command = ["mariadb", "--local-infile=1", f"--host={address.host}", f"--port={address.port}"]
    command += [f"--user={address.user}", *([f"--password={address.password}"] if address.password else []), THEIRS]

    def fill(name: str) -> list[str]:
        table = metadata.tables[name]
        made = in_one(quoted_name(table), [*parts[name].keys, *parts[name].indexes.values()])
        return [f"{_load_data(directory / f'{name}.csv', table)};", *([f"{made};"] if made else [])]

    def finish(name: str) -> list[str]:
        made = in_one(quoted_name(metadata.tables[name]), parts[name].foreign_keys.values())
        return ["SET foreign_key_checks = 0;", *([f"{made};"] if made else []), f"ANALYZE TABLE {name_of(name)};"]

    begun = time.perf_counter()
    at_once(command, [[f"{parts[name].create};" for name in parts]])
    at_once(command, [[line for name in half for line in fill(name)] for half in halves])
    halves[0] += [name for name in metadata.tables if name not in names]
    at_once(command, [[line for name in half for line in finish(name)] for half in halves])
    return time.perf_counter() - begun


def _load_data(path: Path, table: Table) -> str:
    """The statement that loads a file as it is meant: nothing is NULL, true is 1."""
    columns, values = [], []
    for item in table.columns:
        plain = not item.nullable and not isinstance(item.type, Boolean)
        columns.append(name_of(item.name) if plain else f"@{item.name}")
        value = f"@{item.name} = 'true'" if isinstance(item.type, Boolean) else f"nullif(@{item.name}, '')"
        values += [] if plain else [f"{name_of(item.name)} = {value}"]
    return (
        f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE {name_of(table.name)} CHARACTER SET utf8mb4 "
        "FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '' LINES TERMINATED BY '\\n' "
        f"IGNORE 1 LINES ({', '.join(columns)})" + (f" SET {', '.join(values)}" if values else "")
    )


def drop_databases(url: str) -> None:
    """Two empty databases again."""
    with mysql_connect(replace(address_of(url), database="")) as connection, connection.cursor() as cursor:
        for name in (OURS, THEIRS):
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")


def measured_in_mariadb(world: World, url: str, directory: Path, runs: int) -> dict[str, list[float]]:
    """Seconds of each run of both sides, by turns."""
    times: dict[str, list[float]] = {"loader": [], "mariadb": []}
    print(f"{directory} into {address_of(url).server}")
    for _ in range(runs):
        for what in times:
            drop_databases(url)
            spent = (
                loader(world, url_of(url, OURS), directory)
                if what == "loader"
                else mariadb(world.metadata, url, directory)
            )
            times[what].append(spent)
            print(f"{what:8} {spent:7.2f} s", flush=True)
    drop_databases(url)
    return times


def measured_in_postgres(world: World, given: str | None, directory: Path, runs: int) -> dict[str, list[float]]:
    """Seconds of each run of both sides, by turns."""
    times: dict[str, list[float]] = {"loader": [], "psql": []}
    with server(given) as (url, program):
        print(f"{directory} into {without_password(url)}")
        for _ in range(runs):
            for what in times:
                drop(url)
                spent = (
                    loader(world, url, directory) if what == "loader" else psql(world.metadata, url, program, directory)
                )
                times[what].append(spent)
                print(f"{what:8} {spent:7.2f} s", flush=True)
        drop(url)
    return times


def main() -> None:
    """Measure by turns and print each run and the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--world", choices=("ecommerce", "fitness"), default="fitness")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--database-url")
    options = parser.parse_args()
    directory, world = options.data_dir.resolve(), worlds()[options.world]
    if is_mysql(options.database_url):
        times = measured_in_mariadb(world, options.database_url, directory, options.runs)
    else:
        times = measured_in_postgres(world, options.database_url, directory, options.runs)
    (_, ours), (client, theirs) = ((what, statistics.median(spent)) for what, spent in times.items())
    print(f"median   loader {ours:.2f} s, {client} {theirs:.2f} s: {ours / theirs:.2f} x")


if __name__ == "__main__":
    main()
