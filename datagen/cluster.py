"""Workers of a Dask cluster: threads of processes on any machine, which a scheduler knows.

A worker opens the data set once, from its recipe, and keeps what it has made of a unit until that is rendered; only
summaries, and what rendering gives, go through the network. Units are functions of their names, so that what a worker
takes along when it ends is made again by another one.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from datagen.errors import UsageError, WorkerError
from datagen.frozen import dataclass
from datagen.runner import UNITS_AHEAD, Step, StepResult

if TYPE_CHECKING:
    from datagen.dataset import Dataset

Client = Any
"""`distributed.Client`, which has no types."""
Future = Any
"""`distributed.Future`, which has none either."""
_ANSWER = 20.0
"""Seconds that a scheduler may take to answer, and to come back when the connection was lost."""
_PATIENCE = 60.0
"""Seconds that it may have no worker."""
_LOOK_AGAIN = 1.0
"""Seconds after which workers are counted again: some may have come or gone."""
_GO_ON = "the same command with --resume goes on"


@dataclass(frozen=True)
class FromRecipe:
    """A step of a data set that is opened on the worker; picklable, for only the recipe is sent."""

    recipe: Callable[[], Dataset]
    step: str
    """The attribute of the data set that takes a unit."""
    token: str = field(default_factory=lambda: uuid.uuid4().hex)

    def __call__(self, unit: Any) -> Any:
        """Take the step."""
        return getattr(_opened(self), self.step)(unit)


_OPENED: dict[str, Dataset] = {}
"""The data set that this worker has opened, by its recipe's token: the last one alone."""
_OPENING = threading.Lock()


def _opened(work: FromRecipe) -> Dataset:
    with _OPENING:
        if work.token not in _OPENED:
            _OPENED.clear()
            _OPENED[work.token] = work.recipe()
        return _OPENED[work.token]


@dataclass(frozen=True)
class Terms:
    """What a worker must have to take part."""

    releases: Mapping[str, str]
    """What bytes hang on, by name."""
    marker: Path | None = None
    """A file that it must see, in the directory that it writes to."""

    def refusal(self) -> str:
        """Why the worker that asks cannot take part; '' if it can."""
        from datagen.parts import releases

        for name, there in releases().items():
            if there != self.releases.get(name):
                return f"has {name} {there}, and the driver {self.releases.get(name)}; install the same release"
        if self.marker and not self.marker.exists():
            return f"does not see {self.marker.parent}; write to a directory that all machines share, or to s3://"
        return ""


@dataclass(frozen=True)
class _Job:
    """A job as workers know it."""

    token: str
    terms: Terms
    make: Callable[[Any], tuple[Any, Any]]
    render: Callable[[Any, Any], Any]


def _held(job: _Job) -> _Job:
    """On a worker: have a job, which other workers fetch; made again if those who have it are no more."""
    return job


_KEPT: OrderedDict[tuple[str, int], Any] = OrderedDict()
"""What this worker has made and not rendered, by job and place; the newest units alone, for others went elsewhere."""


def _make(job: _Job, place: int, unit: Any) -> tuple[str, Any]:
    """On a worker: make a unit, and keep it; gives where that is, and the summary."""
    from distributed import get_worker

    worker = get_worker()
    if why := job.terms.refusal():
        raise WorkerError(f"The worker {worker.address} {why}.")
    state, summary = job.make(unit)
    _KEPT[job.token, place] = state
    while len(_KEPT) > 2 * UNITS_AHEAD * worker.state.nthreads:
        _KEPT.popitem(last=False)
    return worker.address, summary


def _render(job: _Job, place: int, unit: Any, settled: Any) -> Any:
    """On a worker: render a unit, which is made again if it was made by a worker that is no more."""
    kept = _KEPT.pop((job.token, place), None)
    state = job.make(unit)[0] if kept is None else kept
    return job.render(state, settled)


class Cluster:
    """Workers of a Dask cluster; `connected` makes one."""

    def __init__(self, client: Client, place: str, terms: Terms) -> None:
        self._client, self._place, self._terms = client, place, terms
        self._count, self._counted = 0, float("-inf")

    @property
    def count(self) -> int:
        """How many units are worked on at a time: by one worker, if there is none just now."""
        if time.monotonic() - self._counted > _LOOK_AGAIN:
            with suppress(OSError):
                self._count = sum(self._client.nthreads().values())
            self._counted = time.monotonic()
        return max(1, self._count)

    @contextmanager
    def crew(
        self, make: Callable[[Any], tuple[Any, Any]], render: Callable[[Any, Any], Any], units: int
    ) -> Iterator[_Crew]:
        """Workers at a job; what is still under way when this is left is cancelled."""
        del units
        job = _Job(uuid.uuid4().hex, self._terms, make, render)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of frames that were given, which must be sent once
            held = self._client.submit(_held, job, key=f"job-{job.token}")
        crew = _Crew(self._client, self._place, job.token, held)
        try:
            yield crew
        finally:
            crew.stop()


