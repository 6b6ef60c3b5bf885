"""The e-commerce world: a marketplace's database of products, promotions and orders."""

from datagen.callable_package import make_callable

make_callable(__name__)
