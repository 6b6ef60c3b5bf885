"""The workers of a cluster write the bytes that workers of this machine write, whatever happens to them."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table

from datagen import cluster, jobs
from datagen.bank.generation import Choices as Bank
from datagen.bank.generation import content_of
from datagen.bank.history import BLOCK
from datagen.bank.rules import BankRules
from datagen.bank.size import Size as BankSize
from datagen.bank.world import WORLD as BANK
from datagen.cluster import Terms, connected
from datagen.console import run_command
from datagen.ecommerce.world import WORLD as SHOP
from datagen.errors import FrameError, UsageError, WorkerError
from datagen.fitness.commands.complete import Choices, command
from datagen.fitness.size import Size
from datagen.fitness.world import WORLD
from datagen.jobs import Content, Parts, Request, Writing
from datagen.parts import releases
from datagen.progress import Progress
from datagen.runner import Step
from datagen.world import World
from tests.parts.clusters import Numbers, Processes, processes
from tests.parts.conftest import digests
from tests.support.shops import choices as shop

ROWS = 1_000
TABLES = MetaData()
Table("numbers", TABLES, Column("id", Integer, primary_key=True), Column("unit", Integer))
TOY = World("toy", "Toys", TABLES, "tests.support.toy_world:Rules", Path())


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """A scheduler and two workers."""
    with processes(tmp_path_factory.mktemp("cluster"), 2) as running:
        yield running


def write(
    directory: Path, world: World, content: Callable[[], Content], parts: Parts, progress: Progress | None = None
) -> Path:
    asked = Request(world, 42, content, Writing(parts=parts))
    jobs.write(asked, directory, progress or Progress(quiet=True))
    return directory


def fitness() -> Content:
    return Choices(Size(2, 40, 10), 42, dt.date(2026, 1, 1), 3, WORLD.rules).content()


def given_frames(directory: Path) -> Content:
    return Choices(Size(1, 20, 5), 42, dt.date(2026, 1, 1), 2, WORLD.rules, mdm_dir=directory).content()


def bank() -> Content:
    return content_of(Bank(BankSize(BLOCK + 50, 60), 42, dt.date(2026, 1, 1), BankRules()))()


SHOPS = shop(300)


@pytest.mark.slow
def test_a_cluster_in_this_process_writes_the_same_bytes(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=1, processes=False, dashboard_address=":0") as nearby:
        parts = Parts(ROWS, cluster=nearby.scheduler_address)
        there = write(tmp_path / "there", WORLD, fitness, parts)
    assert digests(there) == digests(write(tmp_path / "here", WORLD, fitness, Parts(ROWS)))


@pytest.mark.parametrize("loss", ["CancelledError", "CommClosedError"], ids=["before", "while it answers"])
def test_a_scheduler_that_goes_is_named_with_what_to_do(loss: str) -> None:
    distributed = pytest.importorskip("distributed")
    gone: type[BaseException] = getattr(distributed, loss, None) or getattr(distributed.comm, loss)

    class Lost:
        def result(self) -> object:
            raise gone("gone")

        def release(self) -> None:
            pass

    crew = cluster._Crew(None, "tcp://10.0.0.1:8786", "", None)
    outcome = crew._outcome(Lost(), 3, Step.MADE)
    assert isinstance(outcome.content, WorkerError)
    assert str(outcome.content).startswith("The scheduler at tcp://10.0.0.1:8786 is gone. Start it")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("world", "content"),
    [
        (WORLD, fitness),
        (BANK, bank),
        (SHOP, lambda: Content(SHOPS.options(), dataset=SHOPS.dataset(), recipe=SHOPS.dataset)),
    ],
    ids=["fitness", "bank", "ecommerce"],
)
def test_a_cluster_writes_the_same_bytes(
    found: Processes, tmp_path: Path, world: World, content: Callable[[], Content]
) -> None:
    here = write(tmp_path / "here", world, content, Parts(ROWS))
    there = write(tmp_path / "there", world, content, Parts(ROWS, cluster=str(found.file)))
    assert digests(there) == digests(here)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "there"]


@pytest.mark.slow
def test_frames_that_were_given_go_to_the_workers(found: Processes, tmp_path: Path) -> None:
    write(tmp_path / "frames", WORLD, lambda: Content({}, fitness().frames), Parts())
    content = partial(given_frames, tmp_path / "frames")
    here = write(tmp_path / "here", WORLD, content, Parts(ROWS))
    assert digests(write(tmp_path / "there", WORLD, content, Parts(ROWS, cluster=str(found.file)))) == digests(here)


class AtFirstStep(Progress):
    """Does something when the first unit is written."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(quiet=True)
        self.work: Callable[[], object] | None = work

    def step(self) -> None:
        work, self.work = self.work, None
        if work:
            work()


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """A scheduler and a worker, which may be ended."""
    with processes(tmp_path_factory.mktemp("fragile"), 1) as running:
        yield running


