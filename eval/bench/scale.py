"""Plans of up to a million items: planned to batch files, answered by a fake engine, read back.

`python -m eval.bench scale [--once] [PAGES …]`; 6 items a page. `--once` leaves out the
same plan once more. Each step is a process of its own: time, CPU, peak memory, files, ledger. With
several sizes, a plot and how time and memory grow. One result in a hundred fails, half of them as
the engine's fault, half as an answer that the guards refuse.
"""

from __future__ import annotations

import json
import math
import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from eval.bench.graph import took
from eval.bench.made_graph import ITEMS, make_graph
from refiner.llm.openai_api.batch_files import request_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eval.bench.graph import Took

PAGES = 1_667
PLOT = Path("eval/bench/scale.png")
FAULTY = 200  # one result in so many fails at the engine, another is refused by the guards
CARD: dict[str, Any] = {
    "question": None,
    "corrections": [],
    "listings": [],
    "cut": None,
    "flags": [],
}
PASSAGE: dict[str, Any] = {
    "corrections": [],
    "listings": [],
    "cut": None,
    "worthless": "fragment",
    "clozes": [],
}
AT = ("--model", "m", "--base-url", "http://127.0.0.1:9/v1")


class Size(NamedTuple):
    """What a graph of one size took.

    Attributes:
        steps: Each command.
        files: Batch files, and `gigabytes` of them.
        requests: In them; `left` what is planned after the results are read.
        ledger_mb: The ledger after all results are in it.
        engine_s: What the fake engine itself took.
    """

    steps: dict[str, Took]
    files: int
    gigabytes: float
    requests: int
    left: int
    ledger_mb: float
    engine_s: float


def answer(line: dict[str, Any], number: int) -> dict[str, Any]:
    """The result of one request; every hundredth or so is faulty."""
    name = {"custom_id": line["custom_id"]}
    if number % FAULTY == 0:
        return {**name, "response": None, "error": {"code": "server_error"}}
    schema = line["body"]["response_format"]["json_schema"]["schema"]
    parts = CARD if "question" in schema["properties"] else PASSAGE
    content = json.dumps(parts) if number % FAULTY != FAULTY // 2 else '{"odd": 1}'
    message = {"role": "assistant", "content": content}
    usage = {"prompt_tokens": 2700, "completion_tokens": 40}
    body = {"choices": [{"finish_reason": "stop", "message": message}], "usage": usage}
    return {**name, "response": {"status_code": 200, "body": body}, "error": None}


def results_of(plan: Path) -> Iterator[bytes]:
    """The results of a file of requests, from the last to the first of each thousand."""
    block: list[bytes] = []
    with plan.open("rb") as lines:
        for number, line in enumerate(lines):
            block.append(json.dumps(answer(json.loads(line), number)).encode() + b"\n")
            if len(block) == 1000:  # noqa: PLR2004 - as engines give them: not in order
                yield from reversed(block)
                block.clear()
    yield from reversed(block)


def run_engine(plan: Path, results: Path) -> None:
    """Answer all files of a plan."""
    results.mkdir()
    for path in request_files(plan):
        with (results / path.name.replace("requests", "results")).open("wb") as file:
            file.writelines(results_of(path))


def lines_in(folder: Path) -> int:
    """How many requests a plan's files hold."""
    return sum(chunk.count(b"\n") for path in request_files(folder) for chunk in _chunks(path))


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk


def measure(pages: int, folder: Path, *, is_once: bool) -> Size:
    """All figures for a graph of so many pages."""
    root, plan, results = folder / "graph", folder / "plan", folder / "results"
    make_graph(root, pages)
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    os.environ["XDG_CONFIG_HOME"] = str(folder / "config")
    ledger = folder / "ledger.db"
    own = (*AT, "--ledger", ledger)
    refine = (sys.executable, "-m", "refiner", "refine", root, *own)
    steps: dict[str, Took] = {}

    def step(name: str, *command: str | Path) -> None:
        steps[name] = one = took(*command)
        figures = f"{one.wall_s:9.1f} s  cpu {one.cpu_s:9.1f} s  rss {one.rss_mb:6.0f} MB"
        print(f"  {name:20}{figures}", flush=True)

    print(f"{pages} pages, {pages * ITEMS} items", flush=True)
    step("plan", *refine, "--batch-out", plan)
    files = request_files(plan)
    size = sum(path.stat().st_size for path in files) / 1e9
    requests = lines_in(plan)
    if not is_once:
        step("plan again", *refine, "--batch-out", plan)
    started = time.monotonic()
    run_engine(plan, results)
    engine_s = time.monotonic() - started
    shutil.rmtree(plan)
    step("read back", sys.executable, "-m", "refiner", "batch", "read", results, root, *own)
    shutil.rmtree(results)
    step("plan what is left", *refine, "--batch-out", folder / "again")
    left = lines_in(folder / "again")
    kept = ledger.stat().st_size / 1e6
    return Size(steps, len(files), size, requests, left, kept, engine_s)


def exponent(sizes: dict[int, float]) -> float:
    """How a figure grows between the smallest and the largest size: 1 is as the number of items."""
    low, high = min(sizes), max(sizes)
    return math.log(sizes[high] / sizes[low]) / math.log(high / low)


def plot(found: dict[int, Size], path: Path) -> None:
    """Draw minutes and peak memory over items, on logarithmic scales; needs the group `bench`."""
    from matplotlib import pyplot as plt

    items = [pages * ITEMS for pages in found]
    figure, (times, memory) = plt.subplots(1, 2, figsize=(10, 4.2))
    for name in next(iter(found.values())).steps:
        cpu = [size.steps[name].cpu_s for size in found.values()]
        times.loglog(items, cpu, marker="o", label=name)
        peak = [size.steps[name].rss_mb for size in found.values()]
        memory.semilogx(items, peak, marker="o", label=name)
    times.set(xlabel="items", ylabel="CPU seconds")
    most = max(step.rss_mb for size in found.values() for step in size.steps.values())
    memory.set(xlabel="items", ylabel="peak memory, MB", ylim=(0, 1.2 * most))
    for axes in (times, memory):
        axes.grid(visible=True, which="both", alpha=0.3)
        axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> None:
    """Measure and print."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    is_once = "--once" in sys.argv
    sizes = [int(word) for word in sys.argv[2:] if word != "--once"] or [PAGES]
    found: dict[int, Size] = {}
    for pages in sizes:
        with tempfile.TemporaryDirectory(prefix="refiner-scale-") as folder:
            found[pages] = size = measure(pages, Path(folder), is_once=is_once)
        print(
            f"  {size.requests} requests in {size.files} files, {size.gigabytes:.2f} GB; ledger "
            f"{size.ledger_mb:.1f} MB; left after reading {size.left}; engine {size.engine_s:.0f} s",
            flush=True,
        )
    if len(sizes) > 1:
        plot(found, PLOT)
        print(f"plot: {PLOT}")
        for name in found[sizes[0]].steps:
            cpu = exponent({pages: size.steps[name].cpu_s for pages, size in found.items()})
            rss = exponent({pages: size.steps[name].rss_mb for pages, size in found.items()})
            print(f"  {name}: exponent of CPU {cpu:.2f}, of memory {rss:.2f}")
