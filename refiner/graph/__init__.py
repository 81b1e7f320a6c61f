"""refiner.graph."""
