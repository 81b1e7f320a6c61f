"""One review page made from the ledger: what a process of its own may do for many pages."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from refiner.errors import ConflictError, PageError
from refiner.graph.files import replace_file
from refiner.ledger import Ledger
from refiner.review.card import card_order
from refiner.review.logseq_notes import Notes
from refiner.review.logseq_page import review_file, review_title, write_page
from refiner.review.reader import CardReader

if TYPE_CHECKING:
    from pathlib import Path

    from refiner.cards import ExtractOptions
    from refiner.graph.scan import Fingerprint
    from refiner.logseq import GraphConfig
    from refiner.proposals import State

PENDING: tuple[State, ...] = ("pending",)


class Desk(NamedTuple):
    """What review pages are made from: plain values, which travel to a worker.

    Attributes:
        root: The graph's root; for a page that stands alone, its folder.
        config: The graph's configuration.
        ledger: Its file.
        is_graph: Whether `root` is a graph.
        options: What makes a block an item, or metadata.
    """

    root: Path
    config: GraphConfig
    ledger: Path
    is_graph: bool
    options: ExtractOptions

    def file(self, page_title: str) -> Path:
        """The review page's file of a page."""
        name = review_file(review_title(page_title), self.config, is_graph=self.is_graph)
        return self.root / name


class Fresh(NamedTuple):
    """A review page that was written where none stood."""

    fingerprint: Fingerprint


def text_of(title: str, desk: Desk, ledger: Ledger, notes: Notes) -> str:
    """A review page's text.

    Args:
        title: Of the page that it is about.
        desk: What it is made from.
        ledger: Open.
        notes: What the person wrote on it.
    """
    proposals = [
        proposal for page in ledger.pages_of(title) for proposal in ledger.proposals(PENDING, page)
    ]
    reader = CardReader(desk.root, desk.options)
    cards = {p.id: card for p in proposals if (card := reader.card(p)) is not None}
    wordings = ledger.wordings(proposals)
    return write_page(card_order(proposals), wordings, desk.config, notes, cards)


def write_fresh(title: str, desk: Desk) -> Fresh | None:
    """Write a review page where none stands; None where that takes a closer look, or nothing waits."""
    path = desk.file(title)
    if path.exists() or path.is_symlink():
        return None
    text = text_of(title, desk, _ledger(desk.ledger), Notes())
    if not text:
        return None
    try:
        return Fresh(replace_file(path, None, text.encode(), root=desk.root, is_durable=False))
    except (ConflictError, PageError):
        return None


@cache
def _ledger(path: Path) -> Ledger:
    return Ledger(path)
