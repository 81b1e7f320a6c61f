"""refiner.review."""
