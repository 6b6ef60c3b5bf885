"""Generators of realistic, relationally consistent business data."""

__version__ = "0.1.0"
