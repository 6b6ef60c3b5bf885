"""The verb `rules`: business numbers, found by name."""

from __future__ import annotations

import click

from datagen import console
from datagen.errors import UsageError
from datagen.world import World


def rules_command(world: World) -> click.Command:
    """`rules`: business numbers, found by name."""

    @console.command(
        """Find business numbers by their name, unit or source, all of whose words must be given; all without a word.

        \b
        Change any of them with --set NAME=VALUE, or in a TOML file for --rules.
        """,
        click.argument("words", nargs=-1, metavar="[WORD]..."),
        *console.TELLS,
    )
    def rules(words: tuple[str, ...], as_json: bool) -> None:
        from datagen.rule_search import as_text, find, plain

        found = find(world.rules, words)
        if not found:
            raise UsageError(f"There is no rule with {' and '.join(words)}. Leave words out to see more rules.")
        console.give([plain(rule) for rule in found] if as_json else as_text(found))

    return rules
