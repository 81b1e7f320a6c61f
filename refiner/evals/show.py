"""What was missed or wrong about labelled items, for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refiner.tasks import task_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from refiner.evals.scorers.labelled import LabelScore
    from refiner.proposals import Proposal

LONGEST_TEXT = 700
LONGEST_CHANGE = 300


def shown_faults(scores: Iterable[LabelScore], tasks: Sequence[str]) -> Iterator[str]:
    """Each remark of some tasks, with the item's text and what was proposed."""
    for score in scores:
        for fault in score.faults:
            if fault.task not in tasks:
                continue
            item = score.item
            remark = f": {fault.remark}" if fault.remark else ""
            yield f"--- {fault.kind} {item.label.place}{remark}"
            yield _shortened(item.text, LONGEST_TEXT)
            for proposal in item.proposals:
                if proposal.task == fault.task or fault.task not in task_names():
                    yield f"    {proposal.task}: {_told(proposal)}"


def _told(proposal: Proposal) -> str:
    if proposal.flag is not None:
        flag = proposal.flag
        return " ".join(part for part in (flag.name, flag.cause, flag.detail) if part)
    changes = [f"{edit.old!r} → {edit.new!r}" for edit in proposal.place.edits]
    return _shortened(", ".join(changes), LONGEST_CHANGE)


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]} …"
