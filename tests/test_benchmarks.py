from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.mark.parametrize("name", sorted(path.name for path in BENCHMARKS.glob("*.py") if path.name != "measuring.py"))
def test_every_benchmark_says_what_it_measures(name: str, tmp_path: Path) -> None:
    command = [sys.executable, str(BENCHMARKS / name), "--help"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert said.returncode == 0, said.stderr
    assert "--runs" in said.stdout
