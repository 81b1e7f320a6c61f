"""The main job on a real page, with rules alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

SEEDS = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))
pytestmark = pytest.mark.skipif(not SEEDS, reason="the real page is not here")


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = Path(shutil.copyfile(SEEDS[0], tmp_path / "page.txt"))
    refiner("refine", "--model", "none", path)
    return path


def refiner(*words: str | Path) -> bytes:
    command = [sys.executable, "-m", "refiner", *map(str, words)]
    return subprocess.run(command, capture_output=True, check=True, cwd=ROOT).stdout


def proposals(seed: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in refiner("diff", "--json", seed).splitlines()]


def test_it_holds_31_cards_and_21_passages(seed: Path) -> None:
    items = [json.loads(line) for line in refiner("cards", "--json", seed).splitlines()]
    kinds = [item["kind"] for item in items]
    assert (kinds.count("card"), kinds.count("passage")) == (31, 21)
    assert all(item["chapter"] for item in items)


def test_rules_find_what_stands_out(seed: Path) -> None:
    found = proposals(seed)
    changes = {(e["old"], e["new"]) for p in found for e in p["edits"] if p["task"] != "question"}
    assert ("registy", "registry") in changes
    assert any(old.startswith("contain- ner") for old, _ in changes)
    details = " ".join(p["flag"]["detail"] for p in found if p["flag"])
    for seen in ('a stray "W"', "as described", "matchExpressions:", "ports:"):
        assert seen in details


def test_apply_writes_the_accepted_edits_alone_and_undo_takes_them_back(seed: Path) -> None:
    before = seed.read_bytes()
    assert before == SEEDS[0].read_bytes()
    patch = refiner("diff", seed)
    copy = seed.parent / "copy"
    copy.mkdir()
    (copy / "page.txt").write_bytes(before)
    subprocess.run(["git", "apply", "-"], input=patch, cwd=copy, check=True)
    refiner("apply", "--all", seed)
    assert seed.read_bytes() == (copy / "page.txt").read_bytes() != before
    refiner("undo", seed)
    assert seed.read_bytes() == before
