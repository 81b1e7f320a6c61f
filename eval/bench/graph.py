"""Whole graphs: first runs, a run with nothing new, a run after one page changed.

`python -m eval.bench graph [PAGES …]`; with several sizes, how the times grow.
"""

from __future__ import annotations

import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from eval.bench.made_graph import ITEMS, make_graph

PAGES = 10_000
PLOT = Path("eval/bench/graph.png")
GROWING = ("cards, first", "refine, first", "refine, nothing changed", "refine, one page changed")
STAT = (
    "import os,sys\n"
    "def walk(p):\n"
    "    with os.scandir(p) as entries:\n"
    "        for e in entries:\n"
    "            walk(e.path) if e.is_dir() and e.name != '.git' else e.stat()\n"
    "walk(sys.argv[1])"
)


class Took(NamedTuple):
    """Seconds on the wall and of CPU, and the peak of memory in MB."""

    wall_s: float
    cpu_s: float
    rss_mb: float


def took(*command: str | Path) -> Took:
    """Run a command, its output thrown away.

    Raises:
        subprocess.CalledProcessError: It failed.
    """
    started = time.monotonic()
    words = list(map(str, command))
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.monotonic() - started
    if os.waitstatus_to_exitcode(status):
        raise subprocess.CalledProcessError(status, words, stderr=error)
    return Took(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure(pages: int, folder: Path) -> dict[str, Took]:
    """All figures for a graph of so many pages."""
    root = folder / "graph"
    make_graph(root, pages)
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    refiner: list[str | Path] = [sys.executable, "-m", "refiner"]
    refine: list[str | Path] = [*refiner, "refine", "--model", "none", root]
    rows = {
        "python -c pass": took(sys.executable, "-c", "pass"),
        "refiner --help": took(*refiner, "--help"),
        "scandir and stat": took(sys.executable, "-c", STAT, root),
        "cards, first": took(*refiner, "cards", "--json", root),
        "refine, first": took(*refine),
        "refine, nothing changed": took(*refine),
    }
    page = root / "pages" / "Book 1 (highlights).md"
    page.write_bytes(page.read_bytes() + b"\n\t- What is a harbor? #car\n\t\t- A place for ships.")
    rows["refine, one page changed"] = took(*refine)
    git: list[str | Path] = ["git", "-C", root]
    took(*git, "init", "-q")
    took(*git, "add", "-A")
    rows["git status"] = took(*git, "status")
    return rows


def plot(found: dict[int, dict[str, Took]], path: Path) -> None:
    """Draw seconds over pages, both on a logarithmic scale; needs the group `bench`."""
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4.5))
    for name in GROWING:
        seconds = [rows[name].wall_s for rows in found.values()]
        axes.loglog(list(found), seconds, marker="o", label=name)
    axes.set(xlabel="pages (6 items on each)", ylabel="seconds")
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> None:
    """Measure and print."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sizes = [int(word) for word in sys.argv[2:]] or [PAGES]
    found = {}
    for pages in sizes:
        with tempfile.TemporaryDirectory(prefix="refiner-bench-") as folder:
            found[pages] = rows = measure(pages, Path(folder))
        print(f"{pages} pages, {pages * ITEMS} items")
        for name, row in rows.items():
            print(
                f"  {name:26} {row.wall_s:8.2f} s  cpu {row.cpu_s:8.2f} s  rss {row.rss_mb:6.0f} MB"
            )
        first = rows["refine, first"].wall_s
        print(f"  refine, first: {pages * ITEMS / first:,.0f} items a second")
    if len(sizes) > 1:
        plot(found, PLOT)
        print(f"plot: {PLOT}")
        for name in GROWING:
            low, high = sizes[0], sizes[-1]
            grown = found[high][name].wall_s / found[low][name].wall_s
            print(f"  {name}: exponent {math.log(grown) / math.log(high / low):.2f}")
