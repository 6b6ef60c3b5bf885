"""Lines of plain CSV are split as they are written, wherever a block ends; what is not plain is refused."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.checks import plain_csv
from datagen.checks.plain_csv import MARGIN, NotPlainError, blocks

SIGNS = st.characters(codec="utf-8", exclude_characters=',"\n\r\0')
LINES = st.integers(1, 4).flatmap(
    lambda columns: st.lists(st.lists(st.text(SIGNS, max_size=9), min_size=columns, max_size=columns), min_size=1)
)


def read(path: Path, names: str) -> list[list[str]]:
    """The lines of a file whose columns have names of a letter."""
    lines = []
    for block in blocks(path, names):
        found: list[list[str]] = []
        for place in range(len(names)):
            values, filled = block.values(place)
            pairs = zip(values.starts.tolist(), values.ends.tolist(), strict=True)
            texts = iter([block.buffer[start:end].decode() for start, end in pairs])
            there = [True] * block.lines if filled is None else filled.tolist()
            found.append([next(texts) if is_there else "" for is_there in there])
        lines += [list(line) for line in zip(*found, strict=True)]
        assert block.size == sum(len(",".join(line).encode()) + 1 for line in lines[-block.lines :])
    return lines


@given(LINES, st.integers(200, 600))
def test_lines_are_read_as_they_are_written(lines: list[list[str]], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as directory:
        patch.setattr(plain_csv, "_BLOCK", size)
        path = Path(directory) / "some.csv"
        names = "abcd"[: len(lines[0])]
        path.write_text(
            ",".join(names) + "\n" + "".join(",".join(line) + "\n" for line in lines), encoding="utf-8", newline=""
        )
        assert read(path, names) == lines


@pytest.mark.parametrize("size", [64, 100, 1000])
def test_what_stands_between_blocks_is_not_lost(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [[str(number), "x" * (number % 30)] for number in range(300)]
    path = tmp_path / "some.csv"
    path.write_text("a,b\n" + "".join(",".join(line) + "\n" for line in lines))
    monkeypatch.setattr(plain_csv, "_BLOCK", size)
    assert read(path, "ab") == lines


NOT_PLAIN = {
    "no header": "",
    "no end of the header": "a,b",
    "no end of the last line": "a,b\n1,2",
    "a blank line at the end": "a,b\n1,2\n\n",
    "a blank line": "a,b\n\n1,2\n",
    "CRLF": "a,b\r\n1,2\r\n",
    "CRLF behind the header alone": "a,b\r\n1,2\n",
    "another header": "a,c\n1,2\n",
    "a mark of the order of bytes": "\ufeffa,b\n1,2\n",
    "quotes": 'a,b\n1,"2"\n',
    "NUL": "a,b\n1,\0\n",
    "too many values": "a,b\n1,2,3\n",
    "too few": "a,b\n1\n",
    "too few and too many": "a,b\n1\n2,3,4\n",
    "too many and too few": "a,b\n1,2,3\n4\n",
    "as many line ends as values": "a,b\n1\n2\n,,3\n",
    "a long line": f"a,b\n1,{'x' * 300}\n",
    "a long header": f"a,b{'c' * 300}\n1,2\n",
}


@pytest.mark.parametrize("text", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_what_is_not_plain_is_refused(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "some.csv"
    path.write_bytes(text.encode())
    monkeypatch.setattr(plain_csv, "_BLOCK", 100)
    with pytest.raises(NotPlainError):
        read(path, "ab")


@pytest.mark.parametrize("place", [0, 1, 5])
def test_a_longer_line_than_duckdb_may_read_is_refused(place: int, tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    lines = ["1,2\n"] * 5
    lines.insert(place, f"1,{'x' * (1 << 20)}\n")
    path.write_text("".join(["a,b\n", *lines]))
    with pytest.raises(NotPlainError):
        read(path, "ab")


def test_blocks_of_very_many_values_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "some.csv"
    path.write_text("a,b\n" + "1,\n" * 50)
    assert len(read(path, "ab")) == 50
    monkeypatch.setattr(plain_csv, "_MOST", 99)
    with pytest.raises(NotPlainError):
        read(path, "ab")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_bytes("a,b\n1,é\n".encode("latin-1"))
    with pytest.raises(NotPlainError):
        read(path, "ab")


def test_a_file_without_lines_has_no_blocks(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("a,b\n")
    assert list(blocks(path, "ab")) == []


def test_the_first_value_of_a_block_stands_behind_its_margin(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("a\n1\n")
    [block] = blocks(path, "a")
    assert block.values(0)[0].starts.tolist() == [MARGIN]
