"""`python -m datagen.payments` is the console command `payments`."""

from datagen.payments.command import main

main()
