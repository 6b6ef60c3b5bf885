"""Pools built with Faker are distinct, sorted, weighted with a long tail, safe to hold, and the same each time."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from datagen.console import run_command
from datagen.errors import UsageError
from datagen.pool_builder import pools as command
from datagen.pools import locale_pools as builder
from datagen.pools.locale_pools import is_invented, is_real, locale_pools
from datagen.pools.pool_files import KINDS, Pool, open_pools, parse

QUICK, SLOW = ["de_DE", "ja_JP"], ["en_US", "es_CL", "fr_FR"]
LOCALES = [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)]
FILES = {kind.file for kind in KINDS.values()}


@pytest.fixture(scope="module", params=LOCALES)
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def files(locale: str) -> dict[str, str]:
    return locale_pools(locale, 1)


@pytest.fixture(scope="module")
def pools(files: dict[str, str]) -> dict[str, Pool]:
    return {name.removesuffix(".txt"): parse(text.encode(), KINDS[name[:-4]], name) for name, text in files.items()}


@pytest.mark.slow
def test_every_kind_is_built_and_can_be_read(pools: dict[str, Pool]) -> None:
    assert set(pools) == set(KINDS)


def test_texts_are_sorted_and_distinct_and_weights_have_a_long_tail(pools: dict[str, Pool]) -> None:
    for name, pool in pools.items():
        assert list(pool.texts) == sorted(set(pool.texts))
        weights = sorted(pool.weights, reverse=True)
        assert weights[0] == 1_000_000
        assert len(set(weights)) > len(weights) / 2
        if len(weights) >= 300:
            assert weights[0] / sum(weights) < 0.03, name
            assert 0.3 < sum(weights[len(weights) // 4 :]) / sum(weights) < 0.7, name


def test_the_header_names_release_locale_language_and_seed(files: dict[str, str], locale: str) -> None:
    import faker

    for text in files.values():
        head = text.splitlines()[:6]
        assert f"# Faker: {faker.VERSION}" in head
        assert f"# Locale: {locale}" in head
        assert "# Seed: 1" in head
        assert any(line.startswith("# Language of the texts: ") for line in head)


def test_no_company_is_one_that_everybody_knows(pools: dict[str, Pool]) -> None:
    assert not [text for text in pools["companies"].texts if is_real(text)]
    assert all(is_invented(text, pools["surnames"].texts) for text in pools["companies"].texts)


@pytest.mark.parametrize("name", ["Ford Inc", "Ford", "Johnson and Johnson", "Ernst and Young LLC", "Wells Fargo"])
def test_a_well_known_company_is_noticed(name: str) -> None:
    assert is_real(name)
    assert not is_real("Stanford Inc")


def test_a_company_that_no_person_is_the_name_of_counts_as_real() -> None:
    assert not is_invented("Почта России", ["Морозов"])
    assert not is_invented("七喜传媒有限公司", ["七", "喜"])
    assert is_invented("Морозов Лтд", ["Морозов"])


@pytest.mark.slow
def test_the_same_seed_gives_the_same_files_and_another_one_others() -> None:
    first = locale_pools("de_DE", 5)
    assert locale_pools("de_DE", 5) == first
    other = locale_pools("de_DE", 6)
    assert all(other[name] != text for name, text in first.items())


def test_names_in_other_letters_have_a_spelling_in_english_ones(files: dict[str, str], pools: dict[str, Pool]) -> None:
    for kind in ("first_names_female", "first_names_male", "surnames"):
        for text in pools[kind].texts:
            assert text.isascii() or text in pools[kind].spellings or any(letter.isascii() for letter in text)


@pytest.mark.slow
def test_a_language_without_names_of_both_sexes_leaves_first_names_to_the_shipped_pools() -> None:
    assert {"surnames.txt", "first_names_female.txt", "first_names_male.txt"}.isdisjoint(locale_pools("vi_VN", 1))


def test_kinds_that_a_locale_lacks_say_that_they_are_english() -> None:
    assert "# Language of the texts: en_US\n" in locale_pools("hi_IN", 1)["jobs.txt"]


@pytest.mark.parametrize("name", ["de_D", "deutsch", "", "../../etc", "xx_XX"])
def test_an_unknown_locale_is_refused_with_near_ones(name: str) -> None:
    with pytest.raises(UsageError, match=r"Faker has no locale '.*'. Did you mean "):
        locale_pools(name, 1)


def test_without_faker_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faker", None)
    with pytest.raises(UsageError, match=r"Pools are built with Faker, .* Run: pip install faker"):
        builder.locale_pools("de_DE", 1)


@pytest.mark.slow
def test_the_command_writes_pools_that_a_run_reads_and_replaces_only_pools(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "pools"
    for seed in ("1", "2"):
        assert run_command(command, ["build", "--locale", "de_DE", "--seed", seed, "--out", str(out)]) == 0
    assert set(open_pools(out).digests) == FILES
    assert "# Seed: 2" in (out / "surnames.txt").read_text()
    assert f"The pools are in {out}; use them with --pools {out}" in capsys.readouterr().out
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("mine")
    assert run_command(command, ["build", "--locale", "de_DE", "--out", str(tmp_path / "letters")]) == 1
    assert "holds files that are not pools of datagen" in capsys.readouterr().err
    assert (tmp_path / "letters" / "mine.txt").read_text() == "mine"


@pytest.mark.slow
def test_the_outcome_can_be_had_as_json_or_not_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["build", "--locale", "de_DE", "--out", str(tmp_path / "pools")]
    assert run_command(command, [*line, "--json"]) == 0
    outcome = json.loads(capsys.readouterr().out)
    assert outcome["directory"] == str(tmp_path / "pools")
    assert set(outcome["texts"]) == FILES
    assert run_command(command, [*line, "--quiet"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "status"), [(["--locale", "de_DE", "--seed", "-1"], 2), (["--locale", "x"], 2), (["--seed", "1"], 2)]
)
def test_wrong_options_are_refused_and_write_nothing(
    tmp_path: Path, arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(command, ["build", *arguments, "--out", str(tmp_path / "pools")]) == status
    assert not (tmp_path / "pools").exists()
    assert len(capsys.readouterr().err.splitlines()) == 1
