"""The e-commerce world: a marketplace's database of products, promotions and orders."""
