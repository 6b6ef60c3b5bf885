"""The vocabularies of the fitness world as labels of coded columns."""

from __future__ import annotations

from datagen.columns import Labels
from datagen.fitness import vocabulary

MEMBERSHIP_STATUS = Labels.of(vocabulary.MEMBERSHIP_STATUSES)
PAYMENT_TYPE = Labels.of(vocabulary.PAYMENT_TYPES)
PAYMENT_METHOD = Labels.of(vocabulary.PAYMENT_METHODS)
PAYMENT_STATUS = Labels.of(vocabulary.PAYMENT_STATUSES)
ACCESS_METHOD = Labels.of(vocabulary.ACCESS_METHODS)
CLASS_STATUS = Labels.of(vocabulary.CLASS_STATUSES)
ENROLLMENT_STATUS = Labels.of(vocabulary.ENROLLMENT_STATUSES)
