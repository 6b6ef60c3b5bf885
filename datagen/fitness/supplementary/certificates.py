"""The certificates of instructors, renewed in time as long as they are employed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import add_months
from datagen.columns import NULL, Coded, Columns, Day, Labels, Numbered, Serial
from datagen.fitness import vocabulary
from datagen.fitness.frames import Reference
from datagen.fitness.roster import Roster
from datagen.sampling import scaled, scattered
from datagen.streams import Streams

_STATUS = Labels.of(vocabulary.CERTIFICATE_STATUSES)
_ACTIVE, _EXPIRED = range(len(vocabulary.CERTIFICATE_STATUSES))
_ROUNDS = 1 << 9  # certificates one after the other that one person can have, twice what the shortest validity gives
_DIGITS = 12
_LEAST_PROGRESS = 10  # days that a renewal is later than what it renews


def certificate_columns(reference: Reference, roster: Roster, streams: Streams, as_of: int) -> Columns:
    """staffcertifications, by day of issue. Renewals come 18-45 days before expiry (`rules.roster.renewal_days`), so
    that classes scheduled ahead find a certificate that is valid; who has left renews no more."""
    held, leaves = roster.certified_from, reference.staff.leaves
    last = np.where(leaves == NULL, as_of - 1, np.minimum(leaves, as_of - 1))
    who, which = np.nonzero((held != NULL) & (held <= last[:, None]))
    months, until = reference.certifications.months.take(which), last.take(who)
    low, high = roster.rules.renewal_days
    row, issued = np.arange(len(who)), held[who, which].astype(np.int64)
    pieces: list[tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.int64], int]] = []
    for turn in range(_ROUNDS):
        if not len(row):
            break
        expiry = add_months(issued, months.take(row)).astype(np.int64)
        pieces.append((row, issued, expiry, turn))
        lead = low + scaled(
            streams.lanes(held.size, "renewal", turn)[who[row] * held.shape[1] + which[row]], high - low + 1
        )
        again = np.maximum(expiry - lead, issued + _LEAST_PROGRESS)
        due = again <= until.take(row)
        row, issued = row[due], again[due]
    turns = np.concatenate([np.full(len(piece[0]), piece[3]) for piece in pieces] or [np.zeros(0, np.int64)])
    row, issued, expiry = (np.concatenate([piece[i] for piece in pieces] or [np.zeros(0, np.int64)]) for i in range(3))
    order = np.lexsort((row, issued))
    row, issued, expiry, turns = row[order], issued[order], expiry[order], turns[order]
    key = (who[row] * held.shape[1] + which[row]) * _ROUNDS + turns
    number = scattered(key.astype(np.int64), 10**_DIGITS, streams, "number")
    return {
        "staffcertificationid": Serial("SCE", 5, 1, len(row)),
        "staffid": Coded(who[row], reference.staff.ids),
        "certificationid": Coded(which[row], reference.certifications.ids),
        "certificationdate": Day(issued.astype(np.int32)),
        "expirydate": Day(expiry.astype(np.int32)),
        "certificationnumber": Numbered("C", _DIGITS, number),
        "status": Coded(np.where(expiry > as_of, _ACTIVE, _EXPIRED), _STATUS),
    }
