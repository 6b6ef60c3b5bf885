"""The one command, `datagen WORLD VERB`; `python -m datagen` is the same."""

from __future__ import annotations

from datagen.interrupts import end_in_a_line

if __name__ == "__main__":  # before what takes long to import
    end_in_a_line()

import click

from datagen import console
from datagen.hints import GROUP
from datagen.pool_builder import pools
from datagen.verbs import Verbs, commands
from datagen.world import worlds


class Worlds(click.Group):
    """The worlds, found by their declarations."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The worlds, and what is about them all."""
        return [*worlds(), *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verbs of a world, or a command about all worlds."""
        world = worlds().get(cmd_name)
        return Verbs(world) if world else super().get_command(ctx, cmd_name)


@click.group(
    GROUP,
    cls=Worlds,
    invoke_without_command=True,
    context_settings=console.SETTINGS,
    help="""Realistic, relationally consistent business data: generate, verify and load it.

    \b
    Examples:
      datagen fitness generate --demo
      datagen fitness verify generated_data_complete
      datagen fitness load generated_data_complete
      datagen fitness rules payments
      datagen worlds
    """,
)
@console.version_option
@click.pass_context
def command(context: click.Context, /) -> None:
    """Without a world, show the help."""
    if context.invoked_subcommand is None:
        console.give(context.get_help())


@console.command("List the worlds and their verbs.", *console.TELLS)
def list_worlds(as_json: bool) -> None:
    """Print the worlds by name, with their titles and verbs."""
    verbs = {name: [*commands(world)] for name, world in worlds().items()}
    if as_json:
        console.give(
            [
                {"world": name, "title": world.title, "summary": world.summary, "verbs": verbs[name]}
                for name, world in worlds().items()
            ]
        )
        return
    shared = [verb for verb in next(iter(verbs.values())) if all(verb in found for found in verbs.values())]
    lines = [f"{world.name}: {world.title}{world.summary and f' - {world.summary}'}" for world in worlds().values()]
    lines.append(f"\nEach has the verbs {', '.join(shared)}.")
    for name, found in verbs.items():
        if own := [verb for verb in found if verb not in shared]:
            lines.append(f"{name} also has {', '.join(own)}.")
    console.give("\n".join(lines))


command.add_command(list_worlds, "worlds")
command.add_command(pools)


def main() -> None:
    """Run the command."""
    console.main(command)


if __name__ == "__main__":
    main()
