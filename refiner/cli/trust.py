"""`refiner trust`: whether a graph's own settings may reach outside it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from refiner.cli.output import say, show
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
        say(f"`{file}` is {'no longer' if was else 'not'} trusted")
        return
    try:
        content = file.read_bytes()
        values = tomllib.loads(content.decode("utf-8"))
    except FileNotFoundError:
        raise UserError(f"`{file}` does not exist; there is nothing to trust") from None
    except (OSError, ValueError):
        load_settings(target.root)  # says what is wrong with the file
        raise
    show(content.decode("utf-8"))
    names = trusting.reaching(values)
    if not names:
        say("it sets nothing that reaches outside the graph: it is obeyed as it is")
        return
    say(f"it reaches outside the graph by: {', '.join(names)}")
    if trusting.is_trusted(file, content):
        say("this content is trusted already; `refiner trust --revoke` takes it back")
        return
    if yes or (sys.stdin.isatty() and typer.confirm("trust exactly this content?")):
        trusting.approve(file, content)
        say(f"`{file}` is trusted until it changes")
    else:
        say("nothing was approved; `refiner trust --yes` approves it")
