"""What is right and wrong about a sample's proposals: one file for each kind of target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refiner.evals.scorers.cloze import score_cloze
from refiner.evals.scorers.edits import score_edits
from refiner.evals.scorers.listing import score_listing
from refiner.evals.scorers.marks import score_flag, score_truncation
from refiner.evals.scorers.protection import touches_protected
from refiner.evals.scorers.question import score_question
from refiner.evals.scorers.score import VERDICTS, Score, Verdict

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from refiner.evals.run import Result

__all__ = ["VERDICTS", "Score", "Verdict", "score"]


def score(result: Result) -> Score:
    """Count what is right and wrong about a sample's proposals."""
    counts, remark = SCORERS[result.sample.task](result)
    page = result.sample.page
    counts["protected"] = sum(
        touches_protected(page, proposal) for proposal in (*result.proposals, *result.beside)
    )
    return Score(result, counts, remark)


SCORERS: dict[str, Callable[[Result], tuple[Counter[str], str]]] = {
    "question": score_question,
    "typo": score_edits,
    "whitespace": score_edits,
    "cloze": score_cloze,
    "truncation": score_truncation,
    "listing": score_listing,
    "flag": score_flag,
}
