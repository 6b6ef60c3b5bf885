"""The errors a user can meet.

    DatagenError                exit status 1
    ├── UsageError              an option or a rule with a value that cannot be (exit status 2)
    │   └── RuleError           ... a rule of a world
    │       └── ConflictError   ... several of these at once
    ├── InputError              a file or directory that cannot be read, or is not what it should be
    ├── FrameError              a reference frame that cannot be worked from
    ├── PoolError               a file of names or texts that cannot be drawn from
    ├── StateError              a state file that a history cannot be continued from
    ├── CheckError              data that breaks its own rules
    ├── OutputError             a directory or file that cannot be written or replaced
    ├── DatabaseError           a database that cannot be reached, or that refuses what is to be done
    │   └── NoSuchDatabase      ... because it does not exist
    ├── WorkerError             a worker that ended before its work was done, or that cannot take part
    └── DataError               files or rows that a database must not take

Status 2 is about what was typed: an option, its value, a rule. Status 1 is about all else: data that is wrong, and
directories, files and databases that are not there or not what they should be.

Each message says what, where, why and what to do next in one or two lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class DatagenError(Exception):
    """Something the user can mend; the message is shown as it is, without a traceback."""

    exit_status = 1


class UsageError(DatagenError):
    """An option with a value that cannot be used."""

    exit_status = 2


class RuleError(UsageError):
    """A rule of a world that does not exist, or a value it cannot take."""


class ConflictError(RuleError):
    """Several options or rules with values that cannot be, all of which are said at once; a line each."""

    def __init__(self, conflicts: Sequence[UsageError]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__("\n- ".join([f"{len(conflicts)} things cannot be:", *map(str, conflicts)]))


class Conflicts:
    """Collects what is asked for and cannot be, so that all of it is refused at once, before any work."""

    def __init__(self) -> None:
        self._found: list[UsageError] = []

    def add(self, error: UsageError) -> None:
        """Note what cannot be, once."""
        for one in error.conflicts if isinstance(error, ConflictError) else (error,):
            if str(one) not in map(str, self._found):
                self._found.append(one)

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note the `UsageError` that is raised within, and go on after it."""
        try:
            yield
        except UsageError as error:
            self.add(error)

    def value_of(self, make: Callable[[], T], otherwise: T) -> T:
        """What is made; where that cannot be, this is noted, and something else is given to go on with."""
        with self.noted():
            return make()
        return otherwise

    def refuse(self) -> None:
        """Raise what has been noted.

        Raises:
            UsageError: if it is one thing, the error of that; a `ConflictError` of several.
        """
        if len(self._found) > 1:
            raise ConflictError(self._found)
        if self._found:
            raise self._found[0]


class InputError(DatagenError):
    """A file or directory that is to be read and cannot be, or holds something else than it should."""


class FrameError(DatagenError):
    """A reference frame with a missing column, an unknown id, a wrong type or nothing to work with."""


class PoolError(DatagenError):
    """A file of names or texts that cannot be read, with a line that cannot be, or with too few."""


class StateError(DatagenError):
    """A state file that is broken, of something else, or edited into what cannot be."""


class CheckError(DatagenError):
    """Data that breaks a rule of its world or its schema."""


class OutputError(DatagenError):
    """An output directory or file that cannot be written or must not be replaced."""


class DatabaseError(DatagenError):
    """A database that cannot be reached or refuses a statement; passwords are never part of the message."""


class NoSuchDatabase(DatabaseError):  # noqa: N818 - it is a DatabaseError, and says which
    """The server is there, the database is not."""


class WorkerError(DatagenError):
    """A worker process that was killed, or had no memory left, before its work was done."""


class DataError(DatagenError):
    """Files that are not a whole data set, or a row that breaks its table's rules; the database is as it was."""


def listed(names: Sequence[str], most: int) -> str:
    """Names as messages list them, so many at most: `a, b and 3 more`."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
