"""Workers that are forked processes: they start at once, and have everything that was prepared, without a copy.

Threads take turns in what is Python; processes do not. What a worker makes of a unit stays with it until it is
rendered; only summaries and what was settled go through its socket. Rendered rows lie in memory that is shared, as long
as a slot of it is free.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import socket
import struct
import sys
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait as ready
from typing import Any, NamedTuple

import numpy as np

from datagen.runner import UNITS_AHEAD, Step, StepResult, WorkerLost
from datagen.shared_memory import NOWHERE, Slot, Slots, into

_APART = 1 << 16
"""Buffers of so many bytes or more, such as rendered rows, are passed on apart, without copying them into a pickle."""
_COUNT = struct.Struct("<I")
_AHEAD = 1 << 16
"""Bytes of an order, at most, that is sent to a worker who is still at another: a socket holds more."""
_GONE = (EOFError, BrokenPipeError, ConnectionResetError)
_ENDING = (signal.SIGINT, signal.SIGTERM)
_SECONDS_TO_END = 5.0


def available() -> bool:
    """Whether processes can be forked here: on macOS, system libraries do not bear it."""
    return sys.platform.startswith("linux") and "fork" in multiprocessing.get_all_start_methods()


class ForkPool:
    """Workers that are forked when a job begins."""

    def __init__(self, count: int) -> None:
        """`count` units are worked on at a time."""
        self.count = count

    @contextmanager
    def crew(
        self, make: Callable[[Any], tuple[Any, Any]], render: Callable[[Any, Any], Any], units: int
    ) -> Iterator[_Crew]:
        """Processes at a job, no more than it has units; killed when this is left."""
        count = min(self.count, units)
        # Some more, for the units that are being written.
        crew = _Crew(Slots(UNITS_AHEAD * count + 4))
        try:
            for _ in range(count):
                crew.add(make, render)
            yield crew
        finally:
            crew.stop()


class _Order(NamedTuple):
    """A step of a unit, by its place, that a worker was sent, and the slot of shared memory that it was lent for it."""

    place: int
    slot: int | None


class _Worker:
    """A worker as its parent sees it."""

    def __init__(self, process: Any, channel: socket.socket) -> None:
        self.process, self.channel = process, channel
        self.orders: deque[_Order] = deque()
        """What it is at, and what it has been sent besides."""
        self.holds: set[int] = set()
        """The units that it makes or has made."""
        self.to_render: deque[tuple[int, Any]] = deque()


class _Crew:
    """Forked workers at a job. Each has an order and, if it is small, the next one, so that it need not wait for it.

    Neither side ever waits for the other to receive: whoever has no order receives, and a small one finds room.
    """

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._workers: list[_Worker] = []
        self._to_make: deque[tuple[int, Any]] = deque()
        self._lost: list[StepResult] = []
        self._ahead = {Step.MADE, Step.RENDERED}
        """The steps whose orders have been small so far."""

    def add(self, make: Callable[[Any], tuple[Any, Any]], render: Callable[[Any, Any], Any]) -> None:
        """Start a worker."""
        context = multiprocessing.get_context("fork")
        ours, theirs = socket.socketpair()
        others = [*(worker.channel for worker in self._workers), ours]
        process = context.Process(target=_work, args=(theirs, others, self._slots, make, render), daemon=True)
        with warnings.catch_warnings():
            # Python warns of any other thread; those of Arrow are idle and made anew in the child.
            warnings.simplefilter("ignore", DeprecationWarning)
            # An interrupt waits until the worker ignores it: before, it would end there with a traceback.
            # It may raise what has come before, and then it has blocked already.
            blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
            try:
                signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
                process.start()
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        theirs.close()
        self._workers.append(_Worker(process, ours))

    def make(self, place: int, unit: Any) -> None:
        """Have a unit made by whoever is free first."""
        self._to_make.append((place, unit))
        self._hand_out()

    def render(self, place: int, settled: Any) -> None:
        """Have a unit rendered by the worker that made it."""
        for worker in self._workers:
            if place in worker.holds:
                worker.to_render.append((place, settled))
        self._hand_out()

    def completed(self, *, wait: bool = True) -> list[StepResult]:
        """Tell what is done, having waited until something is; whoever is free goes on at once."""
        outcomes, self._lost = self._lost, []
        if not outcomes:
            busy = {worker.channel: worker for worker in self._workers if worker.orders}
            for channel in ready(list(busy), None if wait else 0):
                outcomes += self._received(busy[channel])  # type: ignore[index]
            self._hand_out()
        return outcomes

    def stop(self) -> None:
        """End the workers, whatever they do."""
        for worker in self._workers:
            worker.process.kill()
            worker.channel.close()
        for worker in self._workers:
            worker.process.join()
        self._workers = []

    def _hand_out(self) -> None:
        """Give an order to everyone who has none, then the next one to those who have one."""
        for orders in range(2):
            for worker in list(self._workers):
                if len(worker.orders) == orders:
                    self._order(worker)

    def _order(self, worker: _Worker) -> None:
        """Send a worker its next order: first to render, for what is rendered need not be held."""
        step, queue = (Step.RENDERED, worker.to_render) if worker.to_render else (Step.MADE, self._to_make)
        if not queue or (worker.orders and step not in self._ahead):
            return
        place, content = queue[0]
        slot = self._slots.lend() if step is Step.RENDERED else None
        message = _encoded((place, step, content, slot))
        if sum(part.nbytes for part in message) > _AHEAD:
            self._ahead.discard(step)
            if worker.orders:
                self._slots.give_back(slot)
                return
        queue.popleft()
        worker.holds.add(place)
        worker.orders.append(_Order(place, slot))
        try:
            _send(worker.channel, message)
        except _GONE:
            self._lost += self._bury(worker)

    def _received(self, worker: _Worker) -> list[StepResult]:
        try:
            outcome: StepResult = _receive(worker.channel, self._slots, worker.orders[0].slot)
        except _GONE:
            return self._bury(worker)
        worker.orders.popleft()
        if outcome.step is not Step.MADE:
            worker.holds.discard(outcome.place)
        if outcome.step is Step.FAILED:
            error, text = outcome.content
            error.__cause__ = WorkerTraceback(text)
            outcome = outcome._replace(content=error)
        return [outcome]

    def _bury(self, worker: _Worker) -> list[StepResult]:
        """Take out a worker that is no more; what it held is lost."""
        worker.channel.close()
        worker.process.join(_SECONDS_TO_END)
        self._workers.remove(worker)
        for order in worker.orders:
            self._slots.give_back(order.slot)
        error = WorkerLost(_how_it_ended(worker.process.exitcode), worker.orders[0].place)
        lost = worker.holds if self._workers else worker.holds | {place for place, _ in self._to_make}
        return [StepResult(place, Step.FAILED, error) for place in sorted(lost)]


class WorkerTraceback(Exception):  # noqa: N818 - it is no error of its own, but tells where one came from
    """Where in a worker an exception was raised; shown by whoever logs the exception."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


