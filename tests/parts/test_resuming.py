"""A run that was ended goes on where it was, whatever ended it, and comes to the same bytes."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import pickle
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from datagen import jobs
from datagen.errors import OutputError, WorkerError
from datagen.fitness.months import Unit
from datagen.fork_pool import ForkPool
from datagen.jobs import Parts
from datagen.output import part_files
from datagen.output.part_files import LocalPlace, LocalStream, Receipt, finished, receipts_in
from datagen.parts import Made, PartWriter, releases, run_id
from tests.parts.conftest import ROWS, Write, digests

RESUME = Parts(ROWS, resume=True)
MOMENTS = int(os.environ.get("DATAGEN_TEST_KILLS", "8"))
"""How many kills; `DATAGEN_TEST_KILLS=30` for a longer run."""
Patch = pytest.MonkeyPatch


def killed_at(number: int, write: Write, name: str) -> int:
    """Write in a process that is killed when it writes to its files for so many times; gives how it ended."""

    def work() -> None:
        left = number
        original = LocalStream.write

        def fatal(stream: LocalStream, data: bytes) -> None:
            nonlocal left
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
            original(stream, data)

        LocalStream.write = fatal  # type: ignore[method-assign]
        write(name)

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on(
    write: Write, plain: dict[str, str], tmp_path: Path, monkeypatch: Patch, capfd: pytest.CaptureFixture[str]
) -> None:
    """At moments all over the run."""
    monkeypatch.setattr(os, "fsync", lambda _: None)  # the machine goes on, so that need not be waited for
    writes = 0
    original = LocalStream.write

    def counting(stream: LocalStream, data: bytes) -> None:
        nonlocal writes
        writes += 1
        original(stream, data)

    with Patch.context() as patch:
        patch.setattr(LocalStream, "write", counting)
        write("counted")
    kept = set()
    for moment in range(MOMENTS):
        name = f"killed{moment}"
        assert killed_at(1 + moment * (writes - 1) // (MOMENTS - 1), write, name) == -signal.SIGKILL
        assert not (tmp_path / name).exists()
        kept.add(len(receipts_in(tmp_path / f".{name}.inprogress")))
        capfd.readouterr()
        assert digests(write(name, parts=RESUME)) == plain
        assert "are there already" in capfd.readouterr().out
        assert not list(tmp_path.glob(f".{name}*"))
    assert len(kept) > 3  # it was not always the beginning


@pytest.mark.slow
def test_groups_that_are_finished_are_not_made_again(write: Write, tmp_path: Path, monkeypatch: Patch) -> None:
    full_disk(monkeypatch, after=60)
    with pytest.raises(OutputError, match="the disk is full"):
        write("out")
    monkeypatch.undo()
    staging = tmp_path / ".out.inprogress"
    before = {path: path.stat().st_ino for path in staging.rglob("part-*") if path.is_file()}
    receipts = [Receipt.read(path.read_bytes()) for path in receipts_in(staging)]
    assert receipts
    write("out", parts=RESUME)
    for name in {name for receipt in receipts for name in receipt.files}:
        assert (tmp_path / "out" / name).stat().st_ino == before[staging / name]


def full_disk(patch: Patch, after: int) -> None:
    original, left = LocalStream.write, after

    def write(stream: LocalStream, data: bytes) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            with part_files.as_output_errors("write", Path("out")):
                raise OSError(errno.ENOSPC, "No space left on device")
        original(stream, data)

    patch.setattr(LocalStream, "write", write)


@pytest.mark.slow
def test_what_stays_is_told_and_goes_without_resume(
    write: Write, plain: dict[str, str], tmp_path: Path, monkeypatch: Patch, capsys: pytest.CaptureFixture[str]
) -> None:
    full_disk(monkeypatch, after=60)
    with pytest.raises(OutputError):
        write("out")
    monkeypatch.undo()
    assert f"stay in {tmp_path / '.out.inprogress'}; the same command with --resume goes on" in capsys.readouterr().out
    write("out")
    assert "of a run that was ended are removed; --resume would have kept them" in capsys.readouterr().out
    assert digests(tmp_path / "out") == plain


@pytest.mark.slow
def test_a_worker_that_ends_takes_nothing_along(
    write: Write, plain: dict[str, str], content: jobs.Content, tmp_path: Path, monkeypatch: Patch
) -> None:
    assert content.dataset
    make, fatal, here = content.dataset.make, list(content.dataset.units)[-1], os.getpid()

    def make_or_end(unit: Unit) -> object:
        if unit == fatal and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return make(unit)

    monkeypatch.setattr(content.dataset, "make", make_or_end)
    monkeypatch.setattr("datagen.workers.best_workers", ForkPool)  # whatever threads other tests have left
    with pytest.raises(WorkerError):
        write("out", workers=2)
    monkeypatch.undo()
    assert receipts_in(tmp_path / ".out.inprogress")
    assert digests(write("out", workers=2, parts=RESUME)) == plain


@pytest.mark.slow
def test_what_a_worker_that_was_given_up_left_is_no_part_of_the_data(
    write: Write, plain: dict[str, str], tmp_path: Path, monkeypatch: Patch
) -> None:
    original = PartWriter.write

    def leave_and_write(writer: PartWriter, made: Made, settled: Sequence[object]) -> Receipt:
        part_files.write_small(writer.place, f"memberaccess/.part-{made.group.number:05}.csv.0.inprogress", b"")
        return original(writer, made, settled)

    monkeypatch.setattr(PartWriter, "write", leave_and_write)
    assert digests(write("out")) == plain


def ended(write: Write, tmp_path: Path) -> Path:
    """The staging directory of a run that was ended before it was published."""
    with Patch.context() as patch:
        patch.setattr("datagen.output.staging.Stage.publish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            write("out")
    return tmp_path / ".out.inprogress"


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes().replace(b"1", b"2", 1)),
        lambda path: path.write_bytes(path.read_bytes()[:-9]),
        lambda path: path.unlink(),
    ],
    ids=["other bytes", "cut", "gone"],
)
@pytest.mark.parametrize("file", ["memberaccess/part-00001.csv", "_parts/group-00001.json"])
def test_a_part_that_is_not_as_its_receipt_states_is_made_again(
    write: Write, plain: dict[str, str], tmp_path: Path, damage: object, file: str
) -> None:
    staging = ended(write, tmp_path)
    groups = len(receipts_in(staging))
    damage(staging / file)  # type: ignore[operator]
    run = Receipt.read(receipts_in(staging)[0].read_bytes()).run
    known = {receipt.number for receipt, _ in finished(LocalPlace(staging), run)}
    assert len(known) == groups - 1 and 1 not in known
    assert digests(write("out", parts=RESUME)) == plain


@pytest.mark.slow
def test_parts_of_another_run_are_not_gone_on_with(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended(write, tmp_path)
    other = Parts(2 * ROWS, resume=True)
    assert digests(write("out", parts=other)) == digests(write("plain", parts=replace(other, resume=False)))
    assert "0 finished groups of units are there already" in capsys.readouterr().out


@pytest.mark.parametrize(
    "other",
    [
        {"world": "bank"},
        {"seed": 43},
        {"options": {"members": 41}},
        {"kind": "parquet"},
        {"rows": ROWS + 1},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_run_is_known_by_all_that_its_parts_follow_from(other: dict[str, object]) -> None:
    own = {"world": "fitness", "seed": 42, "options": {"members": 40}, "kind": "csv", "rows": ROWS}
    assert run_id(**own) == run_id(**own)  # type: ignore[arg-type]
    assert run_id(**{**own, **other}) != run_id(**own)  # type: ignore[arg-type]


@pytest.mark.parametrize("made_with", releases())
def test_a_run_is_known_by_the_releases_that_its_bytes_hang_on(made_with: str, monkeypatch: Patch) -> None:
    def known() -> str:
        return run_id("fitness", 42, {}, "csv", ROWS)

    here, before = known(), releases()
    monkeypatch.setattr("datagen.parts.releases", lambda: {**before, made_with: "0.1"})
    assert known() != here


def test_receipts_of_a_run_with_other_options_are_passed_over(write: Write, tmp_path: Path) -> None:
    staging = ended(write, tmp_path)
    run = Receipt.read(receipts_in(staging)[0].read_bytes()).run
    assert list(finished(LocalPlace(staging), run))
    assert not list(finished(LocalPlace(staging), run[::-1]))


@pytest.mark.parametrize("stated", ["units", "files", "tables", "summaries"])
def test_a_receipt_whose_statements_were_changed_is_none(write: Write, tmp_path: Path, stated: str) -> None:
    plain = json.loads(receipts_in(ended(write, tmp_path))[1].read_bytes())
    first = {"units": [], "files": {}, "tables": {}, "summaries": {**plain["summaries"], "rows": 0}}
    assert Receipt.read(json.dumps(plain).encode())
    with pytest.raises(ValueError, match="damaged"):
        Receipt.read(json.dumps({**plain, stated: first[stated]}).encode())


@pytest.mark.slow
def test_what_a_run_without_parts_left_is_cleared(write: Write, plain: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / ".out.inprogress").mkdir()
    (tmp_path / ".out.inprogress" / "members.csv").write_text("memberid\n")
    (tmp_path / ".out.inprogress" / "datapackage.json").write_text("{}")
    assert digests(write("out", parts=RESUME)) == plain


class _Harmful:
    """Calls what it is given when it is read."""

    def __init__(self, call: object, *content: object) -> None:
        self._call, self._content = call, content

    def __reduce__(self) -> object:
        return self._call, self._content


@pytest.mark.parametrize(
    "harm",
    [_Harmful(os.mkdir, "harm"), _Harmful(releases), _Harmful(np.memmap, "harm", "u1", "w+", 0, 1)],
    ids=["of the system", "of ours", "of NumPy"],
)
def test_summaries_hold_nothing_but_numbers(write: Write, tmp_path: Path, monkeypatch: Patch, harm: _Harmful) -> None:
    staging = ended(write, tmp_path)
    place, path = LocalPlace(staging), receipts_in(staging)[1]
    receipt = Receipt.read(path.read_bytes())
    harm = part_files.write_small(place, part_files.summaries_name(1), pickle.dumps([harm]))
    path.write_bytes(replace(receipt, summaries=harm).text())
    monkeypatch.chdir(tmp_path)
    assert 1 not in {found.number for found, _ in finished(place, receipt.run)}
    assert not Path("harm").exists()
