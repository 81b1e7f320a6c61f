"""The commands: flags to stages, results to the screen, errors to exit codes."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from refiner.cli.accept_reject import accept, reject
from refiner.cli.apply import apply
from refiner.cli.batch import batch_app
from refiner.cli.cards import cards
from refiner.cli.diff import diff
from refiner.cli.doctor import doctor
from refiner.cli.eval import evaluate
from refiner.cli.init import init
from refiner.cli.refine import refine
from refiner.cli.review import review
from refiner.cli.status import status
from refiner.cli.trust import trust
from refiner.cli.undo import undo
from refiner.cli.watch import watch
from refiner.errors import RefinerError
from refiner.version import VERSION

INTERRUPTED = 130

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Better flashcards and passages for a Logseq graph: proposed, reviewed, then written.",
)

# In the order of `refiner --help`; groups come last there.
app.command("eval")(evaluate)
app.command()(refine)
app.command()(cards)
app.command()(diff)
app.command()(review)
app.command("accept", help="Accept proposals, by id or by --task and --page.")(accept)
app.command(
    "reject", help="Reject proposals, by id or by --task and --page: they are never made again."
)(reject)
app.command()(apply)
app.command()(undo)
app.command()(status)
app.command()(doctor)
app.command()(init)
app.command()(trust)
app.command()(watch)
app.add_typer(batch_app, name="batch")


def _version(value: bool) -> None:  # noqa: FBT001 - typer's callback
    if value:
        typer.echo(f"refiner {VERSION}")
        raise typer.Exit


@app.callback()
def _main(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Better flashcards and passages for a Logseq graph: proposed, reviewed, then written."""


def main() -> None:
    """Run the tool: exit code 0 done, 1 error, 2 usage, 3 something waits, 130 interrupted."""
    _show_warnings()
    try:
        app()
    except RefinerError as error:
        sys.stdout.flush()
        sys.stderr.write(f"error: {error.message}\n")
        if error.hint:
            sys.stderr.write(f"\nhint: {error.hint}\n")
        sys.exit(error.exit_code)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # typer has met Ctrl-C
            _interrupted()
        raise
    except KeyboardInterrupt:
        _interrupted()
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def _show_warnings() -> None:
    """Warnings of the stages go to stderr, a line each."""
    import logging

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("note: %(message)s"))
    logger = logging.getLogger("refiner")
    logger.handlers[:] = [handler]
    logger.propagate = False


def _interrupted() -> None:
    from refiner.llm.endpoint import leave

    sys.stderr.write("interrupted: what was answered and decided is kept; run it again to go on\n")
    leave(INTERRUPTED)
