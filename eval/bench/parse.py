"""How fast pages are read, beside other Markdown parsers and the bare minimum.

`python -m eval.bench parse`; the peers markdown-it-py and mistune come with the dependency group
`bench`, mldoc with `npm ci --prefix tests/oracle`.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from eval.bench.made_graph import make_graph
from eval.bench.nasty_pages import SHAPES, deep_page, nasty_page
from refiner.logseq import parse

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = 600
ROUNDS = 5
MEGABYTE = 1e6
SMALL, LARGE = 1_250_000, 5_000_000
BULLET = re.compile(rb"^[ \t]*-(?=[ \t\n\r]|\Z)", re.MULTILINE)
ORACLE = Path("tests/oracle")


def rate(read: Callable[[bytes], object], pages: list[bytes], rounds: int = ROUNDS) -> float:
    """Median MB/s over some rounds."""
    size = sum(map(len, pages))
    rates = []
    for _ in range(rounds):
        started = time.perf_counter()
        for page in pages:
            read(page)
        rates.append(size / MEGABYTE / (time.perf_counter() - started))
    return statistics.median(rates)


def with_spans(data: bytes) -> None:
    """Parse, and ask for every block's prose and protected parts."""
    for block in parse(data).blocks:
        _ = block.protected, block.prose


def mldoc_rate(paths: list[Path]) -> float | None:
    """MB/s of Logseq's own parser, its start not counted; None where it is not there."""
    if shutil.which("node") is None or not (ORACLE / "node_modules").is_dir():
        return None

    def run(chosen: list[Path]) -> float:
        started = time.perf_counter()
        subprocess.run(
            ["node", ORACLE / "oracle.mjs"],
            input="\n".join(map(str, chosen)),
            text=True,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return time.perf_counter() - started

    few, more = paths[:5], paths[:45]
    size = sum(path.stat().st_size for path in more[5:])
    return size / MEGABYTE / (run(more) - run(few))


def main() -> None:
    """Print the rates, then the seconds of nasty pages at two sizes."""
    from markdown_it import MarkdownIt
    from mistune import create_markdown  # type: ignore[import-not-found,unused-ignore]

    commonmark = MarkdownIt()
    mistune = create_markdown(renderer=None)
    with tempfile.TemporaryDirectory() as folder:
        make_graph(Path(folder), PAGES)
        paths = sorted(Path(folder).rglob("*.md"))
        paths += sorted(Path("fixtures/graph").rglob("*.md"))
        pages = [path.read_bytes() for path in paths]
        few = pages[:: max(len(pages) // 60, 1)]
        for path in paths:
            path.read_bytes()
        started = time.perf_counter()
        for path in paths:
            path.read_bytes()
        reading = sum(map(len, pages)) / MEGABYTE / (time.perf_counter() - started)
        mldoc = mldoc_rate(paths)
    rates = {
        "open and read the bytes": reading,
        "one bullet regex": rate(BULLET.findall, pages),
        "refiner: blocks, levels, properties, tags": rate(parse, pages),
        "refiner: and all prose and protected spans": rate(with_spans, pages),
        "markdown-it-py": rate(lambda data: commonmark.parse(data.decode()), few, 3),
        "mistune": rate(lambda data: mistune(data.decode()), few, 3),
    }
    if mldoc is not None:
        rates["mldoc (node)"] = mldoc
    print(f"{len(pages)} pages, {sum(map(len, pages)) / MEGABYTE:.1f} MB")
    for name, value in rates.items():
        print(f"{name:45}{value:10.2f} MB/s")
    print(f"\n{'nasty page':36}{'1.25 MB':>9}{'5 MB':>9}  seconds, spans asked for")
    for shape in sys.argv[2:] or [*SHAPES, "deep"]:
        seconds = []
        for size in (SMALL, LARGE):
            data = deep_page(size) if shape == "deep" else nasty_page(shape, size)
            started = time.perf_counter()
            with_spans(data)
            seconds.append(time.perf_counter() - started)
        print(f"{shape:36}{seconds[0]:9.2f}{seconds[1]:9.2f}")
