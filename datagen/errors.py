"""The errors a user can meet.

    DatagenError                exit status 1
    ├── UsageError              an option or a rule with a value that cannot be (exit status 2)
    │   └── RuleError           ... a rule of a world
    ├── FrameError              a reference frame that cannot be worked from
    └── OutputError             a directory or file that cannot be written or replaced

Each message says what, where, why and what to do next in one or two lines.
"""

from __future__ import annotations


class DatagenError(Exception):
    """Something the user can mend; the message is shown as it is, without a traceback."""

    exit_status = 1


class UsageError(DatagenError):
    """An option with a value that cannot be used."""

    exit_status = 2


class RuleError(UsageError):
    """A rule of a world that does not exist, or a value it cannot take."""


class FrameError(DatagenError):
    """A reference frame with a missing column, an unknown id, a wrong type or nothing to work with."""


class OutputError(DatagenError):
    """An output directory or file that cannot be written or must not be replaced."""
