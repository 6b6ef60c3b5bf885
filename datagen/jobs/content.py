"""What is asked for of a data set: the world, what it is made of, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from datagen.frozen import dataclass
from datagen.output.file_names import CSV
from datagen.world import Options, World

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from datagen.control_totals import Totals
    from datagen.dataset import Dataset
    from datagen.output.manifest import Written


@dataclass(frozen=True)
class Content:
    """What a data set is made of."""

    options: Options
    """What decides the content, as the manifest states it; dates may stand in it as such."""
    frames: Mapping[str, pd.DataFrame | pa.Table] = field(default_factory=dict)
    """Tables that are there already, by name."""
    dataset: Dataset | None = None
    """The other tables, as a stream of units."""
    recipe: Callable[[], Dataset] | None = None
    """Makes the same data set anew on another machine; picklable. None for one that cannot be."""


@dataclass(frozen=True)
class Parts:
    """How a data set is written in parts."""

    rows: int | None = None
    """Rows of a group of units, of all tables together, about; None for what takes a worker about a second."""
    resume: bool = False
    """Go on with what a run that was ended has finished."""
    cluster: str | None = None
    """The scheduler whose workers write them, by address or file; None for workers of this machine."""


@dataclass(frozen=True)
class Writing:
    """How a data set is written; nothing of it changes the content."""

    format: str = CSV
    workers: int = 1
    phases: tuple[str, str] = ("Reference tables", "Transactions")
    """What the two phases are called: the tables that are there already, and the stream."""
    parts: Parts | None = None
    """How it is written in parts, side by side; None for whole files."""


@dataclass(frozen=True)
class Request:
    """A data set that is asked for."""

    world: World
    seed: int
    content: Callable[[], Content]
    """Makes what it is made of; called when it is known that the place may be written to, within the first phase."""
    writing: Writing = field(default_factory=Writing)

    def manifest(
        self,
        made: Content,
        files: Mapping[str, Written],
        totals: Totals,
        inside: Mapping[str, Mapping[str, int]] | None = None,
    ) -> bytes:
        """The text of the manifest of what was made; `inside` as `datagen.output.manifest.build` takes it."""
        from datagen.output.manifest import build

        return build(
            self.world.facts,
            files,
            world=self.world.name,
            seed=self.seed,
            options=made.options,
            totals=totals.by_table,
            title=self.world.title,
            inside=inside,
        )
