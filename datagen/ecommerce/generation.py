"""A marketplace written as files: a table each, and one manifest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.ecommerce.rules import EcommerceRules
from datagen.ecommerce.size import Size
from datagen.ecommerce.world import WORLD
from datagen.jobs import Content, Writing, write
from datagen.output.file_names import CSV

if TYPE_CHECKING:
    from datagen.ecommerce.dataset import EcommerceDataset
    from datagen.progress import Progress

_PHASES = ("Catalogue", "Orders and their items")


@dataclass(frozen=True)
class Choices:
    """What decides the content of a marketplace."""

    size: Size
    seed: int
    start: dt.date
    as_of: dt.date
    rules: EcommerceRules

    def options(self) -> dict[str, object]:
        """As the manifest states them, besides the seed."""
        from datagen.rules import changes

        return {
            "start_date": self.start,
            "end_date": self.as_of,
            **self.size.plain(),
            "rules": changes(self.rules),
        }

    def dataset(self) -> EcommerceDataset:
        """The marketplace, with no order made yet.

        Raises:
            UsageError: for promotions or orders that the catalogue has no room for.
        """
        from datagen.calendar import day_number
        from datagen.ecommerce.catalogue import Span
        from datagen.ecommerce.dataset import EcommerceDataset
        from datagen.ecommerce.market import make_market

        span = Span(day_number(self.start), day_number(self.as_of))
        return EcommerceDataset(make_market(self.size, self.rules, span, self.seed))


def export(
    directory: Path,
    choices: Choices,
    *,
    workers: int = 1,
    kind: str = CSV,
    progress: Progress | None = None,
) -> Path:
    """Write a marketplace as files of a format, with a manifest, whole or not at all; gives the directory.

    Raises:
        UsageError: for promotions or orders that the catalogue has no room for.
        OutputError: if the directory cannot be written, or holds what is not ours.
    """
    from datagen.progress import Progress

    report = progress or Progress(quiet=True)
    writing = Writing(kind, workers, _PHASES)
    write(
        WORLD, directory, choices.seed, lambda: Content(choices.options(), dataset=choices.dataset()), writing, report
    )
    return directory
