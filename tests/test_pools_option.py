"""A run with --pools has their names in every table, states their digests, and is as sound as any other."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from datagen.__main__ import command
from datagen.console import run_command
from datagen.errors import PoolError
from datagen.fitness.commands.reference import FitnessCenterDataGenerator
from datagen.pools.pool_files import open_pools

ROOT = Path(__file__).parents[1]
SIZE = ["--facilities", "1", "--members", "60", "--staff", "8", "--months", "2", "--end-date", "2026-01-31"]


def run(*arguments: object) -> int:
    return run_command(command, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def japanese(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("pools") / "ja"
    assert run("pools", "build", "--locale", "ja_JP", "--out", directory) == 0
    return directory


@pytest.fixture(scope="module")
def made(japanese: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("made") / "data"
    line = ["fitness", "generate", *SIZE, "--no-mdm", "--pools", japanese, "--output-dir", directory, "--workers", 1]
    assert run(*line, "-q") == 0  # verified too: a broken rule would be status 1
    return directory


def table(directory: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(directory / f"{name}.csv", dtype=str)


@pytest.mark.slow
def test_people_and_streets_are_of_the_pools_and_e_mail_addresses_stay_ascii(made: Path, japanese: Path) -> None:
    pools = open_pools(japanese).given
    for name in ("members", "staff"):
        people = table(made, name)
        assert set(people["lastname"]) <= set(pools["surnames"].texts)
        women = people[people["gender"] == "F"] if "gender" in people else people.iloc[:0]
        assert set(women["firstname"]) <= set(pools["first_names_female"].texts)
        assert people["email"].str.fullmatch(r"[a-z0-9._]+@example\.(com|org|net)").all()
        assert not people["email"].str.startswith("member").any()
    streets = table(made, "members")["address"].str.replace(r"^\d+ | (Apt|Unit) \d+$", "", regex=True)
    assert set(streets) <= set(pools["streets"].texts)
    technicians = table(made, "equipmentmaintenance")["technicianname"]
    assert {name.split()[1] for name in technicians} <= set(pools["surnames"].texts)


def test_the_manifest_states_the_digest_of_each_pool_and_no_path(made: Path, japanese: Path) -> None:
    text = json.dumps(json.loads((made / "datapackage.json").read_text(encoding="utf-8")))
    digests = open_pools(japanese).digests
    assert digests and all(f'"{name}": "{digest}"' in text for name, digest in digests.items())
    assert str(japanese) not in text


def test_the_bytes_do_not_depend_on_the_workers(made: Path, japanese: Path, tmp_path: Path) -> None:
    line = ["fitness", "generate", *SIZE, "--no-mdm", "--no-verify", "--pools", japanese, "--workers", 3, "-q"]
    assert run(*line, "--output-dir", tmp_path / "again") == 0
    for path in made.glob("*.csv"):
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_generator_takes_pools_or_their_directory(japanese: Path) -> None:
    def members(**pools: Any) -> pd.DataFrame:
        return FitnessCenterDataGenerator(1, 40, 6, end_date="2026-01-31", **pools).generate_members()

    by_path, plain = members(pools=japanese), members()
    pd.testing.assert_frame_equal(by_path, members(pools=open_pools(japanese)))
    names = ["firstname", "lastname", "email", "address", "emergencycontact"]
    assert not by_path["lastname"].equals(plain["lastname"])
    pd.testing.assert_frame_equal(by_path.drop(columns=names), plain.drop(columns=names))
    with pytest.raises(PoolError, match="is no directory"):
        members(pools="nowhere")


@pytest.mark.parametrize("world", ["fitness", "payments"])
def test_pools_that_cannot_be_read_are_refused_before_anything_is_written(
    world: str, japanese: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    text = (japanese / "surnames.txt").read_text(encoding="utf-8")
    (broken / "surnames.txt").write_text(f"{text}Tanaka 5\n", encoding="utf-8")
    days = ["--start-date", "2024-01-01", "--end-date", "2024-01-02"]
    begin = [world, "generate", "--output-dir", tmp_path / "out", *(days if world == "payments" else SIZE)]
    for pools, reason in ((broken, "surnames.txt, line "), (tmp_path / "nowhere", "is no directory")):
        assert run(*begin, "--pools", pools) == 1
        message = capsys.readouterr().err
        assert reason in message
        assert len(message.splitlines()) == 1
    assert not (tmp_path / "out").exists()
    with pytest.raises(PoolError):
        open_pools(broken)


@pytest.mark.slow
def test_a_run_never_imports_faker(japanese: Path, tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['faker'] = None\n"
        "from datagen.__main__ import command\n"
        "from datagen.console import run_command\n"
        "sys.exit(run_command(command, sys.argv[1:]))"
    )
    line = ["fitness", "generate", *SIZE, "--no-mdm", "--no-verify", "-q", "--output-dir", str(tmp_path / "out")]
    for more in ([], ["--pools", str(japanese)]):
        done = subprocess.run([sys.executable, "-c", script, *line, *more], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)})
        assert done.returncode == 0
