"""A sample's score, and what several scorers count in the same way."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from refiner.evals.run import Result

Verdict = Literal["protected", "false alarm", "wrong", "missed", "right"]
# Worst first.
VERDICTS: tuple[Verdict, ...] = ("protected", "false alarm", "wrong", "missed", "right")
WRONG = ("fp", "unusable", "bad", "inexact", "other_cause", "other_place", "other_result")


class Score(NamedTuple):
    """A sample's counts by name, and what a person should know of it."""

    result: Result
    counts: Counter[str]
    remark: str

    @property
    def verdict(self) -> Verdict:
        """The worst that can be said of it."""
        if self.counts["protected"]:
            return "protected"
        if self.result.sample.is_clean and self.counts["fp"]:
            return "false alarm"
        if any(self.counts[name] for name in WRONG):
            return "wrong"
        if self.counts["fn"]:
            return "missed"
        if self.counts["abstained"] and not self.result.sample.target.get("abstain_ok"):
            return "missed"
        return "right"


def count_found(result: Result, *, is_found: bool) -> Counter[str]:
    """Whether something was found where something is, or is not."""
    if result.sample.is_clean:
        return Counter({"fp" if is_found else "tn": 1, "clean": 1})
    return Counter({"tp" if is_found else "fn": 1})


def count_rules(counts: Counter[str], seen: Iterable[str], wanted: Sequence[str]) -> None:
    """Count each rule that spoke as right or wrong; where none was right, the first is missed."""
    found = set(seen)
    for rule in found:
        counts[f"tp@{rule}" if rule in wanted else f"fp@{rule}"] = 1
    if wanted and not found & set(wanted):
        counts[f"fn@{wanted[0]}"] = 1


def as_list(target: str | list[str]) -> list[str]:
    """A target that may be one or many."""
    return [target] if isinstance(target, str) else target


def folded(text: str) -> str:
    """Lower case without accents."""
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
