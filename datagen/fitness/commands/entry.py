"""The console commands of the fitness world: each module is imported once Ctrl-C is seen to."""

from datagen.interrupts import start

_HERE = __name__.rpartition(".")[0]


def complete() -> None:
    """`fitness`."""
    start(f"{_HERE}.complete")


def reference() -> None:
    """`fitness-mdm`."""
    start(f"{_HERE}.reference")


def transactional() -> None:
    """`fitness-ods`."""
    start(f"{_HERE}.transactional")


def supplementary() -> None:
    """`fitness-additional`."""
    start(f"{_HERE}.supplementary")


def loader() -> None:
    """`fitness-load`."""
    start(f"{_HERE}.loader")
