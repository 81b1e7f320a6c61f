"""`python -m refiner`."""

from refiner.cli.app import main

main()
