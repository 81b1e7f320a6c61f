"""The figures on real pages are those of the scorer that stands beside them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from refiner.evals.labelled import OPEN, asking, find_items, with_proposals
from refiner.evals.labels import read_labels
from refiner.evals.scorers.labelled import FLAGS, LabelScore, score_labelled
from refiner.graph.target import locate
from refiner.proposals import proposal_json
from refiner.settings import load_settings
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SHARED = ROOT.parent / "shared"
GRAPH = SHARED / "real" / "graph"
SCORER = SHARED / "tools" / "score_real.py"
pytestmark = pytest.mark.skipif(not SCORER.exists(), reason="the real pages are not here")

DETECTED = {
    "vague questions": ("question", ""),
    "cut answers": ("truncation", "card_"),
    "cut passages": ("truncation", "passage_"),
    "lost listings, cards": ("listing", "card_"),
    "lost listings, passages": ("listing", "passage_"),
    "typos": ("typo", ""),
    "worthless left alone": ("cloze", "left_"),
    **{name: ("flag", f"{name}_") for name in FLAGS.values()},
}
SHARES = {
    "rewritten": ("question", "rewritten", "not_rewritten"),
    "restored exactly": ("listing", "restored", "not_restored"),
    "items without any fault": ("all", "touched", "untouched"),
}


@pytest.mark.parametrize("part", ["dev", "check"])
def test_counts_equal_those_of_the_scorer_beside_them(part: str, tmp_path: Path) -> None:
    labels = SHARED / "real" / f"labels-{part}.jsonl"
    target, settings = locate([GRAPH]), load_settings(GRAPH, {"model": "none"})
    items = find_items(read_labels(labels), target, settings, labels)
    proposals = tmp_path / "proposals.jsonl"
    with asking(items, target, settings) as asked:
        scores = [score_labelled(item) for item in with_proposals(items, asked)]
        lines = [json.dumps(proposal_json(one)) for one in asked.ledger.proposals(OPEN)]
        proposals.write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, str(SCORER), str(GRAPH), str(labels), str(proposals)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = {line[:28].strip(): line[28:] for line in done.stdout.splitlines()[1:]}
    for name, (task, prefix) in DETECTED.items():
        counts = total(scores, task)
        own = [counts[prefix + kind] for kind in ("tp", "fp", "fn")]
        assert numbers(told[name].partition("(")[2]) == own, name
    for name, (task, hits, others) in SHARES.items():
        counts = total(scores, task)
        assert numbers(told[name])[:2] == [counts[hits], counts[hits] + counts[others]], name
    assert numbers(told["clean items changed"])[0] == total(scores, "typo")["clean_changed"]
    assert numbers(told["parts harmed"]) == [total(scores, "all")["harmed"]]
    cloze = total(scores, "cloze")
    spans = cloze["good"] + cloze["bad"]
    worth = cloze["hidden"] + cloze["not_hidden"]
    assert numbers(told["clozes"]) == [cloze["hidden"], worth, cloze["good"], spans]


def total(scores: Sequence[LabelScore], task: str) -> Counter[str]:
    return sum((one.counts.get(task, Counter()) for one in scores), Counter())


def numbers(text: str) -> list[int]:
    return [int(one) for one in re.findall(r"\d+", text)]
