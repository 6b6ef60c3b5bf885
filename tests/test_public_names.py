"""What a user can import, from the package and from the scripts, and that both are typed once installed."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import datagen

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted(path.stem for path in ROOT.glob("*.py"))
PROGRAM = """
from additional_data_generator import AdditionalDataGenerator
from database_loader import FitnessCenterDatabaseLoader, load_csv_to_postgres
import datagen
from datagen import UsageError, check_business_rules, worlds
from fitness_center_data_generator import FitnessCenterDataGenerator
from fitness_center_ods_generator import FitnessCenterODSGenerator
from run_complete_data_generation import main

frames = FitnessCenterDataGenerator(1, 60, 10, end_date="2026-01-31").generate_all()
members: int = len(frames["members"])
found = check_business_rules("data", "2026-01-31")
outcomes: list[str] = [finding.title for finding in found]
reveal_type(FitnessCenterODSGenerator(frames).seed)
reveal_type(sorted(worlds()))
tables: datagen.Tables = datagen.fitness(members=500, months=3, seed=7)
tables = datagen.bank(scale=0.1, set={"accounts.holder_share": 0.8})
joined: int = len(tables["customers"])
"""


@pytest.mark.parametrize("name", sorted({*datagen.__all__} - {"__version__"}))
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(datagen, name).__name__ == name
    assert name in dir(datagen)


def test_a_name_that_is_none_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = datagen.nothing_of_the_kind


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_and_its_stub_have_the_same_names(script: str) -> None:
    module = importlib.import_module(script)
    stub = (ROOT / "stubs" / f"{script}-stubs" / "__init__.pyi").read_text()
    assert sorted(module.__all__) == sorted(
        line.split()[-1].rstrip(",") for line in stub.splitlines() if " as " in line
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the wheel unpacked in it, as a site directory has it."""
    place = tmp_path_factory.mktemp("wheel")
    names = ("datagen", "stubs", "pyproject.toml", "README.md", "LICENSE", *(f"{script}.py" for script in SCRIPTS))
    source = place / "source"  # a build leaves files behind
    source.mkdir()
    for name in names:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    line = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", place / "dist", source]
    subprocess.run([*pip, *line], check=True, cwd=place)
    (wheel,) = (place / "dist").glob("*.whl")
    line = ["install", "--no-deps", "--no-index", "--target", place / "site", wheel]
    subprocess.run([*pip, *line], check=True, cwd=place)
    return place / "site"


@pytest.mark.slow
def test_a_users_program_is_typed(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    # An interpreter whose site directory is the one of the wheel, with the libraries of this one behind it.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    site = next((tmp_path / "venv" / "lib").glob("python*")) / "site-packages"
    (site / "here.pth").write_text(f"{installed}\n{sysconfig.get_path('purelib')}\n")
    python = tmp_path / "venv" / "bin" / "python"
    cache = tmp_path / "cache"
    if (ROOT / ".mypy_cache").is_dir():  # in which mypy looks up libraries that it has read before
        shutil.copytree(ROOT / ".mypy_cache", cache)
    line = [sys.executable, "-m", "mypy", "--strict", "--python-version", "3.11", "--python-executable", python]
    done = subprocess.run([*line, "--cache-dir", cache, "program.py"], cwd=tmp_path, capture_output=True, text=True)
    assert "import-untyped" not in done.stdout, done.stdout
    assert 'Revealed type is "int"' in done.stdout or 'Revealed type is "builtins.int"' in done.stdout, done.stdout
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_the_wheel_has_every_command(installed: Path) -> None:
    commands = {path.name for path in (installed / "bin").iterdir()}
    assert commands >= {
        "datagen",
        "fitness",
        "fitness-load",
        "fitness-mdm",
        "fitness-ods",
        "fitness-additional",
        "payments",
    }
