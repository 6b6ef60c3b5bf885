"""Generates the e-commerce data set, and loads and verifies it where a database is configured: `python -m src.main`.

It takes the options of `ecommerce generate`.
"""

from __future__ import annotations

from datagen.interrupts import end_in_a_line

if __name__ == "__main__":  # before what takes long to import
    end_in_a_line()

from typing import Any

import click

from datagen import console
from datagen.ecommerce.command import generate
from etl.load import CONFIG, configured_url

_HELP = f"""Generate the e-commerce data set, and load and verify it where a database is configured.

\b
The database is that of --database-url, else of DATABASE_URL in the environment or .env, else of
config/{CONFIG.name}. Without one, the files are generated, and no more.
"""


def _run(context: click.Context, /, **given: Any) -> None:
    """Generate; load, too, if there is a database to load into."""
    url = None if given["only_plan"] else given["database_url"] or configured_url()
    if url:
        given |= {"load_database": True, "database_url": url}
        context.params |= {"load_database": True, "database_url": url}
    assert generate.callback is not None
    generate.callback(**given)
    if not url and not (given["only_plan"] or given["load_database"] or given["quiet"] or given["as_json"]):
        console.give(
            "\nNo database is configured, so none was loaded. To load: write the URL of one, such as "
            f"postgresql://user@host/name,\ninto config/{CONFIG.name}, or set DATABASE_URL, and run this again."
        )


command = type(generate)(
    "src.main",
    params=generate.params,
    callback=click.pass_context(_run),
    help=_HELP,
    context_settings=console.SETTINGS,
)

if __name__ == "__main__":
    console.main(command)
