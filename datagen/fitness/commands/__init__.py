"""The public faces of the fitness world: classes to import, and the commands that are typed."""
