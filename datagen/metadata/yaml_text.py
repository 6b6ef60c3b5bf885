"""YAML as the files of a description have it."""

from __future__ import annotations

from typing import Any


def yaml_text(content: Any) -> str:
    """The content as YAML, in the order that it has; the same content gives the same text."""
    import yaml

    dumper: Any = type("Dumper", (yaml.SafeDumper,), {})
    # Names of the schema are texts of a class of their own.
    dumper.add_multi_representer(str, lambda made, name: made.represent_str(str(name)))
    text: str = yaml.dump(content, Dumper=dumper, sort_keys=False, allow_unicode=True, width=120)
    return text
