"""Completion in fish, which click would cut: descriptions end at their first comma there."""

from __future__ import annotations

from click.shell_completion import FishComplete, add_completion_class


@add_completion_class
class WholeDescriptions(FishComplete):
    """Takes the line of a completion apart at its first comma only, which is the one that click puts."""

    source_template = FishComplete.source_template.replace('string split "," ', 'string split -m 1 "," ')
