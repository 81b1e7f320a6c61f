"""refiner.llm."""
