"""`refiner watch`: refine after each sync."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from refiner.cli.options import (
    BaseUrl,
    LedgerFile,
    Model,
)
from refiner.cli.output import show

if TYPE_CHECKING:
    pass


def watch(
    path: Annotated[Path, typer.Argument(help="The graph.")] = Path(),
    *,
    ledger: LedgerFile = None,
    model: Model = None,
    base_url: BaseUrl = None,
) -> None:
    """Refine after each sync, once the graph has been quiet for a while."""
    from refiner.pipeline.watch import watch_graph

    watch_graph(path, {"ledger": ledger, "model": model, "base_url": base_url}, show)
