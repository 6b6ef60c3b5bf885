"""The payments world: merchants of a payments aggregator, their payments by card, day after day."""
