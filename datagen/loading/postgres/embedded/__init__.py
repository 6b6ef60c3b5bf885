"""A PostgreSQL server of the project's own, from a Python wheel, in a directory of the user's."""
