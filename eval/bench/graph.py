"""Whole graphs: first runs by one process and by two, with nothing new, after one page changed.

`python -m eval.bench graph [PAGES …]`; with several sizes, how the times grow.
"""

from __future__ import annotations

import math
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from eval.bench.made_graph import ITEMS, make_graph

PAGES = 10_000
ROUNDS = 5
NEW_CARD = b"\n\t- What is a harbor? #car\n\t\t- A place for ships."
PLOT = Path("eval/bench/graph.png")
GROWING = (
    "cards, first",
    "cards, two processes",
    "refine, first",
    "refine, two processes",
    "refine, nothing changed",
    "refine, one page changed",
)
STAT = (
    "import os,sys\n"
    "def walk(p):\n"
    "    with os.scandir(p) as entries:\n"
    "        for e in entries:\n"
    "            walk(e.path) if e.is_dir() and e.name != '.git' else e.stat()\n"
    "walk(sys.argv[1])"
)


class Took(NamedTuple):
    """Seconds on the wall and of CPU, and the peak of memory in MB, of a command and its workers.

    Memory that several of its processes share is counted once.
    """

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
    memory = PeakMemory(process.pid)
    memory.start()
    error = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.monotonic() - started
    memory.stop()
    if os.waitstatus_to_exitcode(status):
        raise subprocess.CalledProcessError(status, words, stderr=error)
    peak_mb = max(memory.peak_mb, 0 if memory.has_workers else usage.ru_maxrss / 1024)
    return Took(wall_s, usage.ru_utime + usage.ru_stime, peak_mb)


class PeakMemory(threading.Thread):
    """Looks at a process and its children five times a second.

    Attributes:
        peak_mb: The most that they held together, each shared page counted once.
        has_workers: Whether it had children.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak_mb = 0.0
        self.has_workers = False
        self._pid = pid
        self._ended = threading.Event()

    def run(self) -> None:
        """Look until it is stopped."""
        while not self._ended.wait(0.2):
            with suppress(OSError):
                children = Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split()
                # Workers are started by other threads than the first.
                for task in Path(f"/proc/{self._pid}/task").iterdir():
                    children += (task / "children").read_text().split()
                children = [*dict.fromkeys(children)]
                self.has_workers |= bool(children)
                together = sum(_memory_mb(pid) for pid in (str(self._pid), *children))
                self.peak_mb = max(self.peak_mb, together)

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()
        self.join()


def _memory_mb(pid: str) -> float:
    """What a process holds, its part of what it shares with others."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def measure(pages: int, folder: Path) -> dict[str, Took]:
    """All figures for a graph of so many pages, one process and two in turns."""
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    refiner: list[str | Path] = [sys.executable, "-m", "refiner"]
    roots = [folder / "one", folder / "two"]
    for root in roots:
        make_graph(root, pages)
    took(*refiner, "cards", "--jobs", "1", roots[0] / "pages" / "Book 2 (highlights).md")
    root = roots[0]
    refine: list[str | Path] = [*refiner, "refine", "--model", "none"]
    rows = {
        "python -c pass": took(sys.executable, "-c", "pass"),
        "refiner --help": took(*refiner, "--help"),
        "scandir and stat": took(sys.executable, "-c", STAT, root),
        "cards, first": took(*refiner, "cards", "--json", "--jobs", "1", root),
        "cards, two processes": took(*refiner, "cards", "--json", "--jobs", "2", root),
        "refine, first": took(*refine, "--jobs", "1", root),
        "refine, two processes": took(*refine, "--jobs", "2", roots[1]),
        "refine, nothing changed": _median([took(*refine, root) for _ in range(ROUNDS)]),
    }
    changed = []
    for number in range(ROUNDS):
        page = root / "pages" / f"Book {number + 1} (highlights).md"
        page.write_bytes(page.read_bytes() + NEW_CARD)
        changed.append(took(*refine, root))
    rows["refine, one page changed"] = _median(changed)
    git: list[str | Path] = ["git", "-C", root]
    took(*git, "init", "-q")
    took(*git, "add", "-A")
    rows["git status"] = took(*git, "status")
    return rows


def _median(rounds: list[Took]) -> Took:
    return sorted(rounds)[len(rounds) // 2]


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
                f"  {name:26} {row.wall_s:8.2f} s  cpu {row.cpu_s:8.2f} s"
                f"  memory {row.rss_mb:6.0f} MB"
            )
        first = rows["refine, first"].wall_s
        print(f"  refine, first: {pages * ITEMS / first:,.0f} items a second")
        for name in ("cards", "refine"):
            ratio = rows[f"{name}, two processes"].wall_s / rows[f"{name}, first"].wall_s
            print(f"  {name}: two processes take {ratio:.2f} of the time of one")
    if len(sizes) > 1:
        plot(found, PLOT)
        print(f"plot: {PLOT}")
        for name in GROWING:
            low, high = sizes[0], sizes[-1]
            grown = found[high][name].wall_s / found[low][name].wall_s
            print(f"  {name}: exponent {math.log(grown) / math.log(high / low):.2f}")
