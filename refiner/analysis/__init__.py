"""What several tasks read from a text."""
