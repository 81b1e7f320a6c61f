"""`refiner init`: settings that fit a graph."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from refiner.cli.output import say, show
from refiner.errors import UserError


def init(
    path: Annotated[Path, typer.Argument(help="The graph.")] = Path(),
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
) -> None:
    """Look at a graph and write a `refiner.toml` that fits it."""
    from refiner.graph.target import locate
    from refiner.pipeline.initial import propose_settings
    from refiner.settings import FILE_NAME

    target = locate([path])
    text, lines = propose_settings(target)
    for line in lines:
        say(line)
    show(text)
    file = target.root / FILE_NAME
    if file.exists():
        raise UserError(f"`{file}` is there already; it was left as it is")
    if yes or (sys.stdin.isatty() and typer.confirm(f"write this to {file}?")):
        from refiner.graph.files import replace_file

        replace_file(file, None, text.encode(), root=target.root)
        say(f"wrote {file}")
    else:
        say("nothing was written; `refiner init --yes` writes it")
