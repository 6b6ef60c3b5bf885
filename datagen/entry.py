"""The console command `datagen`: what it is made of is imported once Ctrl-C is seen to."""

from datagen.interrupts import start


def main() -> None:
    """Run the command."""
    start("datagen.__main__")
