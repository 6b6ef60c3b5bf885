"""The payments world: merchants of a payments aggregator, their payments by card, day after day."""

from datagen.callable_package import make_callable

make_callable(__name__)
