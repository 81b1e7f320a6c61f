from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pexpect
import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = (
    "- What is a registy? #car\n\t- A store of images.\n"
    "- Types of soil #car\n\t- Three types exist: sand, clay and loam.\n"
    "- What is a contaner? #car\n\t- A process with its own view of the system.\n"
)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.md"
    path.write_text(PAGE, encoding="utf-8")
    refiner("refine", "--model", "none", str(path))
    return path


def refiner(*words: str) -> str:
    command = [sys.executable, "-m", "refiner", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def states(page: Path) -> dict[str, str]:
    found = [json.loads(line) for line in refiner("diff", "--json", str(page)).splitlines()]
    return {p["after"].partition("\n")[0]: p["state"] for p in found}


@pytest.fixture
def screen(page: Path) -> Iterator[pexpect.spawn]:
    child = pexpect.spawn(
        sys.executable,
        ["-m", "refiner", "review", str(page)],
        cwd=str(ROOT),
        env={
            **os.environ,
            "EDITOR": "sed -i s/registry/register/",
            "TERM": "dumb",
            "COLUMNS": "100",
        },
        encoding="utf-8",
        timeout=30,
        dimensions=(40, 100),
    )
    yield child
    child.close(force=True)


def test_place_reason_and_words_are_shown(screen: pexpect.spawn) -> None:
    screen.expect("1 of 3")
    screen.expect(r"page\.md:1")
    screen.expect(r"\[-registy-\]\{\+registry\+\}")
    screen.expect(r"\[q\]uit")
    screen.send("q")
    screen.expect("accepted 0, rejected 0")


def test_each_answer_is_kept_at_once(page: Path, screen: pexpect.spawn) -> None:
    screen.expect("1 of 3")
    screen.send("a")
    screen.expect("refiner accept [0-9a-f]{12}")
    screen.expect("2 of 3")
    screen.kill(9)
    screen.wait()
    assert states(page)["What is a registry? #car"] == "accepted"


def test_reject_undo_and_quit(page: Path, screen: pexpect.spawn) -> None:
    screen.expect("1 of 3")
    screen.send("r")
    screen.expect("2 of 3")
    screen.send("u")
    screen.expect("taken back: 1")
    screen.expect("1 of 3")
    screen.send("s")
    screen.expect("2 of 3")
    screen.send("?")
    screen.expect("take the last answer back")
    screen.send("q")
    screen.expect("accepted 0, rejected 0")
    screen.expect(pexpect.EOF)
    assert set(states(page).values()) == {"pending"}


def test_all_of_a_kind_on_a_page(page: Path, screen: pexpect.spawn) -> None:
    screen.expect("1 of 3")
    screen.send("A")
    screen.expect("accepted 2")
    screen.expect("2 of 3")
    screen.send("r")
    screen.expect("accepted 2, rejected 1")
    screen.expect(pexpect.EOF)
    assert set(states(page).values()) == {"accepted"}


def test_editing_accepts_the_person_s_own_words(page: Path, screen: pexpect.spawn) -> None:
    screen.expect("1 of 3")
    screen.send("e")
    screen.expect("in your own words")
    screen.send("q")
    screen.expect(pexpect.EOF)
    refiner("apply", str(page))
    assert page.read_text(encoding="utf-8").startswith("- What is a register? #car\n")


def test_ctrl_c_loses_no_answer(page: Path, screen: pexpect.spawn) -> None:
    screen.expect("1 of 3")
    screen.send("a")
    screen.expect("2 of 3")
    screen.sendcontrol("c")
    screen.expect(pexpect.EOF)
    assert "accepted" in states(page).values()
