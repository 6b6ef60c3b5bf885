#!/usr/bin/env python3
"""Writes docs/loading-refusals.md, what is told of bad data: `python -m tests.loading.renew_refusals`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.loading.bad_data import KINDS, Kind

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "loading-refusals.md"
SIZES = ("--facilities", "1", "--members", "60", "--staff", "10", "--months", "3", "--end-date", "2026-11-20")
_HEAD = """# What a load refuses, and how

Each row is a kind of bad data, planted in a good data set in `data/`, and what the loader said of it. Nothing of the
data set was loaded then: the database was as it was before. The tests of the loader run all of them, on PostgreSQL and
on MariaDB, which says the same: the rows at fault are looked for in the files.

| kind | message |
|---|---|
"""


def row(kind: Kind, told: str, directory: Path) -> str:
    """The row of the page for a kind and the message that it got for the data set in a directory."""
    text = told.replace(str(directory), "data").replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return f"| {kind.name} | {text} |"


def without_values(text: str) -> str:
    """A row without values and numbers, which come from the data set."""
    return re.sub(r"\d[\d,.]*", "0", re.sub(r"'[^']*'", "''", text))


def page(rows: Mapping[str, str]) -> str:
    """The whole page."""
    return _HEAD + "\n".join(rows.values()) + "\n"


def main() -> None:
    """Plant each kind of bad data, try to load it into an embedded server, and write what was said."""
    from database_loader import FitnessCenterDatabaseLoader
    from datagen.errors import DatagenError
    from datagen.loading.postgres.embedded.server import EmbeddedServer
    from datagen.progress import Progress

    rows: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        command = [sys.executable, ROOT / "run_complete_data_generation.py", "--quiet", *SIZES]
        subprocess.run([*command, "--output-dir", place / "good"], check=True, cwd=place)
        server = EmbeddedServer("refusals", place / ".postgres")
        server.start()
        try:
            with FitnessCenterDatabaseLoader(server.url, report=Progress(quiet=True)) as loader:
                for kind in KINDS:
                    directory = place / "data"
                    shutil.copytree(place / "good", directory)
                    if not kind.manifest:
                        (directory / "datapackage.json").unlink()
                    kind.spoil(directory)
                    try:
                        loader.load(directory)
                    except DatagenError as refused:
                        rows[kind.name] = row(kind, str(refused), directory)
                    shutil.rmtree(directory)
        finally:
            server.stop()
    PAGE.write_text(page(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
