"""Options of commands that write a data set in parts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datagen import console, jobs
from datagen.errors import UsageError
from datagen.output.file_names import TABLE_FORMATS, TableFile, part_name, store_of

if TYPE_CHECKING:
    from datagen.plan import Plan

PARTS: tuple[console.Decorator, ...] = (
    click.option("--parts", is_flag=True, help="Write each table as a directory of parts; workers write side by side."),
    click.option(
        "--part-rows",
        type=click.IntRange(1),
        metavar="ROWS",
        help="With --parts, rows that a worker makes and writes at a time, of all tables together.  [default: 524288]",
    ),
    click.option("--resume", is_flag=True, help="With --parts, go on with the same run where it was ended."),
    click.option(
        "--cluster",
        cls=console.Setting,
        metavar="SCHEDULER",
        help="Write parts by the workers of a Dask cluster: the address of its scheduler, or the file it wrote.",
    ),
)
"""What a command that generates a data set takes of parts."""
PLANNED_PARTS = PARTS[:2]
"""What a plan takes of parts."""
PART_NAMES = ("parts", "part_rows", "resume", "cluster")
"""The parameters of `PARTS`."""


def parts_of(context: click.Context) -> jobs.Parts | None:
    """What the options `PARTS` ask for; None for whole files. Raises `UsageError` for one that would do nothing."""
    given: Mapping[str, Any] = context.params
    store = store_of(given.get("output_dir", Path()))
    if store:
        console.refuse(context, "an object store, into which no page goes", ["report", "certificate"])
    if given["cluster"]:
        console.refuse(context, "--cluster, whose workers make the data", ["workers"])
    elif not given["parts"] and not store:
        console.refuse(context, "whole files: give --parts", [name for name in PART_NAMES if name != "parts"])
        return None
    _refuse_other_formats(given["kind"])
    return jobs.Parts(given["part_rows"], given["resume"], given["cluster"] or None)


def with_parts(context: click.Context, found: Plan) -> Plan:
    """A plan, with the groups of the parts that the options `PLANNED_PARTS`, or --cluster, ask for.

    Raises `UsageError` for an option that would do nothing.
    """
    from datagen.parts import ROWS
    from datagen.plan import in_parts

    given: Mapping[str, Any] = context.params
    if not given["parts"] and not given.get("cluster"):
        console.refuse(context, "whole files: give --parts", ["part_rows"])
        return found
    _refuse_other_formats(given["kind"])
    return in_parts(found, given["part_rows"] or ROWS, given["kind"])


def _refuse_other_formats(kind: str) -> None:
    if kind not in TABLE_FORMATS:
        raise UsageError(f"--parts are of CSV or Parquet, not of {kind}. Leave one of both out.")


def first_part(directory: Path, table: str, kind: str) -> Path:
    """The first part of a table that is made in one piece."""
    return directory / part_name(TableFile(f"{table}.{kind}", table, kind, None), 0)
