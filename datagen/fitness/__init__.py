"""The fitness world: a chain of fitness centres, its members, classes, machines and staff."""

from datagen.callable_package import make_callable

make_callable(__name__)
