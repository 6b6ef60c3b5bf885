"""Loads the files of the e-commerce world into the database of config/ecommerce.toml: a face of `ecommerce load`."""

from __future__ import annotations

from datagen.interrupts import end_in_a_line

if __name__ == "__main__":  # before what takes long to import
    end_in_a_line()

import tomllib
from pathlib import Path
from typing import Any

import click

from datagen import console
from datagen.ecommerce.world import WORLD
from datagen.errors import UsageError
from datagen.settings import database_url
from datagen.verbs import commands

CONFIG = Path(__file__).parents[1] / "config" / "ecommerce.toml"


def configured_url(file: Path = CONFIG) -> str | None:
    """The URL of the database that is configured: DATABASE_URL if that is set, else that of a file, if it has one.

    Raises:
        UsageError: for a file that cannot be read, or is not of the form of config/ecommerce.toml.
    """
    if found := database_url():
        return found
    try:
        url = tomllib.loads(file.read_text(encoding="utf-8")).get("database", {}).get("url", "")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError) as error:
        raise UsageError(f"{file} cannot be read: {error}. Mend it, or set DATABASE_URL.") from error
    if not isinstance(url, str):
        raise UsageError(f"{file}: url of [database] is no text. Put it into quotes, or set DATABASE_URL.")
    return url.strip() or None


def _command() -> click.Command:
    """`load`, with the database that is configured where none is named."""
    loading = commands(WORLD)["load"]
    assert isinstance(loading, click.Command) and loading.callback is not None
    run = loading.callback

    def load(database_url: str | None, **given: Any) -> None:
        run(database_url=database_url or configured_url(), **given)

    return type(loading)(
        "etl.load", params=loading.params, callback=load, help=loading.help, context_settings=console.SETTINGS
    )


command = _command()

if __name__ == "__main__":
    console.main(command)
