"""Descriptions of a world and its data in the languages of other tools."""
