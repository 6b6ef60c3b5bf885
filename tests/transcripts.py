"""Pages and notebooks that show what commands print: run, and written anew with what they print now.

`python -m tests.transcripts` renews docs/tutorial.md, docs/first-ten-minutes.md and docs/notebook.ipynb.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TUTORIAL, NOTEBOOK = ROOT / "docs" / "tutorial.md", ROOT / "docs" / "notebook.ipynb"
FIRST = ROOT / "docs" / "first-ten-minutes.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SET_UP = "make setup"


def blocks(page: str) -> list[tuple[str, str]]:
    """The blocks of a page with their language."""
    return _BLOCK.findall(page)


def renewed_page(page: str, place: Path) -> str:
    """A page, whose commands and programs have been run in a directory, in order, with what they print below them.

    Of an output with lines `...`, the others are those that begin with the same word. Setting up is left out: that has
    been done where this runs.
    """
    names = {"DATABASE_URL", "PYTHONPATH", "VIRTUAL_ENV"}
    known = {name: value for name, value in os.environ.items() if name not in names}
    known["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}"
    printed = ""

    def run(match: re.Match[str]) -> str:
        nonlocal printed
        language, block = match.groups()
        if language == "text":
            return f"```text\n{_chosen(block, printed)}```"
        if _SET_UP not in block:
            line = {"bash": ["bash", "-eo", "pipefail", "-c"], "python": [sys.executable, "-W", "error", "-c"]}[
                language
            ]
            done = subprocess.run(
                [*line, block], cwd=place, env=known, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
            printed = "".join(f"{text.rstrip()}\n" for text in done.stdout.splitlines())
            assert done.returncode == 0, f"{block}\n{printed}"
        return match[0]

    return _BLOCK.sub(run, page)


def _chosen(block: str, printed: str) -> str:
    lines = block.splitlines()
    if "..." not in lines:
        return printed
    found = []
    for line in lines:
        word = line.split()[0]
        same = [text for text in printed.splitlines() if text.split()[:1] == [word]]
        assert line == "..." or same, f"nothing that was printed begins with {word}\n{printed}"
        found.append(line if line == "..." else same[0])
    return "".join(f"{line}\n" for line in found)


def renewed_notebook(text: str, place: Path) -> str:
    """A notebook, whose cells have been run in a directory, in order, with what they give below them."""
    notebook = json.loads(text)
    names: dict[str, Any] = {}
    before = Path.cwd()
    os.chdir(place)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
            for number, cell in enumerate(cells, 1):
                cell["execution_count"] = number
                cell["outputs"] = _outputs("".join(cell["source"]), number, names)
    finally:
        os.chdir(before)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _outputs(source: str, number: int, names: dict[str, Any]) -> list[dict[str, Any]]:
    """What a cell gives: its last line, if that is an expression, as text and HTML."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    value = None if last is None else eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    if value is None:
        return []
    data = {"text/plain": repr(value).splitlines(keepends=True)}
    if hasattr(value, "_repr_html_") and (html := value._repr_html_()):
        data = {"text/html": html.splitlines(keepends=True), **data}
    return [{"data": data, "execution_count": number, "metadata": {}, "output_type": "execute_result"}]


def main() -> None:
    """Renew all of them."""
    for path, renew in ((TUTORIAL, renewed_page), (FIRST, renewed_page), (NOTEBOOK, renewed_notebook)):
        with tempfile.TemporaryDirectory(prefix="datagen-") as place:
            path.write_text(renew(path.read_text(encoding="utf-8"), Path(place)), encoding="utf-8")


if __name__ == "__main__":
    main()
