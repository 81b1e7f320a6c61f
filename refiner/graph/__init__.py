"""A graph on disk: its pages found, read and replaced."""
