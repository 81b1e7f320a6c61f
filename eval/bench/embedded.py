"""Seconds an item of the embedded model: this version beside another, on the same items.

`python -m eval.bench embedded [GRAPH] [CHECKOUT]`: each item that asks something, by this version
and by the one in the other checkout, in turns, each in a process of its own. Twice: without what an
earlier run kept of the prompts, and with it. Without a checkout this version alone is measured.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

from refiner.kept import cache_folder

if TYPE_CHECKING:
    from typing import Any

ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).with_name("embedded_worker.py")


class Version:
    """One checkout's refiner, in a process of its own, with its model loaded.

    Args:
        name: For the table.
        checkout: Where it lies.
        graph: Whose items it asks about.
    """

    def __init__(self, name: str, checkout: Path, graph: Path) -> None:
        self.name = name
        self.took: list[dict[str, Any]] = []
        self.process = subprocess.Popen(
            [sys.executable, "-P", str(WORKER), str(graph)],
            cwd=checkout,
            env={**os.environ, "PYTHONPATH": str(checkout)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.items = int(self._line())

    def __enter__(self) -> Self:
        """The version, ready."""
        return self

    def __exit__(self, *_error: object) -> None:
        """End its process."""
        self.process.kill()
        self.process.wait()

    def ask(self) -> None:
        """Ask about the next item."""
        if self.process.stdin is None:
            raise AssertionError(self.name)
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.took.append(json.loads(self._line()))

    def _line(self) -> str:
        if self.process.stdout is None:
            raise AssertionError(self.name)
        return self.process.stdout.readline()

    def table(self) -> str:
        """Means over its items."""
        count = len(self.took)
        mean = {key: sum(one[key] for one in self.took) / count for key in self.took[0]}
        return (
            f"  {self.name:8} {mean['seconds']:6.2f} s an item, CPU {mean['cpu']:6.2f} s; "
            f"{mean['read']:4.0f} tokens read, {mean['cached']:4.0f} cached, "
            f"{mean['written']:3.0f} written; {mean['is_answered']:.0%} answered"
        )


def measure(graph: Path, checkouts: dict[str, Path]) -> list[Version]:
    """Each item by each version, in turns."""
    with ExitStack() as stack:
        versions = [
            stack.enter_context(Version(name, path, graph)) for name, path in checkouts.items()
        ]
        for number in range(max(version.items for version in versions)):
            turns = versions if number % 2 == 0 else versions[::-1]
            for version in turns:
                if number < version.items:
                    version.ask()
    return versions


def main() -> None:
    """Print seconds an item, CPU and tokens of each version, and their ratio."""
    graph = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "fixtures" / "graph"  # noqa: PLR2004
    checkouts = {"now": ROOT}
    if len(sys.argv) > 3:  # noqa: PLR2004 - bench, graph, checkout
        checkouts["before"] = Path(sys.argv[3])
    for name in ("nothing kept", "prompts kept by an earlier run"):
        if name == "nothing kept":
            shutil.rmtree(cache_folder() / "prefixes", ignore_errors=True)
        versions = measure(graph.resolve(), checkouts)
        print(f"{name}: {versions[0].items} items")
        for version in versions:
            print(version.table())
        if len(versions) > 1:
            now, before = (sum(one["seconds"] for one in v.took) / v.items for v in versions)
            print(f"  ratio {now / before:.2f}; load {os.getloadavg()[0]:.1f}", flush=True)


if __name__ == "__main__":
    main()
