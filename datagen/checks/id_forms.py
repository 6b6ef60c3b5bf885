# ruff: noqa: S608 - the SQL is made of the world's own files
"""Rules of how ids look, declared in a line each instead of written out in SQL.

    -- K12: Ids of equipmentusage look like USG00000001.
    -- ids: usageid as USG00000001
    from equipmentusage;

holds where each id is the prefix and a number, padded with zeros to as many digits, or more if the count needs them. A
database that has looked at the ids already (`Database.ids`) need not be asked.
"""

from __future__ import annotations

import re

from datagen.checks.engine import Ids
from datagen.frozen import dataclass

_FORM = re.compile(r"(?P<column>\w+) as (?P<prefix>[A-Z]+)(?P<digits>[0-9]+)")
_SOURCE = re.compile(r"from (\w+)")


@dataclass(frozen=True)
class IdForm:
    """How the ids in a column of a table should look."""

    table: str
    column: str
    prefix: str
    digits: int
    """The least that there are."""

    @property
    def sql(self) -> str:
        """A query for the ids that look otherwise."""
        least, prefix = len(self.prefix) + self.digits, len(self.prefix)
        count = f"(select length(cast(count(*) as varchar)) from {self.table})"
        return (
            f"select {self.column} from {self.table}\n"
            f"where not {self.column} ~ '^{self.prefix}[0-9]+$'\n"
            f"   or length({self.column}) < {least}\n"
            f"   or length({self.column}) > {prefix} + greatest({self.digits}, {count})"
        )

    def is_of(self, ids: Ids) -> bool:
        """Whether ids look like this, of which that much is known; the same as that the query finds none."""
        least, prefix = len(self.prefix) + self.digits, len(self.prefix)
        most = prefix + max(self.digits, len(str(ids.rows)))
        return ids.prefix == self.prefix and ids.shortest >= least and ids.longest <= most


def id_form(text: str, source: str) -> IdForm:
    """The form that a line declares, of the table in the rest of the block.

    Raises: `ValueError` for a block that is not of the form above.
    """
    found, table = _FORM.fullmatch(text), _SOURCE.fullmatch(source)
    if not (found and table):
        raise ValueError(f"'{text}' and '{source}' are no lines such as datagen.checks.id_forms tells of.")
    return IdForm(table[1], found["column"], found["prefix"], len(found["digits"]))
