"""How fast an unchanged graph is told, beside a bare walk over the same tree.

`python -m eval.bench scan [PAGES]`
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from eval.bench.made_graph import make_graph
from refiner.graph.scan import scan
from refiner.logseq import GraphConfig

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = 10_000
ROUNDS = 9


def walk(folder: str) -> int:
    """`os.scandir` and `stat` of every file, and nothing else."""
    count = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                count += walk(entry.path)
            else:
                entry.stat()
                count += 1
    return count


def milliseconds(work: Callable[[], object]) -> float:
    """Median of some rounds."""
    took = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - started))
    return statistics.median(took)


def main() -> None:
    """Print both, and their ratio."""
    count = int(sys.argv[2]) if len(sys.argv) > 2 else PAGES  # noqa: PLR2004 - name, then pages
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_graph(root, count)
        config = GraphConfig()
        known = scan(root, config).pages
        ours = milliseconds(lambda: scan(root, config).pages == known)
        bare = milliseconds(lambda: walk(folder))
    print(f"{len(known)} pages, nothing changed")
    print(f"scan and compare   {ours:8.1f} ms")
    print(f"scandir and stat   {bare:8.1f} ms")
    print(f"ratio              {ours / bare:8.2f}")
