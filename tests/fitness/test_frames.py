"""Reference frames are read as they are, with values in other types, from CSV, and as they were generated."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from datagen.columns import NULL
from datagen.errors import FrameError
from datagen.fitness.frames import read_frames
from datagen.fitness.reference.reference_tables import ReferenceTables
from datagen.fitness.rules import FitnessRules
from datagen.fitness.size import Size
from datagen.pools.pool_files import SHIPPED
from fitness_center_data_generator import FitnessCenterDataGenerator
from tests.fitness.frame_edits import AS_OF, END, put, turned


@pytest.fixture(scope="module")
def frames(reference):
    return reference(3, 90, 16, 4, END)


def test_more_columns_and_frames_do_no_harm(frames):
    more = {**frames, "members": frames["members"].assign(nickname="x"), "notes": pd.DataFrame()}
    assert len(read_frames(more, AS_OF).members) == 90


# Values as users have them


def texts_as_objects(f):
    return {name: frame.astype(dict.fromkeys(frame.select_dtypes("str").columns, object)) for name, frame in f.items()}


def another_index(f):
    return {name: frame.set_index(pd.Index(np.arange(len(frame)) * 7 + 3)) for name, frame in f.items()}


SAME = {
    "dates as text": turned("members", "joindate", lambda c: c.dt.strftime("%Y-%m-%d")),
    "dates as objects": turned("members", "joindate", lambda c: c.dt.date),
    "dates in nanoseconds": turned("members", "joindate", lambda c: c.astype("datetime64[ns]")),
    "times as objects": turned("facilities", "opentime", lambda c: [dt.time.fromisoformat(t) for t in c]),
    "money as decimals": turned("membershiptypes", "monthlyfee", lambda c: [Decimal(str(fee)) for fee in c]),
    "money as text": turned("membershiptypes", "monthlyfee", lambda c: c.map("{:.2f}".format)),
    "numbers as floats": turned("facilityareas", "maxcapacity", lambda c: c.astype(float)),
    "nullable numbers": turned("facilityareas", "maxcapacity", lambda c: c.astype("Int64")),
    "flags as text": turned("facilities", "isactive", lambda c: c.map({True: "true", False: "false"})),
    "flags as objects": turned("facilities", "isactive", lambda c: c.astype(object)),
    "nullable flags": turned("facilities", "isactive", lambda c: c.astype("boolean")),
    "categories": turned("members", "memberstatus", lambda c: c.astype("category")),
    "texts as objects": texts_as_objects,
    "another index": another_index,
    "absent dates as empty text": turned("staff", "terminationdate", lambda c: c.dt.strftime("%Y-%m-%d").fillna("")),
    "ZIP codes as numbers": turned("members", "zipcode", lambda c: c.astype(int)),
}


def same(one, other) -> bool:
    """Whether two references, or parts of them, hold the same values."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if hasattr(one, "__dataclass_fields__"):
        return all(same(getattr(one, name), getattr(other, name)) for name in one.__dataclass_fields__)
    return one == other


@pytest.mark.parametrize("edit", SAME.values(), ids=SAME)
def test_values_may_come_in_other_types(reference, edit):
    frames = reference(5, 90, 16, 3, END)
    assert frames["members"]["zipcode"].str.startswith("0").any()
    assert same(read_frames({**frames, **edit(frames)}, AS_OF), read_frames(frames, AS_OF))


# Read back from CSV


def read_back(directory: Path, **options) -> dict[str, pd.DataFrame]:
    return {path.stem: pd.read_csv(path, **options) for path in directory.glob("*.csv")}


@pytest.mark.few(3)
@pytest.mark.parametrize(
    "options",
    [
        {"dtype": {"zipcode": str}},
        {"dtype": str},
        {"dtype": str, "keep_default_na": False},
        {"dtype": {"zipcode": str}, "engine": "pyarrow", "dtype_backend": "pyarrow"},
        {"dtype": {"zipcode": str}, "dtype_backend": "numpy_nullable"},
    ],
    ids=["zip as text", "all text", "empty text for absent", "Arrow", "nullable"],
)
@pytest.mark.parametrize("size", [(1, 20, 5), (3, 90, 16)], ids=str)
def test_frames_read_back_from_csv_give_the_same_tables(tmp_path, made_from, size, options):
    generator = FitnessCenterDataGenerator(*size, 4, END)
    generator.save_to_csv(tmp_path / "mdm")
    direct = made_from(generator.generate_all(), END, 3, 4)
    again = made_from(read_back(tmp_path / "mdm", **options), END, 3, 4)
    for name, table in direct.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])


