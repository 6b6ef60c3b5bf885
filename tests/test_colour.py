"""On a terminal, what failed stands out; in a notebook, a line tells of progress."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import datagen
from datagen.notebook import NotebookProgress
from datagen.world import worlds

RED, YELLOW = "\x1b[1;31m", "\x1b[1;33m"


def on_a_terminal(line: list[str], **environment: str) -> str:
    """What a command prints on a terminal."""
    master, slave = pty.openpty()
    known = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120", **environment}
    with subprocess.Popen(line, stdout=slave, stderr=slave, stdin=slave, env=known) as process:
        os.close(slave)
        text = b""
        while True:
            try:
                part = os.read(master, 1 << 16)
            except OSError:  # nobody writes any more
                break
            if not part:
                break
            text += part
        process.wait()
    os.close(master)
    return text.decode().replace("\r\n", "\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(worlds(), key=lambda name: name != "ecommerce"))
def test_failed_checks_stand_out_on_a_terminal(name: str, tmp_path: Path) -> None:
    """Damage: a row of a table is there twice."""
    place = tmp_path / "data"
    getattr(datagen, name)(**worlds()[name].sample).write(place)
    table = max(place.glob("**/*.csv"), key=lambda path: path.stat().st_size)
    lines = table.read_text().splitlines(keepends=True)
    table.write_text("".join([*lines, lines[-1]]))
    line = [sys.executable, "-m", "datagen", name, "verify", str(place), "--no-log"]
    shown = on_a_terminal(line)
    assert re.search(rf"^{re.escape(RED)}FAILED \S+\x1b\[0m ", shown, re.MULTILINE), shown
    assert re.search(rf"^schema +\d+ +{re.escape(RED)}[1-9]", shown, re.MULTILINE)
    assert f"{RED}Error:\x1b[0m" in shown
    if name != "ecommerce":  # whether there is colour is not a world's business
        return
    plain = on_a_terminal(line, NO_COLOR="1")
    assert "FAILED " in plain and "\x1b[1;3" not in plain
    piped = subprocess.run(line, capture_output=True, text=True)
    assert "\nFAILED " in piped.stdout and "\x1b" not in piped.stdout + piped.stderr


def test_a_line_of_a_notebook_tells_of_progress_and_is_empty_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    handle = SimpleNamespace(update=shown.append)

    def display(line: str, display_id: bool) -> Any:
        assert display_id
        shown.append(line)
        return handle

    shell = type("ZMQInteractiveShell", (), {})()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=display, HTML=str))
    monkeypatch.setattr("datagen.notebook._SECONDS_BETWEEN", 0)
    datagen.fitness(facilities=1, members=30, staff=6, months=1, end_date="2026-01-31")
    bar = re.compile(r"<progress max='(\d+)' value='\1'></progress> Transactions \1 of \1, [\d,]+ rows, ")
    assert any(map(bar.match, shown)), shown
    assert shown[-1] == ""


def test_a_phase_that_fails_leaves_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    progress = NotebookProgress()
    monkeypatch.setattr(progress, "_update", shown.append)
    with pytest.raises(ValueError), progress.phase("<Work>"):
        raise ValueError
    assert shown == ["&lt;Work&gt;", ""]
