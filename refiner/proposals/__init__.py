"""refiner.proposals."""
