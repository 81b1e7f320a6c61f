"""Text from a graph reaches the terminal visibly: it sets no title, writes no clipboard, turns no line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.command import run

if TYPE_CHECKING:
    from pathlib import Path

STEERING = {
    "title": "\x1b]0;pwned\x07",
    "clipboard": "\x1b]52;c;cm0gLXJm\x07",
    "clear": "\x1b[2J\x1b[H",
    "C1": "\x9b31m",
    "bidirectional": "\u202eevil\u202c",
}
COMMANDS = (
    ("cards",),
    ("refine", "--model", "none"),
    ("refine", "--model", "none", "--fresh"),
    ("status",),
    ("status", "--json"),
    ("apply", "--all"),
    ("undo", "--path"),
    ("reject", "ffff"),
    ("doctor", "--model", "none"),
)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    root = tmp_path / "graph"
    (root / "pages").mkdir(parents=True)
    for number, code in enumerate(STEERING.values()):
        text = (
            f"title:: Page {code}{number}\n\n- Chapter {code}\n\t- What is a {code} registy in Docker "
            f"{number}? #car\n\t\t- A store {code} of images that are pulled by name, which\n"
        )
        (root / "pages" / f"Page {number}\u202ex.md").write_text(text, encoding="utf-8")
    (root / "pages" / "latin\u202e.md").write_bytes(b"- caf\xe9 #car\n\t- x")
    (root / "refiner.toml").write_text('cloze_tag = "card" # \u202e\n', encoding="utf-8")
    return root


def test_no_command_prints_what_steers_a_terminal(hostile: Path) -> None:
    for command in COMMANDS:
        done = run(*command, str(hostile))
        shown = done.stderr if "--json" in command else done.stdout + done.stderr
        for code in ("\x1b]", "\x1b[2J", "\x9b", "\x07", "\u202e"):
            assert code not in shown, (command, code)
    assert "\u202e" not in run("trust", str(hostile)).stdout


def test_json_and_patches_for_programs_keep_the_bytes(hostile: Path) -> None:
    run("refine", "--model", "none", str(hostile))
    patch = run("diff", str(hostile)).stdout
    assert "\x1b]0;pwned\x07" in patch
    items = [json.loads(line) for line in run("cards", "--json", str(hostile)).stdout.splitlines()]
    assert any("\u202e" in item["question"] for item in items)
