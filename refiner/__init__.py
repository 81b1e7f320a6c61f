"""Better flashcards and passages for a Logseq graph, proposed and never forced.

For scripts: `open_graph` (see docs/python.md), and `parse`, `render` for pages alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refiner.api import Graph, open_graph
    from refiner.logseq import parse, render
    from refiner.pipeline.select import Selection

__all__ = ["Graph", "Selection", "open_graph", "parse", "render"]

_HOMES = {
    "Graph": "refiner.api",
    "open_graph": "refiner.api",
    "Selection": "refiner.pipeline.refine",
    "parse": "refiner.logseq",
    "render": "refiner.logseq",
}


def __getattr__(name: str) -> object:
    """Load a part when it is first asked for: the start must be fast."""
    from importlib import import_module

    if name not in _HOMES:
        message = f"module `refiner` has no attribute `{name}`"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)
