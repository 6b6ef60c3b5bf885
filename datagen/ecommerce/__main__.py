"""`python -m datagen.ecommerce` is the console command `ecommerce`."""

from datagen.interrupts import start


def main() -> None:
    """Run the command."""
    start("datagen.ecommerce.command")


if __name__ == "__main__":
    main()
