"""Commands called from a program: with the same options, defaults and refusals, but quiet and without settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from datagen.errors import UsageError
from datagen.world import World

if TYPE_CHECKING:
    import click

_QUIET = ("quiet", "no_log", "no_verify", "no_mdm")
"""Options that keep a command from doing more than generate, as far as it has them and would do it."""


def run_generate(world: World, options: Mapping[str, Any]) -> None:
    """Run the `generate` of a world.

    Raises:
        UsageError: for an option that does not exist, or a value that cannot be.
        DatagenError: what the command raises.
    """
    import click

    from datagen.console import PROJECT
    from datagen.notebook import quiet_progress
    from datagen.project_file import Project
    from datagen.verbs import Verbs

    command = Verbs(world).get_command(click.Context(click.Command(world.name)), "generate")
    assert command is not None
    known = {option.opts[-1].lstrip("-").replace("-", "_"): option for option in command.params if option.name}
    arguments: list[str] = []
    quiet = {name: True for name in _QUIET if name in known}
    for name, value in {**options, **quiet}.items():
        if name not in known:
            raise UsageError(f"datagen.{world.name} has no option {name}.{_near(name, known)}")
        arguments += _typed(known[name], value)
    with click.Context(
        click.Command("datagen"), obj=SimpleNamespace(check=_nothing, progress=quiet_progress)
    ) as context:
        context.meta["datagen.settings"] = lambda name: None
        context.meta[PROJECT] = Project()
        try:
            with command.make_context(world.name, arguments, parent=context) as called:
                command.invoke(called)
        except click.ClickException as error:
            raise UsageError(error.format_message()) from error


def _nothing() -> None:
    """Interrupts are the program's own affair."""


def _near(name: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(name, known, 1)
    return f" Did you mean {near[0]}?" if near else f" It has {', '.join(sorted({*known} - {*_QUIET, 'help'}))}."


def _typed(option: click.Parameter, value: Any) -> Iterator[str]:
    """An option as it would be typed."""
    flag = max(option.opts, key=len)
    if getattr(option, "is_flag", False):
        if value:
            yield flag
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from (flag, f"{name}={item}")
    elif option.multiple:
        for item in [value] if isinstance(value, str) else value:
            yield from (flag, str(item))
    elif value is not None:
        yield f"{flag}={value}"