class _Crew:
    """The workers of a cluster at a job."""

    def __init__(self, client: Client, place: str, token: str, job: Future) -> None:
        self._client, self._place, self._token, self._job = client, place, token, job
        self._units: dict[int, Any] = {}
        self._homes: dict[int, str] = {}
        self._pending: dict[Future, tuple[int, Step]] = {}
        self._done: SimpleQueue[Future] = SimpleQueue()

    def make(self, place: int, unit: Any) -> None:
        """Have a unit made by any worker."""
        self._units[place] = unit
        self._submit(place, Step.MADE, _make, unit)

    def render(self, place: int, settled: Any) -> None:
        """Have a unit rendered by the worker that made it, if that is still there."""
        home = self._homes.pop(place)
        self._submit(place, Step.RENDERED, _render, self._units.pop(place), settled, workers=[home])

    def completed(self, *, wait: bool = True) -> list[StepResult]:
        """Tell what is done, having waited until something is. Raises `WorkerError` where nobody is left to do it."""
        futures = [self._first()] if wait else []
        with suppress(Empty):
            while True:
                futures.append(self._done.get_nowait())
        return [self._outcome(future, *self._pending.pop(future)) for future in futures]

    def _first(self) -> Future:
        """What is done next."""
        since = time.monotonic()
        while True:
            with suppress(Empty):
                return self._done.get(timeout=_LOOK_AGAIN)
            if self._has_workers():
                since = time.monotonic()
            elif time.monotonic() - since > _PATIENCE:
                raise WorkerError(
                    f"The cluster at {self._place} has had no worker for {_PATIENCE:.0f} s. "
                    f"Start some (dask worker {self._place}); {_GO_ON}."
                )

    def stop(self) -> None:
        """Cancel what is under way."""
        with suppress(Exception):  # the scheduler may be gone
            self._client.cancel([*self._pending, self._job], force=True)
        self._pending.clear()

    def _submit(self, place: int, step: Step, work: Callable[..., Any], *content: Any, **where: Any) -> None:
        key = f"{work.__name__.strip('_')}-{self._token}-{place}"
        loose = {**where, "allow_other_workers": True} if where else {}
        future = self._client.submit(work, self._job, place, *content, key=key, retries=0, **loose)
        self._pending[future] = (place, step)
        future.add_done_callback(self._done.put)

    def _has_workers(self) -> bool:
        try:
            return bool(self._client.nthreads())
        except OSError:
            return False

    def _outcome(self, future: Future, place: int, step: Step) -> StepResult:
        from distributed import CancelledError, KilledWorker
        from distributed.comm import CommClosedError

        try:
            content = future.result()
        except (CancelledError, CommClosedError):  # the latter, where it goes while it answers
            return StepResult(place, Step.FAILED, WorkerError(self._lost()))
        except KilledWorker as error:
            return StepResult(place, Step.FAILED, WorkerError(_killed(error)))
        except Exception as error:
            return StepResult(place, Step.FAILED, error)
        finally:
            future.release()
        if step is Step.MADE:
            self._homes[place], content = content
        return StepResult(place, step, content)

    def _lost(self) -> str:
        return f"The scheduler at {self._place} is gone. Start it and its workers again; {_GO_ON}."


def _killed(error: Any) -> str:
    return (
        f"Workers ended {error.allowed_failures + 1} times at the same work, the last one {error.last_worker.address}. "
        f"If memory is short there, give fewer --part-rows; else {_GO_ON}."
    )


@contextmanager
def connected(place: str, terms: Terms) -> Iterator[Cluster]:
    """The workers of the cluster at a place: the address of its scheduler, or the name of its file.

    Raises:
        UsageError: where Dask is not installed, or the file is not there.
        WorkerError: where no scheduler answers, there is no worker, or one of them cannot take part.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL + 1)  # what goes wrong is said once
    client = _client(place)
    try:
        _welcome(client, place, terms)
        yield Cluster(client, place, terms)
    finally:
        with suppress(Exception):  # the scheduler may be gone
            client.close(timeout=2)


def _client(place: str) -> Client:
    try:
        from distributed import Client as Connection
    except ImportError:
        raise UsageError("--cluster needs Dask. Install it: pip install 'datagen[cluster]'") from None
    where = {"address": place} if "://" in place else {"scheduler_file": place}
    if "scheduler_file" in where and not Path(place).is_file():
        raise UsageError(
            f"--cluster: there is no file {place}. Give the address of a scheduler, such as tcp://10.0.0.1:8786, or "
            "the file that it was started with (dask scheduler --scheduler-file FILE)."
        )
    try:
        return Connection(**where, timeout=_ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise WorkerError(
            f"No scheduler answers at {place}: {reason}. Start one (dask scheduler), or mend --cluster."
        ) from error


def _welcome(client: Client, place: str, terms: Terms) -> None:
    """Look at the scheduler and all workers.

    Raises: `WorkerError` where there are no workers, or where one of all cannot take part.
    """
    # The scheduler reads the graph of the work, and so must know what it is made of.
    _refuse(f"The scheduler at {place}", _answer(lambda: client.run_on_scheduler(Terms(terms.releases).refusal)))
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        raise WorkerError(
            f"The scheduler at {place} has no workers. Start some: dask worker {place} --nthreads 1"
        ) from None
    for address, why in client.run(terms.refusal, on_error="return").items():
        _refuse(f"The worker {address}", why)


def _answer(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception as error:  # whatever it is that cannot be asked there
        return error


def _refuse(who: str, why: str | BaseException) -> None:
    if isinstance(why, BaseException):
        raise WorkerError(f"{who} has no datagen like this one ({why}). Install the same release there.")
    if why:
        raise WorkerError(f"{who} {why}.")
