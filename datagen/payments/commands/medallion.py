"""Makes a lake of a history: bronze and silver, published whole or not at all, with a version for each run.

A lake that has the first runs of the history gets the others; what it has is linked into the new one, and not written
again. Any other one is made anew. What a run adds is the same either way, and however the days were split into runs
silver has the same rows.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen import __version__
from datagen.errors import DataError, InputError, StateError
from datagen.frozen import dataclass
from datagen.output.file_names import CATALOG, LAKE_FORMATS, PARQUET, Days, TableFile, part_name
from datagen.output.lakes import Lake, LakeFile, LakeTable, lake_at, lake_schema
from datagen.payments.history_files import database_file, manifests
from datagen.payments.verification import outlined

if TYPE_CHECKING:
    import pyarrow as pa

    from datagen.output.manifest import Manifest
    from datagen.output.staging import Stage
    from datagen.progress import Progress
    from datagen.table_facts import Facts

WORLD = "payments-lake"
"""What the manifest of a lake calls its world."""
_SOURCES = {"transactions": "raw_transactions", "merchants": "raw_merchants"}
_MOMENT = "payment_timestamp"
_RUNS = "runs"
"""The option of a lake's manifest that tells the runs that it has, with the hash of each run's manifest."""
_MERCHANTS = "silver/merchants/"


@dataclass(frozen=True)
class Run:
    """A run of a history, with the files of each table that it wrote."""

    days: Days
    files: dict[str, list[Path]]

    digest: str
    """The SHA-256 of its manifest, which states those of its files."""

    @property
    def name(self) -> str:
        """Its first and last day."""
        return f"{self.days.first}_{self.days.last}"


def runs_of(directory: Path) -> list[Run]:
    """The runs of a history, in order, up to the last day that its state tells.

    Raises:
        StateError: for a directory that holds no history, or whose files are not all named by manifests of runs.
    """
    from datagen.data_directory import digest_of
    from datagen.output.manifest import read_manifest

    state = outlined(directory, "make a lake of")
    if whole := database_file(directory):
        raise StateError(
            f"{directory} keeps its history in {whole.name}; a lake is made of files of days. Generate the same "
            "history with --format parquet and the same seed and rules."
        )
    following, found = state.first, []
    for name, days in sorted(manifests(directory).items(), key=lambda item: item[1].first):
        if days.last > state.last:
            continue
        if days.first != following:
            break
        manifest = read_manifest(directory, name)
        resources = manifest.resources if manifest else ()
        files = {item.table: [directory / file for file in item.files] for item in resources}
        found.append(Run(days, files, digest_of(directory / name)))
        following = days.last + dt.timedelta(1)
    if following != state.last + dt.timedelta(1):
        raise StateError(f"{directory} has no manifest of the run that begins on {following}. Restore what runs wrote.")
    return found


def build(directory: Path, out: Path, kind: str, progress: Progress, *, rebuild: bool = False) -> int:
    """Write the lake of a history, as parquet, delta or iceberg; gives how many runs were added.

    What is at `out` gets the runs that it has not, or is replaced, if it is a lake of ours: of another history, in
    another format, or one that is not as it was written. To `rebuild`, it is made anew in any case.

    Raises:
        StateError: for a directory that holds no history.
        DataError: for files that cannot be read.
        OutputError: if the lake cannot be written, or must not be replaced.
        UsageError: where the library that a format needs is not installed.
    """
    from datagen.output.manifest import build as manifest_of
    from datagen.output.staging import staged
    from datagen.payments.commands.lake_tables import metadata
    from datagen.schema import table_facts

    runs, facts, seed = runs_of(directory), table_facts(metadata), outlined(directory, "make a lake of").seed
    with staged(out, ours=is_lake) as stage:
        before = None if rebuild else _goes_on(stage.final, runs, kind)
        if before and len(before.options[_RUNS]) == len(runs):
            return 0
        begin = _carry_over(before, stage) if before else 0
        lake = lake_at(kind, stage.directory, stage.final) if kind in LAKE_FORMATS else None
        layers = _Layers(stage, lake, facts, kind)
        try:
            with progress.phase("Bronze and silver", len(runs) - begin):
                for number, run in enumerate(runs[begin:], begin):
                    layers.add(run, number, is_newest=run is runs[-1])
                    progress.step()
        finally:
            if lake:
                lake.close()
        layers.take_in_metadata()
        options = {
            "start_date": runs[0].days.first,
            "end_date": runs[-1].days.last,
            "format": kind,
            _RUNS: {run.name: run.digest for run in runs},
        }
        older = earlier_files(kind, len(runs))
        files = {name: written for name, written in stage.files.items() if name not in older}
        stage.publish(manifest_of(facts, files, world=WORLD, seed=seed, options=options, title="Payments lake"))
    return len(runs) - begin


def earlier_files(kind: str, runs: int) -> frozenset[str]:
    """The files of a lake that only its earlier versions have: those of merchants, which each run replaces."""
    numbers = range(runs - 1) if kind in LAKE_FORMATS else ()
    return frozenset(f"{_MERCHANTS}part-{number:05}.{PARQUET}" for number in numbers)


def _goes_on(out: Path, runs: list[Run], kind: str) -> Manifest | None:
    """The manifest of a lake that has the first of these runs, or all, and whose files are there; else None."""
    from datagen.output.lakes import registered
    from datagen.output.manifest import read_manifest

    manifest = read_manifest(out) if is_lake(out) else None
    had = manifest.options.get(_RUNS) if manifest else None
    if manifest is None or not isinstance(had, dict) or manifest.release != __version__:
        return None
    of_runs = [(run.name, run.digest) for run in runs]
    if manifest.options.get("format") != kind or [*had.items()] != of_runs[: len(had)]:
        return None
    for resource in manifest.resources:
        place = Path(next(iter(resource.files))).parts[:2]
        try:
            if any((out / name).stat().st_size != stated.bytes for name, stated in resource.files.items()):
                return None
        except OSError:
            return None
        stated = {str(Path(name).relative_to(*place)): written.rows for name, written in resource.files.items()}
        if kind in LAKE_FORMATS and registered(kind, out, "/".join(place)) != stated:
            return None  # it was moved, or has versions of others
    return manifest


def _carry_over(before: Manifest, stage: Stage) -> int:
    """Put what a lake has into the one that is to take its place; gives how many runs that are.

    Data files, which never change, are linked. What a library writes at each commit is copied.
    """
    from datagen.output.staging import as_output_errors

    kind, runs = before.options["format"], len(before.options[_RUNS])
    files = {name: written for item in before.resources for name, written in item.files.items()}
    if kind not in LAKE_FORMATS:
        files = {name: written for name, written in files.items() if not name.startswith(_MERCHANTS)}
    for path in sorted(stage.final.rglob("*")):
        name = path.relative_to(stage.final).as_posix()
        is_data = name in files or name in earlier_files(kind, runs)
        if not path.is_file() or not (is_data or (kind in LAKE_FORMATS and _is_metadata(name))):
            continue
        there = stage.place(name)
        with as_output_errors("write", there):
            there.parent.mkdir(parents=True, exist_ok=True)
            try:
                (os.link if is_data else shutil.copyfile)(path, there)
            except OSError:  # not every file system has links
                shutil.copyfile(path, there)
    stage.adopt(files)
    return runs


def _is_metadata(name: str) -> bool:
    """Whether a file is one that the library of a lake writes."""
    return name == CATALOG or bool({"_delta_log", "metadata"} & {*Path(name).parts[:-1]})


def is_lake(directory: Path) -> bool:
    """Whether a directory holds a lake of payments, and so may be replaced by another one."""
    from datagen.output.manifest import read_manifest

    try:
        manifest = read_manifest(directory)
    except InputError:
        return False
    return manifest is not None and manifest.world == WORLD


@dataclasses.dataclass
class _Layers:
    """The tables of a lake in the making."""

    stage: Stage
    lake: Lake | None
    facts: Facts
    kind: str

    def add(self, run: Run, number: int, *, is_newest: bool) -> None:
        """Add what a run wrote, by its number from 0: a version of each table.

        Of merchants each version of a lake has a file of its own. Files that are no lake have the newest alone.
        """
        from datagen.data_directory import read_batches, read_rows
        from datagen.payments.tables import merchants, transactions

        (newest,) = run.files["merchants"]
        versions = read_rows(newest, merchants)
        found = _Versions(versions)
        raw, silver = [], []
        for path in run.files["transactions"]:
            for day, first, rows in by_day(read_batches(path, transactions)):
                raw.append(self._put("raw_transactions", _raw(rows, path.name, first, run), day=day))
                silver.append(self._put("payments", rows.append_column("merchant_key", found.keys(rows)), day=day))
        self._commit("raw_transactions", raw)
        self._commit("payments", silver)
        self._commit(
            "raw_merchants", [self._put("raw_merchants", _raw(versions, newest.name, 1, run), day=run.days.last)]
        )
        if self.lake or is_newest:
            file = self._put("merchants", found.table(), number=number if self.lake else 0)
            self._commit("merchants", [file], replace=True)

    def _put(self, table: str, rows: pa.Table, *, day: dt.date | None = None, number: int = 0) -> LakeFile:
        """Write a part of a table."""
        from datagen.output.parquet import ParquetFile

        facts = self.facts[table]
        file = TableFile(f"{table}.{PARQUET}", table, PARQUET, None, facts.database)
        place = f"{facts.database}/{table}/"
        name = part_name(file, number, f"day={day}" if day else "")
        writer = ParquetFile(self._schema(table), lambda data: self.stage.append(name, data), set(facts.unique))
        writer.append(rows.select([field["name"] for field in facts.fields]))
        writer.close()
        self.stage.append(name, b"", rows.num_rows)
        self.stage.end(name)
        return LakeFile(name.removeprefix(place), rows.num_rows, self.stage.files[name].bytes, day)

    def _commit(self, table: str, files: list[LakeFile], *, replace: bool = False) -> None:
        if self.lake is None or not files:
            return
        facts = self.facts[table]
        day_of = _MOMENT if table in ("raw_transactions", "payments") else None
        declared = LakeTable(f"{facts.database}/{table}", self._schema(table), facts.comment, day_of)
        self.lake.commit(declared, files, replace=replace)

    def _schema(self, table: str) -> pa.Schema:
        facts = self.facts[table]
        comments = {item["name"]: item["description"] for item in facts.fields}
        return lake_schema(self.kind, facts.arrow_schema(), comments)

    def take_in_metadata(self) -> None:
        """Have what the library of the lake wrote published with the rest."""
        for path in sorted(self.stage.directory.rglob("*")):
            name = path.relative_to(self.stage.directory).as_posix()
            if path.is_file() and name not in self.stage.files:
                self.stage.take_in(name, 0)


def _raw(rows: pa.Table, file: str, first: int, run: Run) -> pa.Table:
    """Rows as they came, with where they came from."""
    import pyarrow as pa

    count = rows.num_rows
    return (
        rows.append_column("_source_file", pa.repeat(pa.scalar(file), count))
        .append_column("_source_row", pa.array(range(first, first + count), pa.int64()))
        .append_column("_run", pa.repeat(pa.scalar(run.name), count))
    )


def by_day(batches: Iterable[pa.Table]) -> Iterator[tuple[dt.date, int, pa.Table]]:
    """The rows of each day: the day, the place of its first row from 1, and its rows; all are in the order of time."""
    import pyarrow as pa
    import pyarrow.compute as pc

    current, first, waiting = dt.date.min, 1, list[pa.Table]()
    for batch in batches:
        days = pc.run_end_encode(batch[_MOMENT].cast(pa.date32()).combine_chunks())
        begin = 0
        for day, end in zip(days.values.to_pylist(), days.run_ends.to_pylist(), strict=True):
            if waiting and day != current:
                rows = pa.concat_tables(waiting).combine_chunks()
                yield current, first, rows
                first, waiting = first + rows.num_rows, []
            current = day
            waiting.append(batch.slice(begin, end - begin))
            begin = end
    if waiting:
        yield current, first, pa.concat_tables(waiting).combine_chunks()


class _Versions:
    """The versions of merchants of a file, with the days from which each is in force."""

    def __init__(self, rows: pa.Table) -> None:
        import numpy as np

        self._rows = rows.sort_by([("merchant_id", "ascending"), ("version", "ascending")]).combine_chunks()
        self._ids = self._rows["merchant_id"].combine_chunks().unique()
        self._begin = self._places(self._rows["merchant_id"], self._rows["effective_date"])
        if (np.diff(self._begin) <= 0).any():
            raise DataError(
                "Versions of a merchant do not follow each other by their effective_date. Verify the history."
            )

    def table(self) -> pa.Table:
        """The versions, with the time for which each is valid."""
        import pyarrow as pa
        import pyarrow.compute as pc

        rows, ids = self._rows, self._rows["merchant_id"].combine_chunks()
        starts = rows["effective_date"].combine_chunks()
        last = pa.concat_arrays([pc.not_equal(ids[1:], ids[:-1]), pa.array([True])])
        following = pa.concat_arrays([starts[1:], pa.array([None], pa.date32())])
        return (
            rows.append_column("merchant_key", self._keys())
            .append_column("valid_from", starts)
            .append_column("valid_to", pc.if_else(last, pa.scalar(None, pa.date32()), following))
            .append_column("is_current", last)
        )

    def keys(self, payments: pa.Table) -> pa.Array:
        """The key of the version in force at the time of each payment.

        Raises: `DataError` for a payment at a time when its merchant has none.
        """
        import numpy as np
        import pyarrow as pa

        days = payments[_MOMENT].cast(pa.date32())
        places = np.searchsorted(self._begin, self._places(payments["merchant_id"], days), side="right") - 1
        chosen = pa.array(np.maximum(places, 0))
        found = self._rows["merchant_id"].combine_chunks().take(chosen)
        if (places < 0).any() or not found.equals(payments["merchant_id"].combine_chunks()):
            raise DataError("A payment is of a merchant that has no version at its time. Verify the history.")
        return self._keys().take(chosen)

    def _keys(self) -> pa.Array:
        import pyarrow as pa
        import pyarrow.compute as pc

        ids, numbers = self._rows["merchant_id"].combine_chunks(), self._rows["version"].combine_chunks()
        return pc.binary_join_element_wise(ids, numbers.cast(pa.string()), "-")

    def _places(self, ids: pa.ChunkedArray, days: pa.ChunkedArray) -> Any:
        """Numbers that rise with merchant and day; of a merchant that is not there, below 0."""
        import pyarrow as pa
        import pyarrow.compute as pc

        codes = pc.fill_null(pc.index_in(ids.combine_chunks(), self._ids), -1).to_numpy(zero_copy_only=False)
        numbers = days.combine_chunks().cast(pa.int32()).to_numpy(zero_copy_only=False)
        return codes.astype("int64") * _DAYS + numbers


_DAYS = 1 << 20
"""More than any day's number."""
