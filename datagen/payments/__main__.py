"""`python -m datagen.payments` is the console command `payments`."""

from datagen.interrupts import start


def main() -> None:
    """Run the command."""
    start("datagen.payments.command")


if __name__ == "__main__":
    main()
