"""The commands: flags to stages, results to the screen, errors to exit codes."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

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
from refiner.cli.serve import serve
from refiner.cli.status import status
from refiner.cli.trust import trust
from refiner.cli.undo import undo
from refiner.cli.watch import watch
from refiner.errors import RefinerError
from refiner.version import VERSION

if TYPE_CHECKING:
    from typing import TextIO

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
app.command()(serve)
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
    try:
        _end_by_signals()
        _open_streams()
        _show_warnings()
        app()
        sys.stdout.flush()
    except RefinerError as error:
        _fail(error.message, error.hint, error.exit_code)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # typer has met Ctrl-C
            _interrupted()
        if isinstance(ended.__context__, BrokenPipeError):  # typer has met a reader that left
            _mute(sys.stdout)
            sys.exit(0)
        _flush(int(ended.code or 0) if isinstance(ended.code, int | None) else 1)
        raise
    except KeyboardInterrupt:
        _interrupted()
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # the reader has seen enough
        _mute(sys.stdout)
        sys.exit(0)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _mute(sys.stdout)
        _fail(f"what was printed can't be written: {error.strerror}", None, 1)
    except Exception as error:
        if _holds_interrupt(error):
            _interrupted()
            sys.exit(INTERRUPTED)
        if not _is_of_ledger(error):
            raise
        hint = "`refiner doctor` looks into the ledger; restore it from a backup, or name another"
        _fail(f"the ledger is damaged or can't be used: {error}; no page was touched", hint, 1)


def _end_by_signals() -> None:
    """SIGTERM ends as cleanly as Ctrl-C; neither is lost where Python ignores what is raised."""
    import signal

    def terminate(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, terminate)
    if sys.unraisablehook is sys.__unraisablehook__:  # nobody else's
        sys.unraisablehook = _interrupt_again


def _interrupt_again(ignored: sys.UnraisableHookArgs) -> None:
    """Press Ctrl-C once more, a moment later: a callback or finalizer has swallowed it."""
    import signal
    import threading

    if not issubclass(ignored.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(ignored)
    elif (main_thread := threading.main_thread().ident) is not None:
        press = threading.Timer(0.01, signal.pthread_kill, (main_thread, signal.SIGINT))
        press.daemon = True
        press.start()


def _holds_interrupt(error: Exception) -> bool:
    """Whether Ctrl-C was pressed where the error arose: `__set_name__` and pydantic wrap it."""
    return isinstance(error.__cause__, KeyboardInterrupt) or "KeyboardInterrupt" in str(error)


def _is_of_ledger(error: Exception) -> bool:
    """Whether SQLite, or what it gave, could not be read: bytes of the file have changed."""
    if type(error).__module__ == "sqlite3":
        return True
    frame = error.__traceback__
    names = []
    while frame is not None:
        names.append(str(frame.tb_frame.f_globals.get("__name__")))
        frame = frame.tb_next
    return isinstance(error, ValueError) and any(n.startswith("refiner.ledger") for n in names)


def _fail(message: str, hint: str | None, code: int) -> NoReturn:
    with suppress(OSError):
        sys.stdout.flush()
    from refiner.cli.output import say

    say(f"error: {message}")
    if hint:
        say(f"\nhint: {hint}")
    sys.exit(code)


def _flush(code: int) -> None:
    """Print what is left; a reader that went away, or a full disk, ends the command here."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _mute(sys.stdout)
        sys.exit(code)
    except OSError as error:
        _mute(sys.stdout)
        _fail(f"what was printed can't be written: {error.strerror}", None, code or 1)


def _mute(stream: TextIO) -> None:
    """Let Python's own last flush go nowhere, instead of to a reader that is gone."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _open_streams() -> None:
    """Streams that were closed lead nowhere; characters that a terminal lacks are shown as escapes."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for the process
        elif mode == "w" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _show_warnings() -> None:
    """Warnings of the stages go to stderr, a line each."""
    import logging

    from refiner.cli.output import say

    class Notes(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            say(f"note: {record.getMessage()}")

    handler = Notes()
    logger = logging.getLogger("refiner")
    logger.handlers[:] = [handler]
    logger.propagate = False


def _interrupted() -> None:
    from refiner.llm.embedded import leave

    sys.stderr.write("interrupted: what was answered and decided is kept; run it again to go on\n")
    leave(INTERRUPTED)
