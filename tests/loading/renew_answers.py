#!/usr/bin/env python3
"""Renews what README's questions answer on the demo: `python -m tests.loading.renew_answers`."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DEMO = ("--demo", "--end-date", "2026-11-20")
_QUESTION = re.compile(r"```sql\n(?P<query>.*?)```\n\n(?P<answer>(?:\|[^\n]*\n)+)", re.DOTALL)


def generate(directory: Path) -> Path:
    """Make the demo of README's questions in a directory."""
    command = [sys.executable, ROOT / "run_complete_data_generation.py", "--quiet", "--no-verify", *DEMO]
    subprocess.run([*command, "--output-dir", directory], check=True, cwd=directory.parent)
    return directory


def answered(page: str, url: str, schema: str = "public") -> str:
    """A page with the table below each query as the database at a URL answers it now."""
    connection = psycopg2.connect(url, options=f"-c search_path={schema} -c default_transaction_read_only=on")
    try:
        with connection.cursor() as cursor:

            def answer(found: re.Match[str]) -> str:
                cursor.execute(found["query"])
                names = [column.name for column in cursor.description or ()]
                head, *rows = (f"| {' | '.join(map(str, row))} |\n" for row in [names, *cursor.fetchall()])
                return f"```sql\n{found['query']}```\n\n{head}|{'---|' * len(names)}\n{''.join(rows)}"

            return _QUESTION.sub(answer, page)
    finally:
        connection.close()


def main() -> None:
    """Make the demo, load it into an embedded server, and write what it answers."""
    from database_loader import FitnessCenterDatabaseLoader
    from datagen.loading.postgres.embedded.server import EmbeddedServer
    from datagen.progress import Progress

    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        server = EmbeddedServer("answers", place / ".postgres")
        server.start()
        try:
            with FitnessCenterDatabaseLoader(server.url, report=Progress(quiet=True)) as loader:
                loader.load(generate(place / "demo"))
            README.write_text(answered(README.read_text(encoding="utf-8"), server.url), encoding="utf-8")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
