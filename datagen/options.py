"""Checks of the options that users give; each error names the option, the value and what would do."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path
from typing import Any

from datagen.errors import UsageError

LAST_SEED = 2**63 - 1
MOST_WORKERS = 256
LONGEST_WINDOW = 1200
"""How long a window may be that a user states of data of any origin, in the unit of the world."""
LEAST_MEMORY, MOST_MEMORY = 128, 1 << 20
"""What checks may be given, in MiB."""
_CONTROL_GROUP = [
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
]
"""Files that hold the limit of a control group and what it uses, in bytes; of both versions."""


def whole_number(option: str, value: Any, low: int, high: int) -> int:
    """`value` if it is a whole number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise UsageError(f"{option} must be a whole number from {low:,} to {high:,}, not {_shown(value)}.")
    return value


def seed_number(value: Any) -> int:
    """`value` if it can seed the streams."""
    return whole_number("--seed", value, 0, LAST_SEED)


def worker_count(value: Any) -> int:
    """`value` if so many threads can be had; the number of usable cores where it is None."""
    return whole_number("--workers", usable_cores() if value is None else value, 1, MOST_WORKERS)


def usable_cores() -> int:
    """The cores this process may use, at most as many as there may be workers."""
    import os

    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        cores = os.cpu_count() or 1
    return min(cores, MOST_WORKERS)


def memory_limit(value: Any = None) -> int:
    """The MiB of memory that checks may use: `value`, or by default a quarter of what is free, 512 MiB to 4 GiB."""
    if value is not None:
        return whole_number("--memory", value, LEAST_MEMORY, MOST_MEMORY)
    return min(max(free_memory() // 4, 512), 4096)


def free_memory() -> int:
    """The MiB of memory that are free, on this machine and in the control group of this process; 4096 if unknown."""
    found = [4096 if (machine := _free_of_machine()) is None else machine]
    for limit, used in _CONTROL_GROUP:
        with suppress(OSError, ValueError):  # no such group, or one without a limit ("max")
            found.append((int(Path(limit).read_text()) - int(Path(used).read_text())) >> 20)
    return max(min(found), 0)


def _free_of_machine() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(int(line.split()[1]) >> 10 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, StopIteration):  # not on Linux
        return None


def as_of_day(value: dt.date | str | None) -> dt.date:
    """The as-of day, up to the end of whose eve the data is complete; today by default."""
    from datagen.calendar import FIRST_YEAR, LAST_YEAR  # imports NumPy, which --help can do without

    if value is None:
        return dt.datetime.now().astimezone().date()
    if isinstance(value, dt.datetime):
        value = value.date()
    try:
        day = value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise UsageError(f"--end-date must be a day such as 2026-01-31, not {_shown(value)}.") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UsageError(f"--end-date must lie in the years {FIRST_YEAR} to {LAST_YEAR}, not on {day}.")
    return day


def given_window(**values: Any) -> dict[str, Any]:
    """The options of a window that are given, as a manifest states them: days as ISO texts.

    Raises: `UsageError` for a day or a length that cannot be.
    """
    for name, value in values.items():
        if isinstance(value, int):
            whole_number(f"--{name}", value, 1, LONGEST_WINDOW)
    days = {name: as_of_day(value).isoformat() for name, value in values.items() if name == "end_date" and value}
    return {name: value for name, value in values.items() if value is not None and name != "end_date"} | days


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except ValueError:  # integers of thousands of digits refuse to be printed
        return "a number of thousands of digits"
    return text if len(text) <= 60 else f"{text[:57]}..."
