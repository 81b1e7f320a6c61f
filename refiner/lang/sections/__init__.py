"""The tables of a language's file: a strict model for each."""
