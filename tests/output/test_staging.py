"""An output directory is the old one or the new one, whole, whatever happens in between."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from datagen.errors import OutputError
from datagen.output.manifest import NAME, Written
from datagen.output.staging import staged
from tests.support.forks import ended


def ours(directory: Path) -> bool:
    return (directory / NAME).exists()


def write(final: Path, content: str) -> None:
    """Publish two tables that hold `content`."""
    with staged(final, ours=ours) as stage:
        for table in ("members", "visits"):
            stage.append(f"{table}.csv", b"id,what\n")
            stage.append(f"{table}.csv", f"1,{content}\n".encode(), rows=1)
        stage.publish(content.encode())


def contents(final: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in final.iterdir()}


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def whole(content: str) -> dict[str, str]:
    """What `write` leaves."""
    rows = f"id,what\n1,{content}\n"
    return {"members.csv": rows, "visits.csv": rows, NAME: content}


def test_output_appears_with_its_manifest_and_nothing_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "deep" / "out", "new")
    assert contents(tmp_path / "deep" / "out") == whole("new")
    assert names(tmp_path / "deep") == {"out"}


def test_rows_bytes_and_hash_are_those_of_the_file(tmp_path: Path) -> None:
    parts = [b"a,b\n", pa.py_buffer(b"1,2\n" * 5000), memoryview(b"3,4\n"), b""]
    with staged(tmp_path / "out", ours=ours) as stage:
        for part, rows in zip(parts, (0, 5000, 1, 0), strict=True):
            stage.append("t.csv", part, rows)
        written = stage.files
        stage.publish(b"{}")
    data = (tmp_path / "out" / "t.csv").read_bytes()
    assert written == {"t.csv": Written(5001, len(data), hashlib.sha256(data).hexdigest())}
    assert len(data.splitlines()) == 5002


def test_threads_can_append_to_files_of_their_own(tmp_path: Path) -> None:
    def fill(name: str) -> None:
        for number in range(200):
            stage.append(name, f"{number}\n".encode() * 100, rows=100)

    with staged(tmp_path / "out", ours=ours) as stage:
        threads = [threading.Thread(target=fill, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        written = stage.files
        stage.publish(b"{}")
    expected = "".join(f"{number}\n" * 100 for number in range(200)).encode()
    for name in "abc":
        assert (tmp_path / "out" / name).read_bytes() == expected
        assert written[name] == Written(20_000, len(expected), hashlib.sha256(expected).hexdigest())


def test_output_of_ours_and_empty_directories_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    for content in ("first", "second"):
        write(tmp_path / "out", content)
        assert contents(tmp_path / "out") == whole(content)
        assert names(tmp_path) == {"out"}


def test_a_directory_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match=r"not a data set of datagen.*Choose another"):
        write(tmp_path / "out", "new")
    assert contents(tmp_path / "out") == {"thesis.txt": "years of work"}
    assert names(tmp_path) == {"out"}


@pytest.mark.parametrize("trouble", [KeyboardInterrupt, ValueError, None])
def test_unfinished_work_leaves_the_old_output_alone(tmp_path: Path, trouble: type[BaseException] | None) -> None:
    write(tmp_path / "out", "old")

    def begin() -> None:
        with staged(tmp_path / "out", ours=ours) as stage:
            stage.append("members.csv", b"half a")
            if trouble:
                raise trouble

    if trouble:
        with pytest.raises(trouble):
            begin()
    else:
        begin()
    assert contents(tmp_path / "out") == whole("old")
    assert names(tmp_path) == {"out"}


def test_a_second_run_is_refused_while_the_first_one_works(tmp_path: Path) -> None:
    with staged(tmp_path / "out", ours=ours) as stage:
        with pytest.raises(OutputError, match=r"Another run is writing to .*out"):
            write(tmp_path / "out", "second")
        stage.append("a.csv", b"x\n")
        stage.publish(b"first")
        with pytest.raises(OutputError, match="Another run"):  # the first one still tidies up
            write(tmp_path / "out", "second")
    assert contents(tmp_path / "out") == {"a.csv": "x\n", NAME: "first"}
    assert names(tmp_path) == {"out"}


def test_a_link_to_a_directory_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk")
    write(tmp_path / "out", "new")
    assert (tmp_path / "out").is_symlink()
    assert contents(tmp_path / "disk") == whole("new")


def killed(path: Path, moment: int) -> None:
    """Write anew, and end as hard as can be at a use of a file."""
    seen = 0

    def watch(event: str, _: object) -> None:
        nonlocal seen
        if event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "open", "fcntl.flock", "os.scandir"):
            seen += 1
            if seen == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    write(path, "new")
    os._exit(0)


def test_killed_at_any_moment_the_old_or_the_new_output_is_there(tmp_path: Path) -> None:
    seen: set[str] = set()
    for moment in range(1, 100):
        place = tmp_path / str(moment)
        place.mkdir()
        write(place / "out", "old")
        status = ended(killed, place / "out", moment)
        with staged(place / "out", ours=ours):
            found = contents(place / "out")
            assert found in (whole("old"), whole("new"))
        seen.add(found[NAME])
        write(place / "out", "next")
        assert contents(place / "out") == whole("next")
        assert names(place) == {"out"}
        if status == 0:
            break
        assert status == -signal.SIGKILL
    assert status == 0
    assert moment > 15
    assert seen == {"old", "new"}


def test_an_end_between_the_two_renames_is_repaired(tmp_path: Path) -> None:
    write(tmp_path / "out", "old")
    (tmp_path / "out").rename(tmp_path / ".out.replaced")
    (tmp_path / ".out.inprogress").mkdir()
    (tmp_path / ".out.inprogress" / NAME).write_text("half")
    with staged(tmp_path / "out", ours=ours):
        assert contents(tmp_path / "out") == whole("old")
    assert names(tmp_path) == {"out"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], capture_output=True)
    if mount.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {mount.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_one_clear_line_and_the_old_output_stays(small_disk: Path) -> None:
    write(small_disk / "out", "old")
    with (
        pytest.raises(OutputError, match=r"Cannot write .*visits.csv: the disk is full. Free some space") as caught,
        staged(small_disk / "out", ours=ours) as stage,
    ):
        for _ in range(10):
            stage.append("visits.csv", b"1,2,3\n" * 10_000, rows=10_000)
    assert "\n" not in str(caught.value)
    assert contents(small_disk / "out") == whole("old")
    assert names(small_disk) == {"out"}
    write(small_disk / "out", "next")


def test_a_read_only_file_system_is_named(small_disk: Path) -> None:
    write(small_disk / "out", "old")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(OutputError, match="the file system is read-only"):
        write(small_disk / "out", "new")
    assert contents(small_disk / "out") == whole("old")


def test_a_mount_point_is_refused_with_a_way_out(small_disk: Path) -> None:
    with pytest.raises(OutputError, match=r"is a mount point.*disk/generated"):
        write(small_disk, "new")


def test_a_directory_one_may_not_write_to_is_named() -> None:
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o555)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)  # root may write anywhere
        try:
            with pytest.raises(OutputError, match=r"Cannot create .*out.inprogress: permission denied"):
                write(Path(parent) / "out", "new")
        finally:
            os.seteuid(user)
            Path(parent).chmod(0o755)


def test_the_current_directory_is_refused_with_a_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match="current directory"):
        write(Path(), "new")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("file", "is a file"),
        ("file/out", "a part of the path is a file"),
        ("dangling", r"is a symbolic link to .*nowhere, which does not exist"),
        ("circle", "symbolic links in the path run in a circle"),
        ("x" * 250, "the name is too long"),
        ("x" * 300, "the name is too long"),
    ],
)
def test_an_impossible_path_is_one_clear_line(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    before = names(tmp_path)
    with pytest.raises(OutputError, match=says) as caught:
        write(tmp_path / name, "new")
    assert "\n" not in str(caught.value)
    assert names(tmp_path) == before


MANIFEST = b'{"generator": "datagen", "world": "w", "seed": 1, "options": {}, "release": "1", "resources": []}'


@pytest.mark.parametrize("mode", [0o755, 0o700, 0o2770, 0o777])
def test_a_directory_that_is_replaced_keeps_its_permissions_and_its_group(tmp_path: Path, mode: int) -> None:
    out = tmp_path / "out"
    out.mkdir()
    if os.getuid() == 0:
        os.chown(out, -1, 12345)
    group = out.stat().st_gid
    out.chmod(mode)
    for _ in range(2):  # an empty directory, and then a data set
        with staged(out) as stage:
            stage.append("visits.csv", b"a,b\n")
            stage.append("other/visits.csv", b"a,b\n")
            stage.publish(
                b'{"generator": "datagen", "world": "w", "seed": 1, "options": {}, "release": "1", "resources": []}'
            )
        assert stat.S_IMODE(out.stat().st_mode) == mode
        assert {path.stat().st_gid for path in (out, *out.rglob("*"))} == {group}
