from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from refiner.proposals import page_diff, word_diff

if TYPE_CHECKING:
    from pathlib import Path

CASES = {
    "plain": ("pages/One.md", "- a\n- b\n", "- a\n- c\n"),
    "no final newline": ("pages/One.md", "- a\n- b", "- a\n- c"),
    "newline appears": ("pages/One.md", "- a", "- a\n\t- c"),
    "blanks and letters in the name": ("pages/El niño (highlights).md", "- a\n", "- b\n"),
    "quotes in the name": ('pages/a "b".md', "- a\n", "- b\n"),
    "CRLF": ("pages/One.md", "- a\r\n- b\r\n", "- a\r\n- c\r\n"),
    "form feed and line separator": (
        "pages/One.md",
        "- a\x0cb\u2028c\n- b\n",
        "- a\x0cb\u2028c\n- d\n",
    ),
}


@pytest.mark.parametrize(("name", "old", "new"), CASES.values(), ids=CASES.keys())
def test_git_apply_takes_the_patch(tmp_path: Path, name: str, old: str, new: str) -> None:
    path = tmp_path / name
    path.parent.mkdir()
    path.write_bytes(old.encode())
    patch = page_diff(name, old.encode(), new.encode())
    subprocess.run(["git", "apply", "-"], input=patch.encode(), cwd=tmp_path, check=True)
    assert path.read_bytes() == new.encode()


def test_nothing_changed_is_no_patch() -> None:
    assert page_diff("a.md", b"- a", b"- a") == ""


def test_words_that_change_stand_alone() -> None:
    parts = list(word_diff("What is a registy?", "What is a registry?"))
    assert parts == [
        ("same", "What is a "),
        ("old", "registy"),
        ("new", "registry"),
        ("same", "?"),
    ]
