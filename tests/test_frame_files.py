"""Tables are read back as text, and what is no table is refused with the file and the reason."""

from __future__ import annotations

import pytest

from datagen.errors import FrameError, UsageError
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
        (b"a,b\n\xff\xfe,2\n", "utf-8"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, content, reason):
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(FrameError, match=r"t\.csv") as caught:
        read_frames(tmp_path, ["t"])
    assert reason in str(caught.value)


def test_a_missing_file_or_directory_is_named(tmp_path):
    with pytest.raises(FrameError, match=r"t\.csv is missing"):
        read_frames(tmp_path, ["t"])
    with pytest.raises(UsageError, match="no directory"):
        read_frames(tmp_path / "nowhere", ["t"])
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(FrameError, match="directory"):
        read_frames(tmp_path, ["t"])
