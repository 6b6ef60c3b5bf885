"""Tables are read back as text, and what is no table is refused with the file and the reason."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from datagen.errors import FrameError, InputError
from datagen.frame_files import read_frames


def test_values_stay_the_text_they_are_and_empty_is_missing(tmp_path):
    (tmp_path / "places.csv").write_text('id,zipcode,name\n007,02134,"NA, ""null"""\n008,00501,\n')
    frame = read_frames(tmp_path, ["places"])["places"]
    assert frame["id"].tolist() == ["007", "008"]
    assert frame["zipcode"].tolist() == ["02134", "00501"]
    assert frame["name"].tolist()[0] == 'NA, "null"'
    assert frame["name"].isna().tolist() == [False, True]


def test_tables_come_in_the_order_asked_for(tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.csv").write_text("x,y\n1,2\n")
    assert list(read_frames(tmp_path, ["c", "a"])) == ["c", "a"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "cannot be read as a table"),
        (b"a,b\n1,2,3\n", "cannot be read as a table"),
        (b"a,b\n1,2\n1,2,3\n", "line 3"),
        (b'a,b\n1,"2\n', "cannot be read as a table"),
        (b"a,b\n1,2\nJos\xe9,2\n", "row 2, column a: 'José' is not UTF-8 text. Save the file as UTF-8"),
        (b"a,\xe9\n1,2\n", "the header: 'é' is not UTF-8 text"),
        (b"a;b\n1;2\n", "semicolons. Save it with commas"),
        (b"a\tb\n1\t2\n", "tabs. Save it with commas"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, content, reason):
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(FrameError, match=r"t\.csv") as caught:
        read_frames(tmp_path, ["t"])
    assert reason in str(caught.value)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_nul_character_is_refused_with_its_place(tmp_path, kind):
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y\0"]})
    if kind == "csv":
        frame.to_csv(tmp_path / "t.csv", index=False)
    else:
        frame.to_parquet(tmp_path / "t.parquet")
    with pytest.raises(FrameError, match=r"t\.b holds a NUL character \(row 2\)"):
        read_frames(tmp_path, ["t"])


def test_a_missing_file_or_directory_is_named(tmp_path):
    with pytest.raises(FrameError, match=r"t\.csv is missing"):
        read_frames(tmp_path, ["t"])
    with pytest.raises(InputError, match="no directory"):
        read_frames(tmp_path / "nowhere", ["t"])
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(FrameError, match="directory"):
        read_frames(tmp_path, ["t"])


def test_rows_and_columns_of_nothing_but_commas_at_the_ends_are_left_out(tmp_path):
    (tmp_path / "t.csv").write_text("a,b,,\n1,,,\n,,,\n2,x,,\n,,,\n,,,\n")
    frame = read_frames(tmp_path, ["t"])["t"]
    assert list(frame.columns) == ["a", "b"]
    assert frame["a"].fillna("").tolist() == ["1", "", "2"]


def test_a_byte_order_mark_and_the_line_ends_of_windows_are_no_part_of_values(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"\xef\xbb\xbfa,b\r\n1,2\r\n")
    assert read_frames(tmp_path, ["t"])["t"].to_dict("list") == {"a": ["1"], "b": ["2"]}


@pytest.mark.parametrize("name", ["~", "d[1]", "a*b", "file:x", "dt=2026-01-31"])
def test_the_name_of_a_directory_is_only_a_name(tmp_path, monkeypatch, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / "t.csv").write_text("a,b\n1,2\n")
    (tmp_path / name / "p.parquet").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    assert list(read_frames(Path(name), ["t"])["t"].columns) == ["a", "b"]
    pd.DataFrame({"a": ["1"]}).to_parquet(tmp_path / name / "p.parquet")
    assert list(read_frames(Path(name), ["p"])["p"].columns) == ["a"]
