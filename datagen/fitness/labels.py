"""The vocabularies of the fitness world as labels of coded columns."""

from __future__ import annotations

from datagen.columns import Labels
from datagen.fitness import vocabulary

MEMBERSHIP_STATUS = Labels(vocabulary.MEMBERSHIP_STATUSES)
PAYMENT_TYPE = Labels(vocabulary.PAYMENT_TYPES)
PAYMENT_METHOD = Labels(vocabulary.PAYMENT_METHODS)
PAYMENT_STATUS = Labels(vocabulary.PAYMENT_STATUSES)
ACCESS_METHOD = Labels(vocabulary.ACCESS_METHODS)
CLASS_STATUS = Labels(vocabulary.CLASS_STATUSES)
ENROLLMENT_STATUS = Labels(vocabulary.ENROLLMENT_STATUSES)
