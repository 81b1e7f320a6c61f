from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

TYPOS = "".join(
    f"- What is the seperate bed {n}? #car\n\t- A bed that stands alone in garden {n}.\n"
    for n in range(4)
)


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    root = tmp_path / "garden"
    (root / "pages").mkdir(parents=True)
    (root / "pages" / "Garden beds.md").write_text(TYPOS, encoding="utf-8")
    (root / "pages" / "Paths.md").write_text(
        "- What is a seperate path? #car\n\t- A path.\n", encoding="utf-8"
    )
    refiner("refine", "--model", "none", root)
    return root


def refiner(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "refiner", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)


def ids(root: Path) -> list[str]:
    return [json.loads(line)["id"] for line in refiner("diff", "--json", root).stdout.splitlines()]


def test_one_line_a_page_and_totals_last(garden: Path) -> None:
    lines = [line.split() for line in refiner("status", garden).stdout.splitlines()]
    assert lines[0] == ["waiting", "on", "page", "typo", "all"]
    assert lines[1:4] == [
        ["Garden", "beds", "4", "4"],
        ["Paths", "1", "1"],
        ["2", "pages", "5", "5"],
    ]
    one = refiner("status", "--page", "Paths", garden).stdout
    assert "Garden" not in one
    assert "nothing was proposed" in refiner("status", "--task", "cloze", garden).stdout


def test_heads_shorten_so_that_names_and_totals_stay(
    garden: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "Raised beds and how to build them"
    cards = "- Types of straw #car\n\t- Straw of wheat keeps longer than straw of oats does.\n"
    page = garden / "pages" / f"{name}.md"
    page.write_text(cards + TYPOS, encoding="utf-8")
    refiner("refine", "--model", "none", garden)
    for width, head, shown in (
        (100, "question  typo  all", name),
        (42, "quest  typo  all", "Raised beds and how to "),
        (36, "que  typ  all", "Raised beds and how "),
    ):
        monkeypatch.setenv("COLUMNS", str(width))
        lines = refiner("status", garden).stdout.splitlines()
        assert lines[0].endswith(head)
        row = next(line for line in lines if line.startswith("Raised"))
        assert row.startswith(shown)
        assert row.split()[-1] == "5"
        assert max(len(line) for line in lines[:5]) <= width


def test_the_record_counts_single_decisions_and_bulk_apart(garden: Path) -> None:
    first, second, *rest = ids(garden)
    refiner("accept", first, garden)
    refiner("reject", second, garden)
    refiner("accept", *rest, garden)
    (kind,) = [
        json.loads(line)
        for line in refiner("status", "--record", "--json", garden).stdout.splitlines()
    ]
    assert (kind["accepted"], kind["rejected"], kind["bulk"]) == (1, 1, 3)
    assert kind["low"] < 0.5 < kind["high"]


def test_auto_accept_waits_for_the_persons_own_record(
    garden: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFINER_AUTO_ACCEPT", '{"typo": 0.3}')
    told = refiner("apply", garden).stderr
    assert "0 of 0 single decisions as proposed, too few to tell: it takes 3 or more" in told
    for id_ in ids(garden)[:3]:
        refiner("accept", id_, garden)  # 3 of 3: surely 37 % or more
    refiner("apply", garden)
    assert ids(garden) == []


def test_a_muted_rule_is_dropped_and_counted(garden: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFINER_MUTE", '["misspelling"]')
    told = refiner("refine", "--model", "none", garden).stderr
    assert "muted by the settings: 5 findings of the rule `misspelling`" in " ".join(told.split())
    assert ids(garden) == []
    planned = refiner("refine", "--model", "none", "--dry-run", "--fresh", garden).stdout
    assert "5 findings of the rule `misspelling`" in planned
    monkeypatch.delenv("REFINER_MUTE")
    refiner("refine", "--model", "none", garden)
    assert len(ids(garden)) == 5