def _how_it_ended(status: int | None) -> str:
    if status is None or status >= 0:
        return f"ended with status {status}"
    with suppress(ValueError):
        return f"was ended by {signal.Signals(-status).name}"
    return f"was ended by signal {-status}"


def _work(
    channel: socket.socket,
    others: list[socket.socket],
    slots: Slots,
    make: Callable[[Any], tuple[Any, Any]],
    render: Callable[[Any, Any], Any],
) -> None:
    """What a worker does, until its parent kills it or is gone itself. An interrupt is the parent's affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    for other in others:
        other.close()
    states: dict[int, Any] = {}
    with suppress(*_GONE):
        while True:
            place, step, content, number = _receive(channel)
            slot = None if number is None else slots[number]
            try:
                with into(slot):
                    if step is Step.MADE:
                        states[place], answer = make(content)
                    else:
                        answer = render(states.pop(place), content)
                    message = _encoded(StepResult(place, step, answer), slot)
            except Exception as error:
                message = _encoded(StepResult(place, Step.FAILED, (_portable(error), traceback.format_exc())))
            answer = None
            _send(channel, message)


def _portable(error: Exception) -> Exception:
    """An exception, or one that says the same if it cannot be sent."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - it has just been made
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _encoded(message: object, slot: Slot | None = None) -> list[memoryview]:
    """A message as it is sent: how many parts it has, sizes and places of them, a pickle, large buffers.

    With a slot of shared memory, buffers are put there as far as there is room, and only their places are sent.
    """
    buffers: list[memoryview] = []

    def keep_in(buffer: pickle.PickleBuffer) -> bool:
        raw = buffer.raw()
        if raw.nbytes >= _APART:
            buffers.append(raw)
        return raw.nbytes < _APART

    text = memoryview(pickle.dumps(message, 5, buffer_callback=keep_in))
    places = [NOWHERE if slot is None else slot.place_of(buffer) for buffer in buffers]
    parts = [(text, NOWHERE), *zip(buffers, places, strict=True)]
    head = np.array([(part.nbytes, place) for part, place in parts], "<i8")
    return [memoryview(_COUNT.pack(len(parts)) + head.tobytes()), *(part for part, place in parts if place == NOWHERE)]


def _send(channel: socket.socket, parts: list[memoryview]) -> None:
    for part in parts:
        channel.sendall(part)


def _receive(channel: socket.socket, slots: Slots | None = None, number: int | None = None) -> Any:
    """The next message, with parts in the slot of this number, if there is one.

    Raises `EOFError` if there is none, nor will be.
    """
    (count,) = _COUNT.unpack(_filled(channel, _COUNT.size))
    head = np.frombuffer(_filled(channel, 16 * count), "<i8").reshape(count, 2)
    # Whatever refers to it keeps the slot, be it a message without parts there.
    lent = slots.contents(number) if slots is not None and number is not None else memoryview(b"")
    text, *buffers = [
        _filled(channel, size) if place == NOWHERE else lent[place : place + size] for size, place in head.tolist()
    ]
    return pickle.loads(text, buffers=buffers)  # noqa: S301 - it comes from a process of ours


def _filled(channel: socket.socket, size: int) -> memoryview:
    """The next so many bytes, in memory of their own."""
    whole = rest = np.empty(size, np.uint8).data
    while rest.nbytes:
        got = channel.recv_into(rest)
        if not got:
            raise EOFError
        rest = rest[got:]
    return whole
