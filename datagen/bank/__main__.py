"""`python -m datagen.bank` is the console command `dhub`."""

from datagen.bank.commands.dhub import main

main()
