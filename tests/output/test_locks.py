"""A directory that is being written is locked by the run itself, and by nobody who is left of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from datagen.errors import OutputError
from datagen.output.appending import adding
from datagen.output.staging import staged

WRITERS = {
    "staged": "from datagen.output.staging import staged\nwriting = staged(Path(sys.argv[1]))",
    "adding": "from datagen.output.appending import adding\nwriting = adding(Path(sys.argv[1]), create=True)",
}
RUN = """
import os, sys, time
from pathlib import Path
{writer}
with writing:
    worker = os.fork()
    if not worker:
        print(os.getpid(), flush=True)
        time.sleep(60)
        os._exit(0)
    time.sleep(60)
"""
OPEN = {"staged": staged, "adding": lambda path: adding(path, create=True)}


@pytest.mark.parametrize("writer", WRITERS)
def test_a_worker_that_outlives_its_killed_run_does_not_keep_the_directory(tmp_path: Path, writer: str) -> None:
    line = [sys.executable, "-c", RUN.format(writer=WRITERS[writer]), str(tmp_path / "out")]
    run = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    worker = int(run.stdout.readline())
    try:
        with pytest.raises(OutputError, match="Another run is writing"), OPEN[writer](tmp_path / "out"):
            pass
        run.kill()
        run.wait()
        with OPEN[writer](tmp_path / "out"):
            os.kill(worker, 0)  # it is still there
    finally:
        run.kill()
        os.kill(worker, signal.SIGKILL)
        run.stdout.close()
