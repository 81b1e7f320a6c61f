"""The measure: golden samples, run through the real pipeline, scored."""
