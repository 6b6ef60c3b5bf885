"""Which backend loads into the database of a URL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from datagen.errors import UsageError

if TYPE_CHECKING:
    from datagen.loading.backend import Backend


def backend_for(url: str, name: str = "The database URL") -> Backend:
    """The backend of the database that a URL leads to; `name` is what messages call the URL. Nothing is connected yet.

    Raises: `UsageError` for a scheme that no backend has, or a URL that is none.
    """
    from datagen.loading.postgres.backend import FACTS, PostgresBackend

    scheme = re.match(r"\s*([A-Za-z][\w+.-]*)://", url)
    if scheme and scheme[1].partition("+")[0].lower() not in FACTS.schemes:
        raise UsageError(
            f"{name} begins with {scheme[1]}://, a kind of database that data cannot be loaded into; "
            f"{FACTS.schemes[0]}:// can."
        )
    return PostgresBackend(url, name)
