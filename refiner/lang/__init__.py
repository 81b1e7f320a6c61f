"""What depends on a language."""