def test_arrays_hold_what_the_frames_hold(frames):
    read = read_frames(frames, AS_OF)
    members, staff = frames["members"], frames["staff"]
    epoch = np.datetime64("1970-01-01")
    np.testing.assert_array_equal(
        read.members.joins, (members["joindate"].to_numpy() - epoch).astype("timedelta64[D]").astype(int)
    )
    assert [["Active", "Suspended", "Cancelled"][code] for code in read.members.statuses] == members[
        "memberstatus"
    ].tolist()
    np.testing.assert_array_equal(read.staff.leaves == NULL, staff["terminationdate"].isna())
    np.testing.assert_array_equal(read.plans.monthly_cents, (frames["membershiptypes"]["monthlyfee"] * 100).round())
    np.testing.assert_array_equal(
        read.members.payers > 0, members.duplicated(["address", "zipcode"], keep=False)
    )  # fmt: skip
    for required, text in zip(read.class_types.required, frames["classtypes"]["requiredcertifications"], strict=True):
        named = [read.certifications.ids.values[place] for place in required]
        assert named == ([] if pd.isna(text) else text.split(";"))


@pytest.mark.parametrize("kind", ["Cardio", "Pool", "Cafe"])
def test_areas_are_found_by_facility_and_type(frames, kind):
    read = read_frames({**frames, **put("facilityareas", "isactive", False, 0)(frames)}, AS_OF)
    areas = frames["facilityareas"]
    for place, facility in enumerate(frames["facilities"]["facilityid"]):
        wanted = (areas["facilityid"] == facility) & (areas["areatype"] == kind) & (areas.index != areas.index[0])
        assert read.areas.at(place, kind).tolist() == np.flatnonzero(wanted).tolist()


@pytest.mark.parametrize("table", ["facilities", "members", "staff", "equipment", "classtypes", "membershiptypes"])
def test_a_generated_table_is_read_as_the_frame_of_it(table: str) -> None:
    tables = ReferenceTables(Size(3, 90, 16), 4, dt.date.fromisoformat(END), FitnessRules(), SHIPPED).all()
    found = read_frames(tables, AS_OF)
    expected = read_frames({**tables, table: tables[table].to_pandas()}, AS_OF)
    for one, other in zip(_arrays(found), _arrays(expected), strict=True):
        assert one == other if isinstance(one, tuple) else np.array_equal(one, other)


def _arrays(record: object) -> list[object]:
    """What a record of records holds, in the order of its fields."""
    if not is_dataclass(record):
        return [record]
    return [part for item in fields(record) for part in _arrays(getattr(record, item.name))]


def test_generated_tables_that_cannot_be_worked_from_are_refused_as_frames_are() -> None:
    tables = dict(ReferenceTables(Size(2, 50, 10), 4, dt.date.fromisoformat(END), FitnessRules(), SHIPPED).all())
    with pytest.raises(FrameError) as of_frames:
        read_frames({name: made.to_pandas() for name, made in tables.items()}, AS_OF - 4_000)
    with pytest.raises(FrameError) as of_tables:
        read_frames(tables, AS_OF - 4_000)
    assert str(of_tables.value) == str(of_frames.value)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("members", "gender", "Q"),
        ("members", "gender", None),
        ("members", "address", ""),
        ("members", "zipcode", None),
        ("members", "memberid", "MEM000007"),
        ("members", "memberid", None),
        ("equipment", "areaid", "ARE9999"),
        ("facilities", "state", ""),
    ],
)
def test_a_text_in_a_generated_table_is_refused_as_that_of_a_frame_is(
    table: str, column: str, value: str | None
) -> None:
    tables = dict(ReferenceTables(Size(2, 50, 10), 4, dt.date.fromisoformat(END), FitnessRules(), SHIPPED).all())
    made = tables[table]
    texts = [*made[column].to_pylist()]
    texts[1] = value
    tables[table] = made.set_column(made.column_names.index(column), column, pa.array(texts, pa.string()))
    with pytest.raises(FrameError, match=f"{table}.{column}") as of_tables:
        read_frames(tables, AS_OF)
    with pytest.raises(FrameError) as of_frames:
        read_frames({name: made.to_pandas() for name, made in tables.items()}, AS_OF)
    assert str(of_tables.value) == str(of_frames.value)


def test_files_are_generated_without_what_takes_long_to_import(tmp_path: Path) -> None:
    program = """
import sys

class Refused:
    def find_spec(self, name, *_):
        if name in ("pandas", "numpy.ma", "tomllib", "sqlalchemy", "duckdb", "difflib"):
            raise RuntimeError(f"{name} is imported")

sys.meta_path.insert(0, Refused())
from datagen.__main__ import main
main()
"""
    options = ("--members", "60", "--staff", "10", "--facilities", "1", "--months", "1", "--no-verify", "--quiet")
    line = [sys.executable, "-c", program, "fitness", "generate", *options, "--output-dir", str(tmp_path / "data")]
    # Settings that the tests are run with are none of a command's, which would look for what they are meant to be.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATAGEN_")}
    subprocess.run(line, cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "data" / "datapackage.json").is_file()
