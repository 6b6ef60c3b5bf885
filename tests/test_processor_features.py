"""The bytes of data hang on nothing that a processor has or has not: they are the same with the plainest instructions.

NumPy chooses the code of some functions by what the processor can do, and with it the last digits of a hyperbolic
tangent, or of a sine in single precision; so may Arrow.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.payments.payments_runs import begun
from tests.test_golden import GOLDEN, RECORDS

ROOT = Path(__file__).parents[1]


def features() -> list[str]:
    """What NumPy makes use of here, beyond what it was built to need."""
    built: Any = import_module("numpy._core._multiarray_umath")
    return [name for name in built.__cpu_dispatch__ if built.__cpu_features__.get(name)]


def payments() -> dict[str, str]:
    """The digests of some weeks of payments."""
    return {
        name: hashlib.sha256(made).hexdigest() for name, made in begun("2024-05-01", "2024-06-10")._asdict().items()
    }


def all_made() -> dict[str, dict[str, str]]:
    """The digests of the golden data sets, and those of payments."""
    return {name: GOLDEN["digests"](name) for name in RECORDS} | {"payments": payments()}


PROGRAM = """
import json
import pyarrow
from tests.test_processor_features import all_made, features
made = all_made()
print(json.dumps([features(), pyarrow.runtime_info().simd_level, made]))
"""


@pytest.mark.skipif(not features(), reason="NumPy has no feature of this processor to do without")
def test_the_bytes_are_the_same_without_any_feature_of_the_processor() -> None:
    plain = {"NPY_DISABLE_CPU_FEATURES": " ".join(features()), "ARROW_USER_SIMD_LEVEL": "NONE"}
    line = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(line, cwd=ROOT, env=os.environ | plain, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    left, level, made = json.loads(done.stdout.splitlines()[-1])
    assert (left, level) == ([], "none")
    assert made == {name: record["sha256"] for name, record in RECORDS.items()} | {"payments": payments()}
