"""The tool's commands: in this process where that is the same, or as one of its own."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from refiner.cli.app import main

# A process that is started where Ctrl-C is ignored, as in the background of a script, would
# ignore it as well: it gets the system's own handler back first.
WITH_SIGINT = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)


def interruptible(*words: str | Path) -> list[str]:
    """The command line of a process of the tool that Ctrl-C reaches."""
    return [sys.executable, "-c", WITH_SIGINT, "-m", "refiner", *map(str, words)]


def run(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the tool in this process; what it does not expect fails the test with its traceback."""
    out, err = _stream("strict"), _stream("backslashreplace")
    code = 0
    logger = logging.getLogger("refiner")
    handlers, propagate = logger.handlers[:], logger.propagate
    with (
        patch.object(sys, "argv", ["refiner", *map(str, words)]),
        redirect_stdout(out),
        redirect_stderr(err),
        chdir(cwd or Path.cwd()),
    ):
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        finally:
            logger.handlers[:], logger.propagate = handlers, propagate
    return subprocess.CompletedProcess([*map(str, words)], code, _text(out), _text(err))


def _stream(errors: str) -> io.TextIOWrapper:
    """A stream as Python opens stdout and stderr, but in memory."""
    return io.TextIOWrapper(
        io.BytesIO(), encoding="utf-8", errors=errors, newline="", write_through=True
    )


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()
