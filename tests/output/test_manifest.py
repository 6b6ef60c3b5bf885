"""A manifest says truly what its directory holds, and other programs can check the directory from it."""

from __future__ import annotations

import datetime as dt
import hashlib
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
from datagen.errors import InputError
from datagen.generate import write_frames
from datagen.output.csv import frame_to_columns, header, render
from datagen.output.file_names import Days
from datagen.output.manifest import NAME, Written, build, is_ours, read_manifest
from datagen.output.staging import staged
from datagen.output.table_writers import table_files
from datagen.schema import NAMING, arrow_schema, at_least, between, column_names, one_of, table_facts

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
        stage.publish(build(table_facts(METADATA), stage.files, world="clubs", seed=42, options=options, totals=totals))
    return final


def publish_parquet(final: Path) -> Path:
    """The same as Parquet files, of `people` one a month."""
    with staged(final) as stage:
        with table_files("parquet", stage, table_facts(METADATA)) as files:
            write_frames({"clubs": FRAMES["clubs"]}, {"clubs": arrow_schema(METADATA.tables["clubs"])}, files)
            schema = arrow_schema(METADATA.tables["people"])
            for month, rows in ((1, FRAMES["people"][:2]), (2, FRAMES["people"][2:])):
                days = Days(dt.date(2026, month, 1), dt.date(2026, month, 28))
                files.append("people", schema.names, files.render_frame(rows, schema), len(rows), days)
        options = {"members": 3, "end_date": dt.date(2026, 11, 20)}
        stage.publish(build(table_facts(METADATA), stage.files, world="clubs", seed=42, options=options))
    return final


def problems(directory: Path) -> set[str]:
    """The kinds of error that the Frictionless library finds in a directory."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of that library and its dependencies
        from frictionless import Package

        report = Package(str(directory / NAME)).validate()
    return {kind for (kind,) in report.flatten(["type"])}


@pytest.mark.slow
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


def test_a_manifest_tells_of_every_parquet_file(tmp_path: Path) -> None:
    directory = publish_parquet(tmp_path / "out")
    manifest = read_manifest(directory)
    assert manifest is not None
    clubs, people = manifest.resources
    assert (clubs.path, clubs.written) == ("clubs.parquet", clubs.files["clubs.parquet"])
    names = ["people_2026-01-01_2026-01-28.parquet", "people_2026-02-01_2026-02-28.parquet"]
    assert [*people.files] == names
    assert [file.rows for file in people.files.values()] == [2, 1]
    for name, file in people.files.items():
        data = (directory / name).read_bytes()
        assert (file.bytes, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    lines = "".join(f"{file.sha256}  {name}\n" for name, file in people.files.items())
    sizes = sum((directory / name).stat().st_size for name in names)
    assert people.written == Written(3, sizes, hashlib.sha256(lines.encode()).hexdigest())
    package = json.loads((directory / NAME).read_bytes())
    assert package["profile"] == "data-package"
    assert [item["path"] for item in package["resources"]] == ["clubs.parquet", names]
    assert {(item["format"], item["mediatype"]) for item in package["resources"]} == {
        ("parquet", "application/vnd.apache.parquet")
    }
    assert is_ours(directory)


def test_frictionless_finds_a_directory_of_parquet_files_valid(tmp_path: Path) -> None:
    directory = publish_parquet(tmp_path / "out")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of that library and its dependencies
        from frictionless import Package

        people = Package(str(directory / NAME)).get_resource("people")
        assert [people.path, *people.extrapaths] == [*(read_manifest(directory) or pytest.fail()).resources[1].files]
    assert problems(directory) == set()


def test_a_directory_of_parquet_files_is_replaced_and_replaces(tmp_path: Path) -> None:
    for again in (publish, publish_parquet, publish_parquet, publish):
        again(tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"clubs.csv", "people.csv", NAME}


@pytest.mark.parametrize("path", ["../people.parquet", "/people.parquet", "clubs.parquet", "people.txt", 7])
def test_a_manifest_that_leads_elsewhere_is_damaged(tmp_path: Path, path: object) -> None:
    manifest = publish_parquet(tmp_path / "out") / NAME
    package = json.loads(manifest.read_bytes())
    package["resources"][1]["files"][0]["path"] = path
    manifest.write_text(json.dumps(package))
    with pytest.raises(InputError, match="damaged"):
        read_manifest(tmp_path / "out")


@pytest.mark.parametrize("member", ["rows", "bytes"])
@pytest.mark.parametrize("stated", ["12", 1.5, -1, True, None])
def test_a_manifest_with_what_is_no_count_is_damaged(tmp_path: Path, member: str, stated: object) -> None:
    manifest = publish(tmp_path / "out") / NAME
    package = json.loads(manifest.read_bytes())
    package["resources"][0][member] = stated
    manifest.write_text(json.dumps(package))
    with pytest.raises(InputError, match="damaged"):
        read_manifest(tmp_path / "out")


def test_the_same_content_has_the_same_manifest(tmp_path: Path) -> None:
    for make in (publish, publish_parquet):
        first, second = ((make(tmp_path / name) / NAME).read_bytes() for name in ("a", "b"))
        assert first == second


def test_foreign_keys_to_tables_that_are_not_there_are_left_out() -> None:
    written = Written(0, 0, "")
    alone = json.loads(
        build(table_facts(METADATA), {"people.csv": written, "notes.txt": written}, world="w", seed=1, options={})
    )
    assert [item["name"] for item in alone["resources"]] == ["people"]
    assert "foreignKeys" not in alone["resources"][0]["schema"]


def test_only_a_directory_with_a_manifest_of_ours_is_ours(tmp_path: Path) -> None:
    assert is_ours(publish(tmp_path / "out"))
    assert not is_ours(tmp_path / "missing")
    assert read_manifest(tmp_path) is None
    for foreign in ("", "not json", "[]", "{}", '{"name": "theirs", "resources": []}', '{"generator": "datagen"}'):
        (tmp_path / NAME).write_text(foreign)
        assert not is_ours(tmp_path)
        with pytest.raises(InputError, match=r"damaged or not one of datagen's"):
            read_manifest(tmp_path)
