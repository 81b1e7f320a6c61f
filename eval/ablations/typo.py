"""Corrections."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from eval.ablations.asked import Asked, head, outright, results_of, row
from refiner.evals.estimates import cells_of, f_measure
from refiner.evals.scorers import score

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from refiner.evals.run import Result
    from refiner.ledger import Ledger

LONGEST = 400


class Corrected(BaseModel):
    """A text with its typos put right, by the model alone."""

    model_config = ConfigDict(extra="forbid")

    text: str


def typo(ledger: Ledger, path: Path) -> None:
    """Typos: the rules, and the model that writes the text anew, on every third sample."""
    rules = results_of("typo", "none", path)[::3]
    texts = {
        r.sample.name: [text for _, text in r.item.sides() if 0 < len(text.text) <= LONGEST]
        for r in rules
    }
    sent = {
        (name, n): outright(
            "Correct the typos in this text and change nothing else. Reply with the whole text.",
            text.text,
            Corrected,
            220,
        )
        for name, many in texts.items()
        for n, text in enumerate(many)
    }
    answers = Asked(ledger, [*sent.values()])
    head(
        f"typos corrected, n = {len(rules)}, by",
        "right",
        "missed",
        "wrong edits",
        "F0.5",
        "edits on clean items",
    )

    def counted(name: str, results: Iterable[Result]) -> None:
        counts = sum((score(one).counts for one in results), Counter[str]())
        f = f_measure(cells_of(counts), 0.5) or 0
        row(name, counts["tp"], counts["fn"], counts["fp"], f"{f:.2f}", counts["false_clean"])

    counted("rules", rules)
    rewritten = []
    for one in rules:
        proposals = []
        for n, text in enumerate(texts[one.sample.name]):
            value = answers.of(sent[one.sample.name, n])
            if not isinstance(value, Corrected) or value.text.strip() == text.text.strip():
                continue
            edit = text.edit(0, len(text.text), value.text.strip())
            if edit is not None:
                proposals.append(_Rewritten("typo", _Place((edit,))))
        rewritten.append(dataclasses.replace(one, proposals=tuple(proposals)))  # type: ignore[arg-type]
    counted("model, the text written anew", rewritten)


@dataclasses.dataclass(frozen=True)
class _Place:
    edits: tuple[object, ...]


@dataclasses.dataclass(frozen=True)
class _Rewritten:
    """As much of a proposal as scoring looks at."""

    task: str
    place: _Place
    rule: str = "rewritten"
