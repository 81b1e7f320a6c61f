"""`refiner doctor`: whether everything works."""

from __future__ import annotations

import typer

from refiner.cli.options import BaseUrl, Graph, Insecure, LedgerFile, Model, Paths


def doctor(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    model: Model = None,
    base_url: BaseUrl = None,
    insecure: Insecure = False,
) -> None:
    """Check graph, ledger, review pages and model; measure the model's speed."""
    from refiner.pipeline.doctor import examine

    flags = {"model": model, "base_url": base_url, "insecure": insecure or None, "ledger": ledger}
    if not examine(paths or [], graph, flags, typer.echo):
        raise typer.Exit(1)
