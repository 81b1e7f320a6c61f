"""The terminal view on an emulated screen of three widths, with and without colour."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pexpect
import pyte
import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = 50
ANSWER = "".join(f"\t- Rule {n}: water the bed before the sun is high.\n" for n in range(1, 15))
PAGE = (
    "- Highlights first synced by [[Readwise]] [[Jul 3rd, 2024]]\n"
    "\t- # A chapter on the garden bed\n"
    "\t\t- Types of soil #car\n\t\t  id:: 66a0f0f0-0000-4000-8000-000000000001\n"
    + ANSWER.replace("\t-", "\t\t\t-")
    + "\t\t\t- ([Location 12](https://readwise.io/open/1))\n"
    "\t\t- What is a registy? #car\n"
    "\t\t\t- A store of \x1b]0;owned\x07images, \u202eknown to all.\n"
)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "Garden.md"
    path.write_text(PAGE, encoding="utf-8")
    command = [sys.executable, "-m", "refiner", "refine", "--model", "none", str(path)]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return path


class Terminal:
    """`refiner review` on an emulated screen."""

    def __init__(self, page: Path, columns: int, *, is_coloured: bool) -> None:
        environment = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "COLUMNS"}}
        environment |= {"TERM": "xterm-256color", "EDITOR": "true"}
        if not is_coloured:
            environment["NO_COLOR"] = "1"
        self.screen = pyte.Screen(columns, ROWS)
        self.stream = pyte.Stream(self.screen)
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "refiner", "review", str(page)],
            cwd=str(ROOT),
            env=environment,
            encoding="utf-8",
            timeout=30,
            dimensions=(ROWS, columns),
        )
        self.raw = ""

    def wait(self, text: str) -> list[str]:
        """Read up to a text; what then stands on the screen."""
        self.child.expect_exact(text)
        self.raw += self.child.before + self.child.after
        self.stream.feed(self.child.before + self.child.after)
        return [line.rstrip() for line in self.screen.display if line.strip()]

    def key(self, key: str) -> None:
        self.screen.reset()
        self.child.send(key)

    def close(self) -> None:
        """End it at once: a busy machine may need longer than a polite end is waited for."""
        self.child.kill(signal.SIGKILL)
        self.child.wait()
        self.child.close()

    def colours(self) -> set[str]:
        rows = self.screen.buffer.values()
        return {cell.fg for row in rows for cell in row.values()} - {"default"}


@pytest.fixture(params=[60, 100, 160], ids=lambda columns: f"{columns} columns")
def columns(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(params=[True, False], ids=["coloured", "plain"])
def terminal(page: Path, columns: int, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    opened = Terminal(page, columns, is_coloured=request.param)
    yield opened
    opened.close()


@pytest.mark.parametrize("is_coloured", [True, False], ids=["coloured", "plain"])
def test_colour_is_shown_only_where_it_is_wanted(page: Path, *, is_coloured: bool) -> None:
    terminal = Terminal(page, 100, is_coloured=is_coloured)
    terminal.wait("[q]uit")
    assert bool(terminal.colours()) is is_coloured
    terminal.close()


def test_the_card_is_shown_whole_in_any_width(terminal: Terminal, columns: int) -> None:
    lines = terminal.wait("[q]uit")
    text = "\n".join(lines)
    assert lines[1] == "Garden ▸ A chapter on the garden bed"
    assert "synced by" not in text
    assert "│ - Rule 1: water the bed before the sun is high." in lines
    assert "Location 12" not in text
    assert "id::" not in "\n".join(line for line in lines if line.startswith("│"))
    assert "[-Types of soil-]" in text or "{+" in text
    assert max(map(len, lines)) <= columns


def test_a_long_card_unfolds_by_its_key(terminal: Terminal) -> None:
    folded = "\n".join(terminal.wait("[q]uit"))
    assert "6 more lines: [c] shows the whole card" in folded
    assert "Rule 14" not in folded
    terminal.key("c")
    assert "│ - Rule 14: water the bed before the sun is high." in terminal.wait("[q]uit")


def test_arrows_go_on_and_back_without_an_answer(terminal: Terminal) -> None:
    first = terminal.wait("[q]uit")[0]
    terminal.key("\x1b[C")
    assert terminal.wait("[q]uit")[0] != first
    terminal.key("\x1b[D")
    assert terminal.wait("[q]uit")[0] == first
    terminal.key("q")
    terminal.wait("accepted 0, rejected 0")


def test_what_would_act_on_the_terminal_is_shown(terminal: Terminal) -> None:
    terminal.wait("[q]uit")
    for _ in range(8):
        terminal.key("s")
        text = "\n".join(terminal.wait("[q]uit"))
        if "registy" in text:
            break
    assert "A store of ␛]0;owned␇images, <U+202E>known to all." in text
    assert "\x1b]0;" not in terminal.raw
    assert "\u202e" not in terminal.raw
