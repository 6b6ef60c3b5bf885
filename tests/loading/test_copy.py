from __future__ import annotations

import os
import sys
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql
from sqlalchemy import Column, MetaData, Table, Text

from datagen.loading.postgres.copy import BLOCK, copy_in
from datagen.loading.source_files import Source
from tests.support.queries import ask


def test_what_a_server_says_before_it_ends_a_copy_is_raised_and_not_printed(
    embedded: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "texts.csv"
    path.write_bytes(b"text\n" + (b"x" * 99 + b"\n") * (8 * BLOCK // 100))
    descriptor = os.open(path, os.O_RDONLY)
    table = Table("texts", MetaData(), Column("text", Text))
    usual, blocks = sys.excepthook, 0
    connection = psycopg2.connect(embedded)

    def step() -> None:
        nonlocal blocks
        blocks += 1
        if blocks == 2:
            ask(embedded, f"SELECT pg_terminate_backend({connection.info.backend_pid}, 60000)")

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE texts (text text)")
        source = Source(table, path, descriptor, path.stat().st_size, None)
        with pytest.raises(psycopg2.errors.AdminShutdown, match="administrator command"):
            copy_in(cursor, source, sql.Identifier("texts"), step)
    os.close(descriptor)
    assert capfd.readouterr() == ("", "")
    assert sys.excepthook is usual
