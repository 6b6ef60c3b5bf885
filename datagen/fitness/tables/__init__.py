"""The 23 tables of the fitness world, written once: types, keys, NOT NULL, CHECK and the meaning of each column.

Column names and their order are those of docs/fitness-tables.md, where the tables stand in the order of these imports.
Importing this costs SQLAlchemy; the allowed values alone are in `datagen.fitness.vocabulary`.
"""

from datagen.fitness.tables import reference, transactional, supplementary  # isort: skip
from datagen.fitness.tables.declare import metadata

__all__ = ["metadata", "reference", "supplementary", "transactional"]
