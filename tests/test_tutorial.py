"""The tutorial and the notebook do what they say, and a shell completes what can be typed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from datagen.world import worlds
from tests.transcripts import FIRST, NOTEBOOK, ROOT, TUTORIAL, blocks, renewed_notebook, renewed_page

RENEW = "renew them: python -m tests.transcripts"


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.server
def test_the_tutorial_prints_what_it_says(tmp_path: Path) -> None:
    page = TUTORIAL.read_text(encoding="utf-8")
    assert {language for language, _ in blocks(page)} == {"bash", "python", "text"}
    assert renewed_page(page, tmp_path) == page, RENEW


@pytest.mark.long
@pytest.mark.slow
def test_the_first_minutes_with_each_world_go_as_written(tmp_path: Path) -> None:
    page = FIRST.read_text(encoding="utf-8")
    assert all(f"datagen {world} report" in page for world in worlds())
    assert renewed_page(page, tmp_path) == page, RENEW


@pytest.mark.slow
def test_the_notebook_gives_what_it_shows(tmp_path: Path) -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert renewed_notebook(text, tmp_path) == text, RENEW


def test_the_notebook_runs_in_a_kernel(tmp_path: Path) -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = nbformat.reads(NOTEBOOK.read_text(encoding="utf-8"), as_version=4)
    shown = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    for before, cell in zip(shown, (cell for cell in notebook.cells if cell.cell_type == "code"), strict=True):
        results = [item for item in cell.outputs if item.output_type == "execute_result"]
        assert [item.data["text/plain"] for item in results] == [item.data["text/plain"] for item in before]
        progress = [item.data["text/html"] for item in cell.outputs if item.output_type == "display_data"]
        assert all(line == "" for line in progress), "a line of progress stays"


def test_setting_up_is_a_target_of_make() -> None:
    line = ["make", "--dry-run", "setup"]
    assert subprocess.run(line, cwd=ROOT, capture_output=True).returncode == 0


def test_fish_shows_descriptions_beyond_their_first_comma() -> None:
    here = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    asked = {**here, "_DATAGEN_COMPLETE": "fish_source"}
    script = subprocess.run(["datagen"], env=asked, capture_output=True, text=True, check=True).stdout
    assert "string split -m 1 ','" in script.replace('"', "'")
    if not shutil.which("fish"):
        return
    line = f"{script}\ncomplete -C 'datagen fitness generate --mem'"
    done = subprocess.run(["fish", "-c", line], env=here, capture_output=True, text=True)
    assert done.stdout == "--members\tMembers of the chain, past ones included.\n", done.stderr


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["datagen", "fit"], "fitness"),
        (["datagen", "fitness", "verify-"], "verify-database"),
        (["datagen", "bank", "generate", "--cust"], "--customers"),
        (["datagen", "payments", "generate", "--format", "pa"], "parquet"),
        (["datagen", "fitness", "generate", "--set", "payments.success"], "payments.success_rate="),
        (["datagen", "fitness", "verify", "REA"], "compopt -o default"),
    ],
)
def test_bash_completes_what_can_be_typed(words: list[str], wanted: str) -> None:
    script = (
        'eval "$(_DATAGEN_COMPLETE=bash_source datagen)"\n'
        f"COMP_WORDS=({' '.join(json.dumps(word) for word in words)}); COMP_CWORD={len(words) - 1}\n"
        'compopt() { echo "compopt $*"; }; _datagen_completion datagen; echo "${COMPREPLY[@]}"'
    )
    here = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}"}
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, env=here, capture_output=True, text=True)
    assert done.stdout.split() == wanted.split(), done.stderr
