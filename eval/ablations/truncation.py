"""Cut texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from eval.ablations.asked import Asked, detection, head, outright, results_of
from refiner.evals.scorers import score

if TYPE_CHECKING:
    from pathlib import Path

    from refiner.evals.run import Result
    from refiner.ledger import Ledger

SENTENCE_BREAK = re.compile(r"(?<=[.!?:])\s+")
LAST_WORDS = 32


class Verdict(BaseModel):
    """Whether a sentence is complete, by the model alone."""

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["complete", "cut"]


def truncation(ledger: Ledger, path: Path) -> None:
    """Cut texts: by rules, by the model asked about every end, by both."""
    rules = results_of("truncation", "none", path)
    ends = {}
    for one in rules:
        text = (one.item.answers or (one.item.question,))[-1]
        last = SENTENCE_BREAK.split(text.text.strip())[-1]
        ends[one.sample.name] = outright(
            "Say whether this sentence from a book is complete, or cut off before its end.",
            " ".join(last.split()[-LAST_WORDS:]),
            Verdict,
            16,
        )
    answers = Asked(ledger, [*ends.values()])
    said = {name: answers.of(one) for name, one in ends.items()}
    cut = {name: isinstance(v, Verdict) and v.verdict == "cut" for name, v in said.items()}

    def flagged(results: list[Result]) -> list[tuple[bool, bool]]:
        return [
            (bool(score(r).counts["tp"] + score(r).counts["fp"]), not r.sample.is_clean)
            for r in results
        ]

    head("cut texts found by", "precision", "recall", "F1", "clean ones hit")
    detection("rules alone", flagged(rules))
    detection(
        "the model, asked about every end",
        [(cut[r.sample.name], not r.sample.is_clean) for r in rules],
    )
    detection(
        "rules, and the model where none is sure",
        [
            (is_found or (bool(r.rules) and cut[r.sample.name]), is_there)
            for r, (is_found, is_there) in zip(rules, flagged(rules), strict=True)
        ],
    )
