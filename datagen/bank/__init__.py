"""The bank world: people, accounts, loans, insurance and compliance of a retail bank, in six databases."""
