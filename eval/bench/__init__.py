"""Benchmarks: `python -m eval.bench NAME`."""
