"""`refiner trust`: whether a graph's own settings may reach outside it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from refiner.errors import UserError


def trust(
    path: Annotated[Path, typer.Argument(help="The graph.")] = Path(),
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Approve without asking.")] = False,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take the approval back.")] = False,
) -> None:
    """Show a graph's `refiner.toml`, and let it decide what reaches outside the graph."""
    import tomllib

    from refiner import trust as trusting
    from refiner.graph.target import locate
    from refiner.settings import FILE_NAME, load_settings

    target = locate([path])
    file = target.root / FILE_NAME
    if revoke:
        was = trusting.revoke(file)
        typer.echo(f"`{file}` is {'no longer' if was else 'not'} trusted", err=True)
        return
    try:
        content = file.read_bytes()
        values = tomllib.loads(content.decode("utf-8"))
    except FileNotFoundError:
        raise UserError(f"`{file}` does not exist; there is nothing to trust") from None
    except (OSError, ValueError):
        load_settings(target.root)  # says what is wrong with the file
        raise
    typer.echo(_visible(content.decode("utf-8")))
    names = trusting.reaching(values)
    if not names:
        typer.echo(
            "it sets nothing that reaches outside the graph: it is obeyed as it is", err=True
        )
        return
    typer.echo(f"it reaches outside the graph by: {', '.join(names)}", err=True)
    if trusting.is_trusted(file, content):
        typer.echo(
            "this content is trusted already; `refiner trust --revoke` takes it back", err=True
        )
        return
    if yes or (sys.stdin.isatty() and typer.confirm("trust exactly this content?")):
        trusting.approve(file, content)
        typer.echo(f"`{file}` is trusted until it changes", err=True)
    else:
        typer.echo("nothing was approved; `refiner trust --yes` approves it", err=True)


def _visible(text: str) -> str:
    """The file with characters that would steer a terminal shown as escapes."""
    return "".join(
        char if char == "\n" or char.isprintable() else ascii(char)[1:-1] for char in text
    )
