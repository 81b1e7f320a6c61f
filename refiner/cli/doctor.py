"""`refiner doctor`: whether everything works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from refiner.cli.options import BaseUrl, Graph, Insecure, LedgerFile, Model, Paths
from refiner.cli.output import say, show
from refiner.messages import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def doctor(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    model: Model = None,
    base_url: BaseUrl = None,
    insecure: Insecure = False,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Take over the ledger of this graph from its old place.")
    ] = False,
) -> None:
    """Check graph, ledger, review pages and model; measure the model's speed."""
    if adopt:
        _adopt(paths or [], graph)
        return
    from refiner.pipeline.doctor import examine

    flags = {"model": model, "base_url": base_url, "insecure": insecure or None, "ledger": ledger}
    if not examine(paths or [], graph, flags, show):
        raise typer.Exit(1)


def _adopt(paths: Sequence[Path], graph: Path | None) -> None:
    from refiner.graph.target import locate
    from refiner.pipeline import adopt as adopting

    found = adopting.adopt(locate(paths, graph))
    pages = count_of(found.known, "page")
    say(f"took over `{found.path}`, which knows {pages}, {found.here} of them here; it was copied")
