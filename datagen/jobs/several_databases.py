"""Loading and verifying a world that lies in several databases on one server, and what each of them holds."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.checks.findings import summary
from datagen.jobs.files import manifest_of
from datagen.progress import aligned
from datagen.world import Options, World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datagen.checks.findings import Verdict
    from datagen.loading.load import Loaded
    from datagen.loading.load_all import DatabaseStatus, Part
    from datagen.loading.session import Session


class Databases:
    """The databases of a world, on the server of a session. A context manager that closes their connections."""

    def __init__(self, world: World, session: Session, prefix: str = "") -> None:
        """Choose the databases, which are not reached yet; `prefix` goes before the name of each."""
        self._world, self._session, self._prefix = world, session, prefix

    def __enter__(self) -> Databases:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def parts(self) -> list[Part]:
        """The databases in the order of the world's declaration."""
        from datagen.loading.load_all import parts_of

        found = parts_of(self._session.backend, self._world.metadata, self._prefix)
        return sorted(found, key=lambda part: self._world.databases.index(part.name))

    @property
    def where(self) -> str:
        """Where the tables are, in words and without a password."""
        names = [self._prefix + name for name in self._world.databases]
        server = self._session.server
        first = f"in the embedded PostgreSQL in {server.directory}, databases {names[0]}" if server else None
        places = [first or self.parts[0].backend.place, *names[1:]]
        return f"{', '.join(places)}{self._session.within}"

    def connect(self, *, create_database: bool = False) -> None:
        """Connect to all of them, starting the embedded server if that is the one; `create_database` creates them.

        In the embedded server, which is ours, they are created anyway.

        Raises: `NoSuchDatabase`, `DatabaseError`.
        """
        self._session.start()
        for part in self.parts:
            part.backend.connect(create_database=create_database or self._session.server is not None)

    def close(self) -> None:
        """Close the connections; an embedded server goes on running."""
        for part in self.__dict__.get("parts", ()):
            part.backend.close()

    def how_to_open(self) -> str:
        """The command that opens psql on one of the databases, without its password."""
        return self._session.how_to_open(self.parts[0].backend)

    def load(self, directory: Path, *, truncate: bool = False) -> Loaded:
        """Load a directory into all of them or none, and say what was done; see `datagen.loading.load_all`.

        Raises: `DataError` for data that must not be loaded, `DatabaseError` for all else that fails.
        """
        from datagen.loading.load_all import load_all
        from datagen.loading.preflight import opened

        report = self._session.report
        with opened(directory, self._world.metadata, self._world.name) as files:
            for warning in files.warnings:
                report.say(f"Note: {warning}")
            done = load_all(self.parts, files, schema=self._session.schema, truncate=truncate, report=report)
        kept = f"; {', '.join(done.kept)} kept {'its' if len(done.kept) == 1 else 'their'} rows" if done.kept else ""
        rows = sum(done.rows.values())
        tables, databases = len(done.rows), len(self.parts)
        report.say(f"Loaded {rows:,} rows into {tables} tables of {databases} databases in {done.seconds:.2f} s{kept}.")
        return done

    def verify(self, directory: Path | None = None, given: Options | None = None) -> Verdict:
        """Verify what they hold by every rule, changing nothing, and say how it came out; see `verify_loaded`.

        Raises: `DataError` for a directory without a manifest, `DatabaseError` if there is no table, `UsageError` if
        nothing tells the time.
        """
        from datagen.loading.verify import verify_all

        manifest, report = manifest_of(directory), self._session.report
        verdict = verify_all(
            self.parts, self._world, given, schema=self._session.schema, manifest=manifest, progress=report
        )
        report.say(f"\n{summary(verdict)}")
        return verdict

    def status(self) -> list[DatabaseStatus]:
        """What each of them holds, by its load record; nothing is created."""
        from datagen.loading.load_all import status

        self._session.start()
        return status(self.parts, self._session.schema)


def is_whole(found: Sequence[DatabaseStatus]) -> bool:
    """Whether all databases are there and hold rows of one and the same load."""
    from datagen.loading.load_all import why_apart

    return all(item.exists and item.files for item in found) and not why_apart(found)


def plain(found: Sequence[DatabaseStatus]) -> dict[str, Any]:
    """What the databases hold, as values of JSON."""
    from datagen.loading.load_all import why_apart

    databases = {
        item.name: {
            "place": item.place,
            "exists": item.exists,
            "tables": {file.table_name: file.row_count for file in item.files},
            "rows": item.rows,
            "generations": sorted(item.generations),
            "loaded_at": item.loaded_at,
            "waiting": item.waiting,
        }
        for item in found
    }
    return {"databases": databases, "apart": why_apart(found) or None}


def as_text(found: Sequence[DatabaseStatus]) -> str:
    """What the databases hold, as lines of columns, and why they do not belong together if they do not."""
    from datagen.loading.load_all import why_apart

    lines = [("database", "tables", "rows", "generation", "loaded")]
    for item in found:
        generation = ", ".join(sorted(name[:8] for name in item.generations))
        tables = str(len(item.files)) if item.exists else "missing"
        lines.append((item.name, tables, f"{item.rows:,}", generation or "none", item.loaded_at or ""))
    apart = why_apart(found)
    return aligned(lines, left=(0, 4)) + (f"\n{apart}" if apart else "")
