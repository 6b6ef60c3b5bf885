"""`--verify` judges what is in a directory, and says what is wrong with it."""

from __future__ import annotations

import json
import shutil

import pytest

from datagen.console import run_command
from run_complete_data_generation import command

TINY = ["--facilities", "1", "--members", "40", "--staff", "6", "--end-date", "2026-01-01", "--months", "2"]


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    folder = tmp_path_factory.mktemp("verified") / "data"
    assert run_command(command, [*TINY, "--output-dir", str(folder), "--quiet"]) == 0
    return folder


@pytest.fixture
def copy(good, tmp_path):
    return shutil.copytree(good, tmp_path / "data")


def verify(folder):
    return run_command(command, ["--verify", str(folder), "--quiet"])


def test_what_is_generated_is_verified_and_the_details_kept(good):
    details = (good / "verification.json").read_bytes()
    assert json.loads(details)["world"] == "fitness"
    assert verify(good) == 0
    assert (good / "verification.json").read_bytes() == details


def test_verification_can_be_left_out(tmp_path):
    folder = tmp_path / "data"
    assert run_command(command, [*TINY, "--output-dir", str(folder), "--quiet", "--no-verify"]) == 0
    assert not (folder / "verification.json").exists()


@pytest.mark.few(1)
@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("members.csv", ",Active,", ",Sleeping,"),
        ("memberaccess.csv", "MEM0000", "MEM9000"),
        (
            "memberpayments.csv",
            ",Completed\n",
            ",Completed\nPAY00000001,MEM000001,2025-12-12,1.00,Monthly Fee,Cash,Completed\n",
        ),
    ],
)
def test_damage_is_told_in_one_line_with_exit_status_1(copy, capsys, file, old, new):
    text = (copy / file).read_text()
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1))
    assert verify(copy) == 1
    message = capsys.readouterr().err.strip()
    assert "\n" not in message
    assert "verification.json" in message


def test_a_directory_without_data_is_a_wrong_option(tmp_path, capsys):
    assert verify(tmp_path) == 2
    assert str(tmp_path) in capsys.readouterr().err
