"""`python -m datagen.bank` is the console command `dhub`."""

from datagen.interrupts import start


def main() -> None:
    """Run the command."""
    start("datagen.bank.commands.dhub")


if __name__ == "__main__":
    main()
