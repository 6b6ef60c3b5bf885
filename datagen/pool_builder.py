"""The commands about pools: `build` makes those of a locale with Faker."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import click

from datagen import __version__, console
from datagen.errors import OutputError
from datagen.options import seed_number
from datagen.output.manifest import NAME
from datagen.output.staging import staged

_PROFILE = "datagen-pools"


@click.group(
    "pools", help="Names, streets, companies, jobs and phrases that runs draw from.", context_settings=console.SETTINGS
)
def pools() -> None:
    """The group of commands."""


@console.command(
    """Build the pools of a locale with Faker; a run draws from them with --pools DIRECTORY.

    First names by sex, surnames, streets, companies, jobs and phrases, a text file each: a weight and a text a line.
    They may be edited; what a file that is removed would give comes from the pools that are shipped.

    \b
    Examples:
      datagen pools build --locale de_DE --out pools-de
      datagen fitness generate --demo --pools pools-de
    """,
    click.option("--locale", required=True, help="One of Faker's locales, such as de_DE, fr_FR or ja_JP."),
    click.option("--seed", type=int, default=1, show_default=True, help="Seed; the same one gives the same bytes."),
    click.option(
        "--out",
        "directory",
        type=console.path,
        required=True,
        help="Directory for the files; replaced if it holds pools.",
    ),
    *console.ENDS,
)
def build(locale: str, seed: int, directory: Path, as_json: bool, quiet: bool, verbose: bool) -> None:
    """Check the options and write the files."""
    from datagen.pools.locale_pools import locale_pools

    number = seed_number(seed)
    progress = console.begin(f"Pools: {locale}, seed {seed}", quiet=quiet or as_json, verbose=verbose)
    files = locale_pools(locale, number)
    write(directory, files, {"locale": locale, "seed": seed})
    texts = {name: sum(not line.startswith("#") for line in text.splitlines()) for name, text in files.items()}
    width = max(map(len, files))
    progress.say("\n".join(f"{name:{width}}  {count:>6,}" for name, count in texts.items()))
    progress.say(f"The pools are in {directory}; use them with --pools {directory}")
    if as_json:
        console.give({"directory": str(directory), "texts": texts})


pools.add_command(build, "build")


def write(directory: Path, files: dict[str, str], options: dict[str, object]) -> None:
    """Write the files of pools with a list of them, whole or not at all.

    Raises:
        OutputError: the directory holds something else than pools, or cannot be written.
    """
    if directory.is_dir() and any(directory.iterdir()) and not is_of_pools(directory):
        raise OutputError(
            f"{directory} holds files that are not pools of datagen, so it is not replaced. Choose another directory."
        )
    with staged(directory, ours=is_of_pools) as stage:
        resources = []
        for name, text in files.items():
            data = text.encode()
            stage.append(name, data)
            digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
            resources.append({"name": Path(name).stem, "path": name, "bytes": len(data), "hash": digest})
        manifest = {"profile": _PROFILE, "resources": resources, "options": options, "release": __version__}
        stage.publish((json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode())


def is_of_pools(directory: Path) -> bool:
    """Whether a directory was written by `write`, and so may be replaced."""
    try:
        manifest = json.loads((directory / NAME).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("profile") == _PROFILE


if __name__ == "__main__":
    console.main(pools)