@pytest.mark.slow
def test_a_worker_that_ends_is_followed_by_one_that_joins_late(fragile: Processes, tmp_path: Path) -> None:
    here = write(tmp_path / "here", WORLD, fitness, Parts(ROWS))

    def change() -> None:
        fragile.workers[0].kill()
        fragile.add_worker()

    parts = Parts(ROWS, cluster=str(fragile.file))
    assert digests(write(tmp_path / "there", WORLD, fitness, parts, AtFirstStep(change))) == digests(here)
    assert [worker.poll() is None for worker in fragile.workers] == [False, True]


@pytest.mark.slow
def test_a_run_goes_on_when_the_scheduler_was_lost(
    fragile: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cluster, "_ANSWER", 8.0)
    here = write(tmp_path / "here", WORLD, fitness, Parts(ROWS))
    told = r"is gone\. Start it and its workers again; the same command with --resume"
    with pytest.raises(WorkerError, match=told):
        parts = Parts(ROWS, cluster=str(fragile.file))
        write(tmp_path / "there", WORLD, fitness, parts, AtFirstStep(fragile.scheduler.kill))
    assert list((tmp_path / ".there.inprogress" / "_parts").glob("*.json"))
    capsys.readouterr()
    progress = Progress(terminal=False)
    assert digests(write(tmp_path / "there", WORLD, fitness, Parts(ROWS, resume=True), progress)) == digests(here)
    assert "are there already" in capsys.readouterr().out


def numbers(wrong: int | None, asked: Path) -> Content:
    recipe = partial(Numbers, 12, wrong, asked)
    return Content({"wrong": wrong}, dataset=recipe(), recipe=recipe)


@pytest.mark.slow
def test_a_unit_that_cannot_be_made_is_asked_for_once(found: Processes, tmp_path: Path) -> None:
    parts = Parts(30, cluster=str(found.file))
    with pytest.raises(FrameError, match="lacks the column memberid") as caught:
        write(tmp_path / "out", TOY, partial(numbers, 7, tmp_path / "asked"), parts)
    assert caught.value.__notes__ == ["This happened in 6 to 8."]
    assert (tmp_path / "asked").read_text() == "asked\n"
    written = write(tmp_path / "out", TOY, partial(numbers, None, tmp_path / "asked"), parts)
    assert len(list((written / "numbers").iterdir())) == 4


@pytest.mark.slow
@pytest.mark.parametrize(
    ("terms", "told"),
    [
        (
            Terms(releases() | {"NumPy": "1.0"}),
            r"The scheduler at \S+ has NumPy [\d.]+, and the driver 1.0; install the",
        ),
        (Terms(releases() | {"datagen": "0"}), r"has datagen \S+, and the driver 0; install the same release"),
        (
            Terms(releases(), Path("/nowhere/_parts/x.marker")),
            r"The worker tcp://\S+ does not see /nowhere/_parts; write",
        ),
    ],
)
def test_those_that_would_write_something_else_are_refused(found: Processes, terms: Terms, told: str) -> None:
    with pytest.raises(WorkerError, match=told), connected(str(found.file), terms):
        pass


@pytest.mark.slow
def test_a_worker_that_joins_late_is_looked_at_too(found: Processes, tmp_path: Path) -> None:
    other = Terms(releases() | {"NumPy": "1.0"})
    with connected(str(found.file), Terms(releases())) as workers:
        workers._terms = other  # as a worker that joins sees them
        with workers.crew(lambda unit: (None, unit), lambda state, settled: None, 1) as crew:
            crew.make(0, 0)
            ((_, _, error),) = crew.completed()
    assert isinstance(error, WorkerError) and "has NumPy" in str(error)


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "_ANSWER", 0.5)
    terms = Terms(releases())
    with pytest.raises(UsageError, match="there is no file"), connected(str(tmp_path / "none"), terms):
        pass
    with (
        pytest.raises(WorkerError, match=r"No scheduler answers at tcp://127\.0\.0\.1:9"),
        connected("tcp://127.0.0.1:9", terms),
    ):
        pass
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'datagen\[cluster\]'"), connected("tcp://127.0.0.1:9", terms):
        pass


def test_workers_of_a_cluster_are_not_counted_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(command, ["--cluster", "tcp://127.0.0.1:9", "--workers", "2"]) == 2
    assert "--workers does nothing with --cluster" in capsys.readouterr().err
