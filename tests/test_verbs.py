"""One habit: every world has every verb, with the same options but for what a world declares of its own."""

from __future__ import annotations

import json

import click
import pytest

from datagen.__main__ import command
from datagen.console import run_command
from datagen.verbs import Verbs, commands
from datagen.world import worlds

CONTEXT = click.Context(click.Command("datagen"))
OWN_VERBS = {"bank": {"clear", "query", "db"}, "ecommerce": {"ddl"}, "payments": {"continue", "lake"}}
"""Verbs of one world alone: those of its document, and of a history that grows."""
VERBS = sorted({*commands(worlds()["fitness"])})
OWN_OPTIONS = {
    ("generate", "bank"): {"--customers", "--employees", "--scale", "--pools"},
    ("generate", "ecommerce"): {
        "--brands", "--categories", "--items", "--orders", "--plan", "--products", "--promotion-products",
        "--promotions", "--scale", "--sellers", "--start-date",
    },
    ("generate", "fitness"): {
        "--demo", "--facilities", "--full-scale", "--mdm-dir", "--mdm-out", "--members", "--months", "--no-mdm",
        "--staff", "--pools",
    },
    ("generate", "payments"): {"--debug", "--force", "-f", "--start-date", "--pools"},
    ("plan", "bank"): {"--customers", "--employees", "--scale", "--pools"},
    ("plan", "ecommerce"): {
        "--brands", "--categories", "--items", "--orders", "--products", "--promotion-products", "--promotions",
        "--scale", "--sellers", "--start-date",
    },
    ("plan", "fitness"): {
        "--demo", "--facilities", "--full-scale", "--mdm-dir", "--members", "--months", "--staff", "--pools"
    },
    ("plan", "payments"): {"--start-date", "--pools"},
    ("verify", "ecommerce"): {"--database-url", "--schema"},  # the document's words
    ("psql", "bank"): {"database"},
    ("status", "bank"): {
        "--log-file", "--no-log", "--quiet", "-q", "--verbose", "-v"
    },
    **{("status", name): {"--schema"} for name in ("ecommerce", "fitness", "payments")},
}  # fmt: skip
"""What a verb of a world has besides: sizes, and the window of what is generated."""


def options(world: str, verb: str) -> set[str]:
    command = Verbs(worlds()[world]).get_command(CONTEXT, verb)
    assert command is not None
    return {
        name for item in command.params for name in (item.opts if isinstance(item, click.Option) else [str(item.name)])
    }


def declared(name: str, verb: str) -> set[str]:
    """What follows from the declaration of a world, and from the verb."""
    world = worlds()[name]
    window = set() if world.verify_files or verb in ("generate", "plan") else set(world.window_options)
    prefix = {"--prefix"} if world.databases else set()
    # A history is continued, not written in parts.
    of_parts = {
        "generate": {"--cluster", "--parts", "--part-rows", "--resume"},
        "plan": {"--parts", "--part-rows"},
    }
    parts = set() if world.history_of else of_parts.get(verb, set())
    return window | prefix | parts | ({"--partition"} if world.partitions and verb == "load" else set())


@pytest.mark.parametrize("name", worlds())
def test_a_world_has_every_verb(name: str) -> None:
    assert {*commands(worlds()[name])} - OWN_VERBS.get(name, set()) == {*VERBS}


def test_worlds_are_listed_with_their_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(command, ["worlds"]) == 0
    shown = capsys.readouterr().out
    assert "fitness: Fitness centres" in shown
    assert "bank also has query, db, clear." in shown and "payments also has continue, lake." in shown
    assert run_command(command, ["worlds", "--json"]) == 0
    for item in json.loads(capsys.readouterr().out):
        assert {*item["verbs"]} == {*commands(worlds()[item["world"]])}
        assert item["summary"]


@pytest.mark.parametrize("name", worlds())
def test_lists_say_of_each_verb_what_it_is_for_in_a_whole_line(name: str) -> None:
    verbs = Verbs(worlds()[name])
    names = verbs.list_commands(CONTEXT)
    said = [made.get_short_help_str(80) for name in names if (made := verbs.get_command(CONTEXT, name))]
    assert len({*said}) == len(said)
    assert all(line.endswith(".") and not line.endswith("...") for line in said), said
    assert names[0] == "generate"


def test_the_help_of_explain_says_what_ids_look_like(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(command, ["payments", "explain", "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "a merchant (M and a number), a card (CARD and a number) or a payment (TXN and a number)" in said


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_has_the_same_options_in_every_world(verb: str) -> None:
    found = {name: options(name, verb) - OWN_OPTIONS.get((verb, name), set()) for name in worlds()}
    common = set.intersection(*found.values())
    assert common
    for name, all_of_it in found.items():
        assert all_of_it - common <= declared(name, verb), name
    for (of, name), own in OWN_OPTIONS.items():
        assert of != verb or own <= options(name, verb), "it is listed and not there"
