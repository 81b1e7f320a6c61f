"""refiner.ledger."""
