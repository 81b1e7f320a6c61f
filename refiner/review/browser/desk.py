"""What the browser's pages work with: the ledger, the cards, and the commands behind the buttons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from refiner.review.card import card_order

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from refiner.ledger import Ledger
    from refiner.proposals import Proposal, State
    from refiner.review.browser.keeper import Keeper
    from refiner.review.reader import CardReader


class WritePlan(NamedTuple):
    """What `apply` would do.

    Attributes:
        pages: Path and number of proposals of each page that it would write.
        refused: Id and reason of what it would leave as it is.
    """

    pages: list[tuple[str, int]]
    refused: list[tuple[str, str]]


class Written(NamedTuple):
    """What an apply, or its undo, did: one sentence, and what went wrong."""

    message: str
    problems: list[str]


@dataclass
class Desk:
    """Everything that the pages read and do.

    Attributes:
        root: The graph's root.
        ledger: Open, and used from one thread.
        reader: Cards as their pages are now.
        covers: Whether a page is among those that are meant.
        keeper: Keeps the review pages in Logseq in step.
        plan: What an apply would write.
        apply: Writes what is accepted.
        take_back: Takes an apply back, by its number.
        history: Ids of each answer given here, oldest first.
    """

    root: Path
    ledger: Ledger
    reader: CardReader
    covers: Callable[[str], bool]
    keeper: Keeper
    plan: Callable[[], WritePlan]
    apply: Callable[[], Written]
    take_back: Callable[[int], Written]
    history: list[tuple[str, ...]] = field(default_factory=list)
    _kept: tuple[tuple[int, int], list[Proposal]] | None = None

    def pending(self) -> list[Proposal]:
        """What waits, those of one card together; read again only when the ledger changed."""
        version = self.ledger.version()
        if self._kept is None or self._kept[0] != version:
            waiting: tuple[State, ...] = ("pending",)
            found = [p for p in self.ledger.proposals(waiting) if self.covers(p.page)]
            self._kept = version, card_order(found)
        return self._kept[1]
