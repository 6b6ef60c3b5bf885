"""The fitness world: a chain of fitness centres, its members, classes, machines and staff."""
