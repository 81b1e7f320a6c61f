"""`refiner init` and `doctor`: settings that fit a graph, and whether everything works."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from refiner.errors import UserError
from refiner.options import BaseUrl, Graph, Insecure, LedgerFile, Model, Paths


def init(
    path: Annotated[Path, typer.Argument(help="The graph.")] = Path(),
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
) -> None:
    """Look at a graph and write a `refiner.toml` that fits it."""
    from refiner.initial import propose_settings
    from refiner.settings import FILE_NAME
    from refiner.targets import locate

    target = locate([path])
    text, told = propose_settings(target)
    for line in told:
        typer.echo(line, err=True)
    typer.echo(text)
    file = target.root / FILE_NAME
    if file.exists():
        raise UserError(f"`{file}` is there already; it was left as it is")
    if yes or (sys.stdin.isatty() and typer.confirm(f"write this to {file}?")):
        from refiner.graph.write import replace_file

        replace_file(file, None, text.encode())
        typer.echo(f"wrote {file}", err=True)
    else:
        typer.echo("nothing was written; `refiner init --yes` writes it", err=True)


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
    from refiner.doctor import examine

    flags = {"model": model, "base_url": base_url, "insecure": insecure or None, "ledger": ledger}
    if not examine(paths or [], graph, flags, typer.echo):
        raise typer.Exit(1)
