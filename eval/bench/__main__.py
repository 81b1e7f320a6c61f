"""`python -m eval.bench NAME`: run one benchmark and print its table."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = ("cluster", "dispatch", "embedded", "graph", "parse", "requests", "scale", "scan", "web")


def main() -> None:
    """Run the benchmark that the first word names."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in NAMES:
        sys.exit(f"name a benchmark: {', '.join(NAMES)}")
    import_module(f"eval.bench.{name}").main()


main()
