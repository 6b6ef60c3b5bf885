"""What a run tells while it works, and what it wrote: a bar on a terminal, a few lines in a pipe, the log always."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from datagen.logs import LOG

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

_BROKEN, _OUT = "bold red", "bold yellow"
_STYLES = (
    (re.compile(r"^(Error:|FAILED \S+)", re.MULTILINE), _BROKEN),
    (re.compile(r"^(OUT OF BAND \S+)", re.MULTILINE), _OUT),
    # A group's row in the table of a verification: passed, failed, too few rows, skipped.
    (re.compile(r"^(?!scorecard|story)\w+ +\d+ +([1-9]\d*) +\d+ +\d+$", re.MULTILINE), _BROKEN),
    (re.compile(r"^(?:scorecard|story)\w* +\d+ +([1-9]\d*) +\d+ +\d+$", re.MULTILINE), _OUT),
)
"""What stands out of a text, and how; figures that lie out of their band only inform."""
SECONDS_BETWEEN_LINES = 10.0
"""In a pipe, a phase that takes longer tells about itself this often."""


@dataclass
class Tally:
    """What was written of a table; `seconds` is its share, by bytes, of the phases that wrote it."""

    rows: int = 0
    bytes: int = 0
    seconds: float = 0.0


class Progress:
    """Tells what a run does and adds up what it writes.

    A run is a sequence of phases. Within one, `wrote` tells of rows written and `step` of units finished; the totals
    shown are the known number of units, never a guess.
    """

    def __init__(
        self, *, quiet: bool = False, terminal: bool | None = None, beat: Callable[[], None] = lambda: None
    ) -> None:
        """`beat` is called whenever something is reported; the terminal is by default what standard output says."""
        self.quiet, self._beat = quiet, beat
        self.terminal = bool(sys.stdout and sys.stdout.isatty()) if terminal is None else terminal
        self.tallies: dict[str, Tally] = {}
        self._begun = time.perf_counter()
        self._phase = _Phase("", 0)

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self._begun

    def say(self, text: str = "") -> None:
        """Tell one or more lines."""
        for line in text.splitlines():
            LOG.info(line)
        if not self.quiet:
            show(text, sys.stdout)

    @contextmanager
    def phase(self, title: str, steps: int = 0) -> Iterator[None]:
        """A part of the run, of so many steps if that is known; a line tells what it wrote and how long it took."""
        self._beat()
        LOG.debug("%s: begun", title)
        phase = self._phase = _Phase(title, steps)
        with self._bar(phase) if self.terminal and not self.quiet else nullcontext():
            yield
        seconds = time.perf_counter() - phase.begun
        for table, size in phase.bytes.items():
            self.tallies[table].seconds += seconds * size / max(sum(phase.bytes.values()), 1)
        self.say(f"{title}: {phase.written()}{seconds:.2f} s")

    def wrote(self, table: str, rows: int, size: int) -> None:
        """Rows, and their bytes, have been written to a table."""
        self._beat()
        tally = self.tallies.setdefault(table, Tally())
        tally.rows += rows
        tally.bytes += size
        self._phase.rows += rows
        self._phase.bytes[table] = self._phase.bytes.get(table, 0) + size

    def step(self) -> None:
        """A step of the phase is finished."""
        phase = self._phase
        phase.done += 1
        LOG.debug("%s: %d of %d, %s rows", phase.title, phase.done, phase.steps, f"{phase.rows:,}")
        if phase.bar:
            progress, task = phase.bar
            progress.update(task, completed=phase.done, written=phase.written().rstrip(", "))
        elif not self.quiet and not self.terminal and time.perf_counter() - phase.reported > SECONDS_BETWEEN_LINES:
            phase.reported = time.perf_counter()
            self.say(f"{phase.title}: {100 * phase.done // phase.steps} %, {phase.written()}so far")

    def plain(self) -> dict[str, dict[str, int]]:
        """Rows and bytes of each table written, as values of JSON."""
        return {name: {"rows": tally.rows, "bytes": tally.bytes} for name, tally in self.tallies.items()}

    def table(self) -> str:
        """The closing table: each table with rows, size and seconds; `all else` is loading, planning and publishing."""
        lines = [(name, f"{t.rows:,}", size_text(t.bytes), f"{t.seconds:.2f}") for name, t in self.tallies.items()]
        rows, size = (sum(getattr(t, what) for t in self.tallies.values()) for what in ("rows", "bytes"))
        rest = self.seconds - sum(t.seconds for t in self.tallies.values())
        other = ("(all else)", "", "", f"{rest:.2f}")
        total = ("total", f"{rows:,}", size_text(size), f"{self.seconds:.2f}")
        return aligned([("table", "rows", "size", "seconds"), *lines, other, total])

    def finish(self, directory: Path | str, next_step: str) -> None:
        """Tell the closing table, where the files are, and a command that makes a good next step."""
        self.say(f"\n{self.table()}\n\nWritten to {directory}. Next:\n  {as_typed(next_step)}")

    @contextmanager
    def _bar(self, phase: _Phase) -> Iterator[None]:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars

        counted = (MofNCompleteColumn(), TimeRemainingColumn()) if phase.steps else ()
        columns = (TextColumn("{task.description}"), BarColumn(), *counted, TextColumn("{task.fields[written]}"))
        with Bars(*columns, transient=True) as progress:
            phase.bar = progress, progress.add_task(phase.title, total=phase.steps or None, written="")
            yield


def show(text: str, stream: TextIO | None) -> None:
    """Print lines; on a terminal, what failed stands out in colour, unless NO_COLOR is set.

    Raises:
        OSError: if that cannot be done.
    """
    if stream is None:  # as where a program has no terminal at all
        return
    if not stream.isatty() or os.environ.get("NO_COLOR"):
        print(text, file=stream, flush=True)
        return
    from rich.console import Console
    from rich.text import Text

    shown = Text(text)
    for pattern, style in _STYLES:
        for found in pattern.finditer(text):
            shown.stylize(style, *found.span(1))
    Console(file=stream, soft_wrap=True).print(shown)
    stream.flush()


def as_typed(command: str) -> str:
    """A command as it works when it is typed here: by its path where its name alone would start another program.

    That is so where the environment that runs is not activated, such as that of `make`.
    """
    name, _, arguments = command.partition(" ")
    program = Path(sys.executable).with_name(name)
    if not program.is_file() or Path(shutil.which(name) or "/").parent.resolve() == program.parent.resolve():
        return command
    here = Path.cwd()
    shown = program.relative_to(here) if program.is_relative_to(here) else program
    return f"{shlex.quote(str(shown))} {arguments}"


class _Phase:
    def __init__(self, title: str, steps: int) -> None:
        self.title, self.steps = title, steps
        self.begun = self.reported = time.perf_counter()
        self.done = self.rows = 0
        self.bytes: dict[str, int] = {}
        self.bar: tuple[Bars, TaskID] | None = None

    def written(self) -> str:
        return f"{self.rows:,} rows, {size_text(sum(self.bytes.values()))}, " if self.rows else ""


def counted(number: int, one: str, many: str = "") -> str:
    """A number of things in words: `1 day`, `1,200 days`."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def size_text(size: float) -> str:
    """A number of bytes as people read it, in powers of 1,000."""
    for unit, power in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= power:
            return f"{size / power:,.1f} {unit}"
    return f"{size:.0f} B"


def aligned(lines: Sequence[Sequence[str]], left: Collection[int] = (0,)) -> str:
    """Lines of columns as text: those at some places, the first by default, to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            text.ljust(width) if place in left else text.rjust(width)
            for place, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
