"""A manifest says truly what its directory holds, and other programs can check the directory from it."""

from __future__ import annotations

import datetime as dt
import json
import warnings
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import (
    CHAR,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    Time,
)

from datagen import __version__
from datagen.errors import OutputError
from datagen.output.csv import frame_to_columns, header, render
from datagen.output.manifest import NAME, Written, build, is_ours, read_manifest
from datagen.output.publish import staged
from datagen.schema import NAMING, arrow_schema, at_least, between, column_names, one_of

METADATA = MetaData(naming_convention=NAMING)
Table(
    "clubs",
    METADATA,
    Column("clubid", String(8), primary_key=True, comment="Identifier"),
    Column("name", Text, nullable=False, comment="Name"),
    Column("opentime", Time, nullable=False, comment="Opens at"),
    Column("isactive", Boolean, nullable=False, comment="In business"),
    comment="Clubs",
)
Table(
    "people",
    METADATA,
    Column("personid", String(8), primary_key=True, comment="Identifier"),
    Column("clubid", String(8), ForeignKey("clubs.clubid"), nullable=False, comment="Club"),
    Column("email", String(40), nullable=False, unique=True, comment="E-mail"),
    Column("gender", CHAR(1), nullable=False, comment="Gender"),
    Column("born", Date, comment="Born"),
    Column("seen", DateTime, comment="Last seen"),
    Column("fee", Numeric(12, 2), nullable=False, comment="Fee, US dollars"),
    Column("stars", Integer, nullable=False, comment="Rating"),
    one_of("gender", ("M", "F", "O")),
    at_least("fee", 0),
    between("stars", 1, 5),
    comment="People",
)
FRAMES = {
    "clubs": pd.DataFrame(
        {"clubid": ["C1", "C2"], "name": ['The "Gym", East', "West"], "opentime": "05:30:00", "isactive": [True, False]}
    ),
    "people": pd.DataFrame(
        {
            "personid": ["P1", "P2", "P3"],
            "clubid": ["C1", "C1", "C2"],
            "email": [f"p{i}@example.com" for i in range(3)],
            "gender": ["M", "F", "O"],
            "born": [dt.date(2000, 2, 29), None, dt.date(1950, 1, 1)],
            "seen": pd.to_datetime(["2026-01-31 06:30:00", None, None]),
            "fee": [49.99, 0, 12],
            "stars": [1, 5, 3],
        }
    ),
}


def publish(final: Path, **changes: list[Any]) -> Path:
    """A published directory of both tables; `changes` are other columns of `people`."""
    frames = {**FRAMES, "people": FRAMES["people"].assign(**changes)}
    with staged(final) as stage:
        for name, frame in frames.items():
            table = METADATA.tables[name]
            stage.append(f"{name}.csv", header(column_names(table)))
            stage.append(f"{name}.csv", render(frame_to_columns(frame, arrow_schema(table))), rows=len(frame))
        totals = {"people": {"fee": Decimal("61.99")}}
        options = {"members": 3, "end_date": dt.date(2026, 11, 20)}
        stage.publish(build(METADATA, stage.files, world="clubs", seed=42, options=options, totals=totals))
    return final


def problems(directory: Path) -> set[str]:
    """The kinds of error that the Frictionless library finds in a directory."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of that library and its dependencies
        from frictionless import Package

        report = Package(str(directory / NAME)).validate()
    return {kind for (kind,) in report.flatten(["type"])}


def test_frictionless_finds_a_published_directory_valid_and_damage_in_it(tmp_path: Path) -> None:
    assert problems(publish(tmp_path / "good")) == set()

    assert problems(publish(tmp_path / "orphan", clubid=["C1", "C9", "C2"])) == {"foreign-key"}
    assert problems(publish(tmp_path / "twice", personid=["P1", "P1", "P3"])) == {"primary-key", "unique-error"}
    assert problems(publish(tmp_path / "same", email=["a", "b", "a"])) == {"unique-error"}
    for column, value in {"gender": "X", "fee": -1.0, "stars": 6}.items():
        changed = [*FRAMES["people"][column].tolist()[:2], value]
        assert problems(publish(tmp_path / column, **{column: changed})) == {"constraint-error"}

    cut = publish(tmp_path / "cut") / "people.csv"
    cut.write_bytes(cut.read_bytes().replace(b"49.99", b"49.98"))
    assert problems(tmp_path / "cut") == {"hash-count"}
    cut.write_bytes(cut.read_bytes()[:-20])
    assert "byte-count" in problems(tmp_path / "cut")


def test_a_manifest_reads_back_as_it_was_built(tmp_path: Path) -> None:
    manifest = read_manifest(publish(tmp_path / "out"))
    assert manifest is not None
    assert (manifest.world, manifest.seed, manifest.release) == ("clubs", 42, __version__)
    assert manifest.options == {"members": 3, "end_date": "2026-11-20"}
    assert [item.table for item in manifest.resources] == ["clubs", "people"]
    people = manifest.resource("people")
    assert people is not None
    assert people.path == "people.csv"
    assert people.columns == tuple(FRAMES["people"].columns)
    assert people.totals == {"fee": "61.99"}
    assert people.written.rows == 3
    assert people.written.bytes == (tmp_path / "out" / "people.csv").stat().st_size
    assert manifest.resource("visits") is None


def test_the_same_content_has_the_same_manifest(tmp_path: Path) -> None:
    first, second = ((publish(tmp_path / name) / NAME).read_bytes() for name in ("a", "b"))
    assert first == second


def test_foreign_keys_to_tables_that_are_not_there_are_left_out() -> None:
    written = Written(0, 0, "")
    alone = json.loads(build(METADATA, {"people.csv": written, "notes.txt": written}, world="w", seed=1, options={}))
    assert [item["name"] for item in alone["resources"]] == ["people"]
    assert "foreignKeys" not in alone["resources"][0]["schema"]


def test_only_a_directory_with_a_manifest_of_ours_is_ours(tmp_path: Path) -> None:
    assert is_ours(publish(tmp_path / "out"))
    assert not is_ours(tmp_path / "missing")
    assert read_manifest(tmp_path) is None
    for foreign in ("", "not json", "[]", "{}", '{"name": "theirs", "resources": []}', '{"generator": "datagen"}'):
        (tmp_path / NAME).write_text(foreign)
        assert not is_ours(tmp_path)
        with pytest.raises(OutputError, match=r"damaged or not one of datagen's"):
            read_manifest(tmp_path)
