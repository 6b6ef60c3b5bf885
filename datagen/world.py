"""A world as the engine sees it: one small declaration, whose heavy parts are imported when they are first used.

A world is a sub-package with a module `world` that declares `WORLD`. Parts that take time to import are given as import
strings, `"package.module:name"`; what costs nothing, and what tests declare on the spot, as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import datagen
from datagen.frozen import dataclass
from datagen.table_facts import FILE, read_facts

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from datagen.table_facts import Facts

T = TypeVar("T")
Options = Mapping[str, Any]
"""What decides the content of a data set, as its manifest states it: values of JSON by name."""


@dataclass(frozen=True)
class Window:
    """The time that a data set covers: from its first day up to the end of the day before the as-of day."""

    start: dt.date
    as_of: dt.date

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.as_of - self.start).days


def dates_in(options: Options) -> Window:
    """The window of options that state it as `start_date`, the first day, and `end_date`, the as-of day.

    Raises `KeyError`, `TypeError` or `ValueError` where they do not.
    """
    return Window(*(dt.date.fromisoformat(options[name]) for name in ("start_date", "end_date")))


def nothing_more(options: Options) -> Mapping[str, Any]:
    """No parameters, or relations, besides those that every world has."""
    del options
    return {}


@dataclass(frozen=True)
class World:
    """What the engine needs to write, verify, load, verify in a database, document and report a world.

    Every part may be an import string, but for names and texts.
    """

    name: str
    """As in manifests and commands, `fitness`."""
    title: str
    """As in the first line of a run, `Fitness centres`."""
    tables: MetaData | str
    """The tables; see `metadata`."""
    root: type | str
    """The class of the rules; see `rules`."""
    checks: Path | str
    """The directory of the SQL files with the rules of the data; see `sql`."""
    summary: str = ""
    """What is in it, in a few words, as lists of worlds say it: `members, payments, visits, classes`."""
    window_of: Callable[[Options], Window] = dates_in
    """The window that options state; raises `KeyError`, `TypeError` or `ValueError` where they do not."""
    window_options: tuple[str, ...] = ("--start-date", "--end-date")
    """The options that state the window, as a user types them; the names in manifests are the same, with `_`."""
    unstated: Options = field(default_factory=dict)
    """What holds of options that a manifest does not state."""
    parameters_of: Callable[[Options], Mapping[str, Any]] = nothing_more
    """Parameters of its SQL, by name, besides the window and the rules."""
    relations_of: Callable[[Options], Mapping[str, str]] | str = nothing_more
    """Relations that its SQL finds in a database besides the tables: a query each, by name; none for other options."""
    view_files: Path | str | None = None
    """A directory of SQL files, a view each, that a load creates; see `views`."""
    index_file: Path | str | None = None
    """A file of SQL statements that create indexes for reports; see `indexes`."""
    plot_files: Path | str | None = None
    """A directory of SQL files with the plots of its report; see `datagen.report.plots`."""
    timeline_files: Path | str | None = None
    """A directory of SQL files that say whose life can be explained; see `datagen.explain`."""
    databases: tuple[str, ...] = ()
    """The names of its databases, all on one server, if it has several: those that the tables name in their `info`. By
    default one, of its own name. Views, indexes for reports and histories that grow are for a world in one database."""
    directory: str = "generated_data"
    """Where its files are unless a directory is named."""
    verify_files: Callable[[Path, int | None, Any, int | None], Any] | str | None = None
    """Verifies a directory that has no manifest: its path, workers, progress, and MiB of memory give a `Verdict`."""
    sources_of: Callable[[Path], Any] | str | None = None
    """What the checks of a directory read besides its tables, `datagen.checks.questions.Sources`; None for nothing."""
    history_of: Callable[[Path], Any] | str | None = None
    """What the directory of a history that grows holds, a `DirectoryHistory`; None where data sets replace others."""
    partitions: Mapping[str, str] = field(default_factory=dict)
    """The column by whose months a table may be partitioned in a database, by table."""
    sample: Options = field(default_factory=dict)
    """Options of a small data set for tests, as a call from Python takes them; with days, so that it never changes."""
    usual: bool = False
    """Whether it is the world that is meant where none is named; one world is."""
    settings: tuple[str, ...] = ()
    """Options of its own commands that may be set in the environment, as `mdm_dir` for DATAGEN_MDM_DIR."""
    hints: Mapping[str, str] = field(default_factory=dict)
    """The world's own commands by verb - `load`, `verify`, `psql` -, as messages name them; `{directory}` stands for a
    directory. Where there is none, messages name `datagen WORLD VERB`."""
    scripts: Mapping[str, str] = field(default_factory=dict)
    """The installed command that does the same as a script, by the script's name."""
    commands: Mapping[str, str] = field(default_factory=dict)
    """Its own commands by verb, such as `generate`, each an import string; they replace those that worlds share."""

    def __post_init__(self) -> None:
        """Raise `ValueError` for a declaration that asks of several databases what only one can do."""
        if self.databases and (self.view_files or self.index_file or self.history_of):
            raise ValueError(f"The world {self.name} has several databases, and views, indexes or a history as well.")

    @property
    def metadata(self) -> MetaData:
        """The tables, with types, keys and comments."""
        found: MetaData = loaded(self.tables)
        return found

    @property
    def facts(self) -> Facts:
        """What files need to know of the tables: from the file of the package, if it has one."""
        if isinstance(self.tables, str):
            home = import_module(self.tables.partition(":")[0].rpartition(".")[0])
            path = Path(str(home.__file__)).with_name(FILE)
            if path.exists():
                return read_facts(path)
        from datagen.schema import table_facts

        return table_facts(self.metadata)

    @property
    def rules(self) -> Any:
        """The rules as they are if nobody changes them."""
        return loaded(self.root)()

    @property
    def sql(self) -> Path:
        """The directory of the SQL files with the rules of the data."""
        found: Path = loaded(self.checks)
        return found

    @property
    def views(self) -> Path | None:
        """The directory of the views, if there are any."""
        found: Path | None = loaded(self.view_files)
        return found

    @property
    def indexes(self) -> Path | None:
        """The file of the indexes for reports, if there are any."""
        found: Path | None = loaded(self.index_file)
        return found

    @property
    def plots(self) -> Path | None:
        """The directory of the plots, if there are any."""
        found: Path | None = loaded(self.plot_files)
        return found

    @property
    def timelines(self) -> Path | None:
        """The directory that says whose life can be explained, if any can."""
        found: Path | None = loaded(self.timeline_files)
        return found

    def stated(self, options: Options | None) -> Options:
        """The options of a manifest or a load, with what holds of those that it leaves out; none if there are none."""
        return {**self.unstated, **options} if options else {}

    def relations(self, options: Options) -> Mapping[str, str]:
        """Relations that its SQL finds in a database besides the tables, for what the load noted."""
        found: Mapping[str, str] = loaded(self.relations_of)(options)
        return found


def loaded(part: Any) -> Any:
    """What an import string names; anything else as it is."""
    if not isinstance(part, str):
        return part
    module, _, name = part.partition(":")
    return getattr(import_module(module), name)


@cache
def worlds() -> Mapping[str, World]:
    """All worlds of the package by name, in the order of their names."""
    homes = sorted(path.parent.name for place in datagen.__path__ for path in Path(place).glob("*/world.py"))
    declared = [import_module(f"datagen.{home}.world").WORLD for home in homes]
    return {world.name: world for world in declared}
