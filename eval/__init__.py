"""The golden eval and the benchmarks."""
