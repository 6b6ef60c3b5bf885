"""README: every block works as printed, in a fresh copy of the project and in order, and prints what is claimed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.loading.renew_answers import README, ROOT, answered

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGE = README.read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = BLOCK.findall(PAGE)
SCALE = "0.1"
"""Of a bank and a marketplace where the page names none: the commands are the same, and take less time."""


class Reader:
    """Types what the page says into one shell of a fresh copy that is set up; nobody answers questions.

    The environment has a scale, which is a setting of those worlds that have one.
    """

    def __init__(self, directory: Path) -> None:
        self.directory, self.state = directory, directory.with_name("variables")
        self.state.touch()
        theirs = {"DATABASE_URL", "PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL"}
        self.environment = {name: value for name, value in os.environ.items() if name not in theirs}
        self.environment |= {"PATH": os.defpath, "DATAGEN_SCALE": SCALE}
        self.printed, self.asked = "", False

    def bash(self, block: str) -> None:
        """Run a block with the variables that earlier ones left."""
        self._run(["bash", "-eo", "pipefail", "-c", f'. "{self.state}"\n{block}\nexport -p >"{self.state}"'])

    def python(self, block: str) -> None:
        """Run a program."""
        self._run([".venv/bin/python", "-W", "error", "-c", block])

    def text(self, block: str) -> None:
        """See that the last block printed these lines in this order; `...` stands for others."""
        rest = iter(self.printed.splitlines())
        for line in block.splitlines():
            assert line == "..." or line in rest, f"not printed: {line}\n{self.printed}"

    def sql(self, block: str) -> None:
        """See that the database that was loaded gives the answers that stand below the queries."""
        status = [".venv/bin/datagen", "fitness", "status", "--json"]
        url = json.loads(subprocess.run(status, cwd=self.directory, capture_output=True, check=True).stdout)["url"]
        assert block in PAGE
        if not self.asked:  # all queries of the page at once
            assert answered(PAGE, url) == PAGE, "renew them: python -m tests.loading.renew_answers"
            self.asked = True

    def _run(self, line: list[str]) -> None:
        done = subprocess.run(
            line,
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.printed = done.stdout
        assert done.returncode == 0, f"{line[-1]}\n{done.stdout}"


def copied(directory: Path) -> Path:
    """A copy of the files of the project that git knows, or would."""
    line = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, directory / name)
    return directory


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """A reader of the page, who has done what `make setup` does, but with the libraries that are here already."""
    project = copied(tmp_path / "project")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", project / ".venv"], check=True)
    python = project / ".venv" / "bin" / "python"
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages, ours = (
        subprocess.run([program, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
        for program in (python, sys.executable)
    )
    Path(packages, "shared.pth").write_text(f"{ours}\n")
    pip = [sys.executable, "-m", "pip", "--python", python, "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--no-deps", "--no-build-isolation", "--editable", project], check=True)
    (project / ".venv" / "ready").touch()
    yield Reader(project)
    subprocess.run([project / ".venv" / "bin" / "datagen", "fitness", "stop"], cwd=project, check=True)


def test_every_block_says_what_it_is() -> None:
    assert {language for language, _ in BLOCKS} == {"bash", "python", "sql", "text"}


def test_every_query_has_its_answer() -> None:
    answers = re.findall(r"^```sql\n[^`]+```\n\n\|", PAGE, re.MULTILINE)
    assert len(answers) == sum(language == "sql" for language, _ in BLOCKS) > 0


@pytest.mark.long
@pytest.mark.slow
def test_every_block_works_as_printed_in_order_and_leaves_nothing_that_git_would_take(reader: Reader) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=reader.directory, check=True)
    subprocess.run(["git", "add", "--all"], cwd=reader.directory, check=True)
    for language, block in BLOCKS:
        getattr(reader, language)(block)
    line = ["git", "ls-files", "--others", "--exclude-standard"]
    left = subprocess.run(line, cwd=reader.directory, capture_output=True, text=True, check=True).stdout
    assert left == ""


def test_targets_of_make_that_the_page_names_are_there() -> None:
    for target in set(re.findall(r"`make ([a-z-]+)`", PAGE)):
        line = ["make", "--dry-run", target]
        assert subprocess.run(line, cwd=ROOT, capture_output=True).returncode == 0, target
