"""One file of text, put in its place whole or not at all."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from datagen.errors import OutputError


def put_text(path: Path, text: str, advice: str, *, parents: bool = False) -> Path:
    """Write text as a file in UTF-8, which takes the place of what was there; gives its path.

    It is written beside its place and renamed, so that nobody reads half of it. With `parents`, directories above it
    are made. `advice` is a sentence that ends the message if it cannot be done.

    Raises:
        OutputError: if it cannot be written; what was there is there still.
    """
    beside = path.with_name(f".{path.name}.inprogress")
    try:
        if parents:
            path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"{path} cannot be written: {reason}. {advice}") from error
    return path
