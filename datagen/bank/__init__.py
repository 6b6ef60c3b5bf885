"""The bank world: people, accounts, loans, insurance and compliance of a retail bank, in six databases."""

from datagen.callable_package import make_callable

make_callable(__name__)
