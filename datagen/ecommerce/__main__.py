"""`python -m datagen.ecommerce` is the console command `ecommerce`."""

from datagen.ecommerce.command import main

main()
