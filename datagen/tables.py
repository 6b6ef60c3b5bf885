"""A data set in a program: one call generates it, or reads it back, and gives its tables in the form that is wanted.

>>> import datagen
>>> tables = datagen.fitness(members=500, months=3, seed=7)
>>> members = tables["members"]
>>> tables.duckdb().sql("select count(*) from memberaccess")
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.errors import DataError, InputError, UsageError
from datagen.world import World, worlds

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from datagen.checks.findings import Verdict
    from datagen.jobs import LoadOutcome


class Tables(Mapping[str, "pd.DataFrame"]):
    """The tables of a data set by name; the files behind them are read when a table is asked for.

    Indexing gives a pandas frame: texts are `str`, dates and timestamps datetime64[s], times of day HH:MM:SS texts,
    money float64. `arrow` and `duckdb` have exact decimals, dates and times of day.
    """

    def __init__(self, world: World, directory: Path, options: Mapping[str, Any] | None = None) -> None:
        """The data set that a directory holds; `options` are those that it was generated with, if we did that."""
        from datagen.data_directory import DataDirectory

        self._held = DataDirectory(world, directory)
        self.world, self.directory, self.manifest = world, directory, self._held.manifest
        self._options = options
        self._read: dict[str, pa.Table] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        from datagen.output.render import to_frame

        return to_frame(self.arrow(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._held.tables)

    def __len__(self) -> int:
        return len(self._held.tables)

    def arrow(self, name: str) -> pa.Table:
        """A table as a typed Arrow table.

        Raises:
            KeyError: for a table that is not there.
            DataError: for files whose columns or values are not those of the table.
        """
        if name not in self._held.tables:
            raise KeyError(f"{name}; there are {', '.join(self._held.tables)}")
        if name not in self._read:
            self._read[name] = self._held.arrow(name)
        return self._read[name]

    def polars(self, name: str) -> pl.DataFrame:
        """A table as a Polars frame.

        Raises:
            UsageError: where Polars is not installed.
            KeyError: for a table that is not there.
        """
        try:
            import polars
        except ModuleNotFoundError as error:
            raise UsageError("The library polars is not installed. Run: pip install polars") from error
        frame = polars.from_arrow(self.arrow(name))
        assert isinstance(frame, polars.DataFrame)
        return frame

    def duckdb(self) -> duckdb.DuckDBPyConnection:
        """A new in-memory DuckDB database in which every table can be asked for by its name; the caller closes it."""
        import duckdb

        connection = duckdb.connect()
        for name in self:
            connection.register(name, self.arrow(name))
        return connection

    def rows(self) -> Mapping[str, int]:
        """The number of rows of each table."""
        return self._held.rows()

    def write(self, directory: str | Path, format: str = "csv") -> Path:  # noqa: A002 - as the option is called
        """Generate the same data set as files, as the command does with the same options; gives the directory.

        Raises:
            UsageError: for a data set that was read from files, and a format that is none.
            OutputError: if the directory cannot be written or must not be replaced.
        """
        from datagen.calls import run_generate

        if self._options is None:
            raise UsageError(f"These tables were read from {self.directory}, where their files are: copy these.")
        run_generate(self.world, {**self._options, "format": format, "output_dir": directory})
        return Path(directory)

    def verify(self) -> Verdict:
        """Verify the files; the verdict has every finding, and `ok` if no rule is broken."""
        from datagen.jobs import verify_files
        from datagen.notebook import quiet_progress

        return verify_files(self.world, self.directory, {}, quiet_progress())

    def load(
        self,
        url: str | None = None,
        schema: str | None = None,
        *,
        truncate: bool = False,
        create_database: bool = False,
        verify: bool = True,
    ) -> LoadOutcome:
        """Load all tables into a database, and verify them there; by default DATABASE_URL or the embedded PostgreSQL.

        With `truncate`, rows that the tables have are replaced.

        Raises:
            DatabaseError: if the database cannot be reached.
            DataError: for rows that are there already, and for data that the database refuses.
            CheckError: if the data in the database breaks a rule.
        """
        from datagen import jobs
        from datagen.notebook import quiet_progress

        target = jobs.Target(url, schema, create_database, truncate, verify=verify)
        outcome = jobs.load(self.world, self.directory, target, quiet_progress())
        if outcome.verdict is not None:
            jobs.refuse_broken_database(outcome.verdict)
        return outcome

    def __repr__(self) -> str:
        from datagen.progress import aligned

        rows = self.rows()
        lines = [(name, f"{rows[name]:,}", str(len(self.world.metadata.tables[name].columns))) for name in self]
        total = ("total", f"{sum(rows.values()):,}", "")
        return f"{self._title()}\n{aligned([('table', 'rows', 'columns'), *lines, total])}"

    def _repr_html_(self) -> str:
        """As a notebook shows it."""
        from html import escape

        rows = self.rows()
        cells = "".join(
            f"<tr><td>{escape(name)}</td><td>{rows[name]:,}</td>"
            f"<td style='text-align:left'>{escape(self.world.metadata.tables[name].comment or '')}</td></tr>"
            for name in self
        )
        head = "<tr><th>table</th><th>rows</th><th style='text-align:left'>what a row is</th></tr>"
        return f"<p><b>{escape(self._title())}</b></p><table>{head}{cells}</table>"

    def _title(self) -> str:
        made = f", seed {self.manifest.seed}, up to {self.manifest.options['end_date']}" if self.manifest else ""
        # Files that go with the tables are nobody's affair.
        return f"{self.world.title}{made}" + (f": {self.directory}" if self._options is None else "")


def generated(world: World, options: Mapping[str, Any]) -> Tables:
    """Generate a data set with the options of the world's `generate`, into a directory that goes when the tables do.

    Raises:
        UsageError: for an option that does not exist, or a value that cannot be.
    """
    from datagen.calls import run_generate

    place = Path(tempfile.mkdtemp(prefix=f"datagen-{world.name}-"))
    try:
        run_generate(world, {**options, "format": "parquet", "output_dir": place / "data"})
        tables = Tables(world, place / "data", dict(options))
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    weakref.finalize(tables, shutil.rmtree, place, ignore_errors=True)
    return tables


def read(directory: str | Path, world: str | None = None) -> Tables:
    """The tables of a directory that was generated earlier, CSV or Parquet, with their types: ZIP codes stay texts.

    A history has no manifest that says which `world` it is of: name it.

    Raises:
        InputError: for a directory that does not exist.
        UsageError: for a world that does not exist.
        DataError: for a directory that does not say what it is.
    """
    from datagen.output.manifest import read_manifest

    place = Path(directory)
    if not place.is_dir():
        raise InputError(f"There is no directory {place}. Name one that was generated.")
    manifest = read_manifest(place)
    name = world or (manifest.world if manifest else None)
    if name is None:
        raise DataError(f'{place} has no manifest. Say which world it is of: datagen.read(..., world="payments")')
    if name not in worlds():
        raise UsageError(f"There is no world {name}; there are {', '.join(worlds())}.")
    return Tables(worlds()[name], place)
