"""What a run is worth by a person's own decisions, and how two runs differ."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from refiner.evals.estimates import Cells, Estimate, f_estimate, mean, share
from refiner.evals.metrics import Metric
from refiner.evals.mine import WORDED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.evals.mine import Outcome, Part

AGAIN = "wrong ones made again"
AS_DECIDED = "as you decided"
NEARNESS = "nearness to your wording"


def mine_metrics(found: Sequence[Outcome], part: Part) -> list[Metric]:
    """Figures of one half of the pages, by task; decisions count as samples do.

    Right is what was accepted or edited, and found where the same is proposed again: precision and
    recall read as those of the golden samples.
    """
    groups: defaultdict[str, list[Outcome]] = defaultdict(list)
    for one in found:
        if one.decided.part == part:
            groups["all"].append(one)
            groups[one.decided.proposal.task].append(one)
    metrics = []
    for task, group in sorted(groups.items()):
        for name, estimate in _figures(task, group).items():
            metrics.append(Metric(task, "all", "", name, *estimate))
    return metrics


def _figures(task: str, group: Sequence[Outcome]) -> dict[str, Estimate]:
    right = [one for one in group if one.decided.is_right]
    wrong = [one for one in group if not one.decided.is_right]
    tp, fp = sum(one.is_same for one in right), sum(one.is_same for one in wrong)
    rows = [_cells(one) for one in group]
    found = {
        "precision": share(tp, tp + fp),
        "recall": share(tp, len(right)),
        "F1": f_estimate(rows),
        AGAIN: share(fp, len(wrong)),
        AS_DECIDED: share(sum(one.is_as_decided for one in group), len(group)),
    }
    if task in WORDED:
        found[NEARNESS] = mean([one.nearness for one in right])
    return found


def _cells(one: Outcome) -> Cells:
    if one.decided.is_right:
        return Cells(1, 0, 0, 0) if one.is_same else Cells(0, 0, 1, 0)
    return Cells(0, 1, 0, 0) if one.is_same else Cells(0, 0, 0, 1)


def gains(before: Sequence[Outcome], after: Sequence[Outcome], part: Part) -> list[Metric]:
    """How much a second run is better than a first one on the same decisions, pair by pair."""
    first, second = (
        [one for one in found if one.decided.part == part] for found in (before, after)
    )
    pairs = list(zip(first, second, strict=True))
    worded = [pair for pair in pairs if _is_worded(pair[0])]
    decided = [float(b.is_as_decided) - float(a.is_as_decided) for a, b in pairs]
    near = [b.nearness - a.nearness for a, b in worded]
    return [
        Metric("all", "all", "", f"gain: {AS_DECIDED}", *mean(decided)),
        Metric("all", "all", "", f"gain: {NEARNESS}", *mean(near)),
    ]


def _is_worded(one: Outcome) -> bool:
    return one.decided.is_right and one.decided.proposal.task in WORDED
