"""Progress in a notebook: one line that changes while a call works, and goes with it; nothing is printed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

from datagen.progress import Progress

_SECONDS_BETWEEN = 0.2
_KERNEL = "ZMQInteractiveShell"
"""The shell of a kernel, whoever shows its output: Jupyter, VS Code, Colab."""


def quiet_progress(beat: Callable[[], None] = lambda: None) -> Progress:
    """What a call from a program reports to: a line in a notebook, nobody elsewhere."""
    return NotebookProgress(beat) if in_notebook() else Progress(quiet=True, beat=beat)


def in_notebook() -> bool:
    """Whether a notebook's kernel runs this."""
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive is not None else None
    return type(shell).__name__ == _KERNEL


class NotebookProgress(Progress):
    """Shows the phase, how far it is and what it has written; the line is empty in the end."""

    def __init__(self, beat: Callable[[], None] = lambda: None) -> None:
        super().__init__(quiet=True, beat=beat)
        self._line: Any = None
        self._shown, self._works = 0.0, False

    @contextmanager
    def phase(self, title: str, steps: int = 0) -> Iterator[None]:
        """See `Progress.phase`."""
        with super().phase(title, steps):
            self._works = True
            self._show(force=True)
            try:
                yield
            finally:
                self._works = False
                self._update("")

    def step(self) -> None:
        """See `Progress.step`."""
        super().step()
        self._show()

    def wrote(self, table: str, rows: int, size: int) -> None:
        """See `Progress.wrote`."""
        super().wrote(table, rows, size)
        self._show()

    def _show(self, *, force: bool = False) -> None:
        now, phase = time.perf_counter(), self._phase
        if not self._works:  # files may be ended after the phase
            return
        if not force and now - self._shown < _SECONDS_BETWEEN:
            return
        self._shown = now
        bar = f"<progress max='{phase.steps}' value='{phase.done}'></progress> " if phase.steps else ""
        counted = f" {phase.done:,} of {phase.steps:,}" if phase.steps else ""
        written = phase.written().rstrip(", ")
        self._update(f"{bar}{escape(phase.title)}{counted}{f', {written}' if written else ''}")

    def _update(self, line: str) -> None:
        from IPython.display import HTML, display

        if self._line is None:
            self._line = display(HTML(line), display_id=True)
        else:
            self._line.update(HTML(line))
