"""Words of the command line that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Paths = Annotated[list[Path] | None, typer.Argument(help="Pages or a graph; default: here.")]
Graph = Annotated[Path | None, typer.Option(help="The graph's root, if it is not found by itself.")]
LedgerFile = Annotated[Path | None, typer.Option("--ledger", help="Another ledger file.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Tasks = Annotated[list[str] | None, typer.Option("--task", help="Only this task; may be repeated.")]
PageGlob = Annotated[str | None, typer.Option("--page", help="Only pages of this path or title.")]
Ids = Annotated[list[str] | None, typer.Argument(help="Ids, or how they begin.")]
Model = Annotated[
    str | None, typer.Option(help="`local`, `none`, a `.gguf`, or an endpoint's model name.")
]
BaseUrl = Annotated[str | None, typer.Option(help="An OpenAI-compatible endpoint, up to `/v1`.")]
Insecure = Annotated[bool, typer.Option("--insecure", help="Allow plain HTTP to another machine.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no table.")]
