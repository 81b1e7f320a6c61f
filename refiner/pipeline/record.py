"""What decisions teach: how often each kind was accepted, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from refiner.ledger import Tally

Z = 1.959964
ERROR = 0.05
FEWEST_TO_MUTE = 8


@dataclass
class Kind:
    """The decisions about what one rule found and one model, or the rule itself, worded.

    Attributes:
        task: The task; `rule`, `model` and `prompt` likewise, None where a rule worded it.
        accepted: Single decisions; `edited` and `rejected` likewise.
        bulk: Decisions made with many others at once: these teach nothing.
    """

    task: str
    rule: str
    model: str | None
    prompt: str | None
    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    bulk: int = 0

    @property
    def single(self) -> int:
        """How many decisions were made one by one."""
        return self.accepted + self.edited + self.rejected

    @property
    def is_mostly_rejected(self) -> bool:
        """Whether less than half is of use, as surely as decisions so far can tell."""
        of_use = self.accepted + self.edited
        return self.single >= FEWEST_TO_MUTE and wilson(of_use, self.single)[1] < 0.5  # noqa: PLR2004 - half


def kinds_of(tallies: Iterable[Tally]) -> list[Kind]:
    """Decisions by kind."""
    kinds: dict[tuple[str, str, str | None, str | None], Kind] = {}
    for t in tallies:
        kind = kinds.setdefault(
            (t.task, t.rule, t.model, t.prompt), Kind(t.task, t.rule, t.model, t.prompt)
        )
        if t.is_bulk:
            kind.bulk += t.decisions
        else:
            setattr(kind, t.verdict, getattr(kind, t.verdict) + t.decisions)
    return list(kinds.values())


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    1927.
    """
    if n == 0:
        return 0.0, 1.0
    share, square = hits / n, Z * Z / n
    middle = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * math.sqrt(share * (1 - share) / n + square / (4 * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def lower_bound(hits: int, n: int) -> float:
    """The share that is surpassed with 95 % certainty; 29 of 29 is the first above 0.9.

    Source: C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits", 1934,
    one-sided; found by bisection.
    """
    if hits == 0:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        as_many = sum(
            math.comb(n, k) * middle**k * (1 - middle) ** (n - k) for k in range(hits, n + 1)
        )
        low, high = (middle, high) if as_many < ERROR else (low, middle)
    return low


def fewest_for(bound: float) -> int | None:
    """How many decisions, all of them accepted, it takes for a bound; None where none suffice."""
    if bound <= 0:
        return 1
    return None if bound >= 1 else math.ceil(math.log(ERROR) / math.log(bound))
