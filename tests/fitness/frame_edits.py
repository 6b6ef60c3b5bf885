"""Edits of reference frames: functions of all frames that give those that they change."""

from __future__ import annotations

import datetime as dt

from datagen.calendar import day_number

END = "2026-01-01"
AS_OF = day_number(dt.date.fromisoformat(END))


def put(table: str, column: str, value: object, row: int = 2):
    """An edit that puts a value into one row of a column."""

    def edit(frames):
        frame = frames[table].astype({column: object})
        frame.loc[frame.index[row], column] = value
        return {table: frame}

    return edit


def every(table: str, **columns: object):
    """An edit that puts a value, or what a function makes of the frame, into columns."""

    def edit(frames):
        frame = frames[table]
        return {table: frame.assign(**columns)}

    return edit


def keep(table: str, wanted):
    """An edit that keeps the rows for which a condition holds."""
    return lambda frames: {table: frames[table][wanted(frames[table])]}


def turned(table: str, column: str, into):
    """An edit that turns a column into another type."""
    return every(table, **{column: lambda frame: into(frame[column])})
