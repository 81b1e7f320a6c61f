"""`refiner serve`: decide in the browser, on this machine alone."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from refiner.cli.options import Graph, LedgerFile, Paths
from refiner.cli.output import say
from refiner.errors import NotInstalledError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def serve(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: a free one.")] = 0,
    host: Annotated[
        str | None, typer.Option(help="Another address than loopback: others may reach it.")
    ] = None,
    should_open: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = True,
) -> None:
    """Decide in the browser; nothing leaves this machine. Ctrl-C ends it."""
    run(paths or [], graph, ledger, host=host, port=port, should_open=should_open)


def run(
    paths: Sequence[Path],
    graph: Path | None,
    ledger: Path | None,
    *,
    host: str | None = None,
    port: int = 0,
    should_open: bool = True,
) -> None:
    """Open the graph without its lock, and serve its proposals until interrupted.

    Raises:
        NotInstalledError: The extra `web` is not installed.
        UsageError: The host is no single address.
    """
    from refiner.pipeline.session import open_session

    try:
        from refiner.pipeline.serving import open_desk
        from refiner.review.browser.server import is_any, is_loopback
        from refiner.review.browser.server import serve as listen
    except ModuleNotFoundError as error:
        raise NotInstalledError(
            f"`refiner serve` needs `{error.name}`; nothing was started",
            hint="`pip install 'refiner[web]'`",
        ) from error

    address = host or "127.0.0.1"
    if is_any(address):
        raise UsageError(
            f"`--host {address}` stands for all addresses of this machine, and a browser must name "
            "the one that it means; nothing was started",
            hint="name the address by which the other machine knows this one: `--host 192.168.1.5`",
        )
    if not is_loopback(address):
        say(
            f"warning: `{address}` can be reached by other machines, and what is sent is not "
            "encrypted: whoever sees the address below can read and decide"
        )

    def opened(url: str) -> None:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        say("this address is good for one browser, once; Ctrl-C ends the server")
        if should_open:
            import webbrowser

            webbrowser.open(url)

    with (
        open_session(paths, graph, {"ledger": ledger}, is_writing=False, tell=say) as session,
        open_desk(session) as desk,
        contextlib.suppress(KeyboardInterrupt),
    ):
        listen(desk, address, port, opened)
