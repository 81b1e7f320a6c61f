"""refiner.tasks."""
