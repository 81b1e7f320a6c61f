"""`python -m refiner`."""

from refiner.cli import main

main()
