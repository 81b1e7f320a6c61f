"""A patch on the screen: coloured and paged on a terminal, plain elsewhere."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from refiner.messages import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

COLOURS = (("+++", "1"), ("---", "1"), ("diff ", "1"), ("@@", "36"), ("+", "32"), ("-", "31"))


def print_patch(patches: Sequence[tuple[str, int, str]], *, is_stat: bool) -> None:
    """Print patches of pages: path, number of proposals, text."""
    if is_stat:
        for path, count, text in patches:
            lines = text.split("\n")
            plus = sum(line.startswith("+") for line in lines) - 1
            minus = sum(line.startswith("-") for line in lines) - 1
            sys.stdout.write(
                f"{path}  {count_of(count, 'proposal')}  +{max(plus, 0)} -{max(minus, 0)}\n"
            )
        return
    text = "".join(text for _, _, text in patches)
    if not sys.stdout.isatty():
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
        return
    coloured = (
        text if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else _coloured(text)
    )
    _paged(coloured)


def _coloured(text: str) -> str:
    lines = []
    for line in text.split("\n"):
        code = next((code for start, code in COLOURS if line.startswith(start)), None)
        lines.append(line if code is None else f"\x1b[{code}m{line}\x1b[0m")
    return "\n".join(lines)


def _paged(text: str) -> None:
    """Through the person's pager as git does; straight to the terminal where there is none."""
    command = os.environ.get("GIT_PAGER") or os.environ.get("PAGER") or "less"
    try:
        words = shlex.split(command)
    except ValueError:  # a quote that is never closed
        words = ["less"]
    if not words or shutil.which(words[0]) is None or words[0] == "cat":
        sys.stdout.write(text)
        return
    environment = {"LESS": "FRX", **os.environ}
    try:
        subprocess.run(words, input=text.encode(), check=False, env=environment)
    except BrokenPipeError:
        return
