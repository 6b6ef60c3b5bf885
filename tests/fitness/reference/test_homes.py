"""Near which club members live: one that had opened when they joined, a larger one more likely."""

from __future__ import annotations

import numpy as np

from datagen.fitness.reference.homes import home_clubs
from datagen.fitness.rules.members import MemberRules
from datagen.streams import Streams


def test_who_joined_before_any_club_had_opened_lives_near_the_first_one():
    opened, size = np.array([1_000, 1_010, 1_200]), np.array([1.0, 3.0, 1.0])
    joined = np.repeat([900, 999, 1_000, 1_100, 5_000], 400)
    club = home_clubs(Streams(3), joined, opened, size, MemberRules())
    assert (club[joined <= 1_000] == 0).all()
    assert set(club[joined == 1_100].tolist()) == {0, 1}
    late = np.bincount(club[joined == 5_000], minlength=3)
    assert late.min() > 0
    assert late[1] > late[0] + late[2]
