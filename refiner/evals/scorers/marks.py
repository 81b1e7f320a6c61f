"""`truncation` and `flag`: marks, with their cause and place."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from refiner.evals.scorers.score import as_list, count_found, count_rules, folded

if TYPE_CHECKING:
    from refiner.evals.run import Result
    from refiner.proposals import Proposal

CUT = "truncated"


def score_truncation(result: Result) -> tuple[Counter[str], str]:
    """A cut text is found where a mark says that it is cut; another mark on it does not count."""
    marks = [p for p in result.proposals if p.flag is not None and p.flag.name == CUT]
    counts = count_found(result, is_found=bool(marks))
    seen = [p.flag.cause for p in marks if p.flag is not None]
    wanted = as_list(result.sample.target.get("cause", []))
    count_rules(counts, seen, wanted)
    remarks = list(seen)
    if marks and not result.sample.is_clean:
        counts["cause" if set(seen) <= set(wanted) else "other_cause"] = 1
        is_there = any(_is_in_place(result, mark) for mark in marks)
        counts["place" if is_there else "other_place"] = 1
        if not is_there:
            remarks.append("at another place")
    return counts, ", ".join(remarks)


def score_flag(result: Result) -> tuple[Counter[str], str]:
    """All marks of a target have to be made, and no other."""
    raised = {p.flag.name for p in result.of("flag", "question") if p.flag is not None}
    wanted = set(result.sample.target.get("names", []))
    right, wrong, missed = raised & wanted, raised - wanted, wanted - raised
    if result.sample.is_clean:
        counts = count_found(result, is_found=bool(raised))
    else:
        counts = Counter(tp=len(right), fn=len(missed), fp=len(wrong))
    for kind, names in (("tp", right), ("fp", wrong), ("fn", missed)):
        counts.update(f"{kind}@{name}" for name in names)
    return counts, ", ".join(sorted(raised))


def _is_in_place(result: Result, mark: Proposal) -> bool:
    """Whether a mark stands on the side that is cut, and names where to look."""
    target = result.sample.target
    block = result.item.block
    at = mark.place.edits[0].start
    is_own = block.start <= at <= block.end
    side = target.get("side")
    is_side = side is None or is_own == (side != "answer")
    detail = mark.flag.detail if mark.flag is not None else ""
    return is_side and folded(target.get("where", "")) in folded(detail)
