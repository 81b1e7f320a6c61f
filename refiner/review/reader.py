"""Cards read from their pages for a surface; a page is parsed again only when it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refiner.errors import PageError
from refiner.graph.files import read_file
from refiner.graph.scan import Fingerprint
from refiner.logseq import DecodeError, parse
from refiner.review.card import whole_card

if TYPE_CHECKING:
    from pathlib import Path

    from refiner.cards import ExtractOptions
    from refiner.logseq import Page
    from refiner.proposals import Proposal
    from refiner.review.card import Card

PAGES_KEPT = 8


class CardReader:
    """Reads the card around a proposal as its page is now.

    Args:
        root: The graph's root.
        options: What makes a block an item, or metadata.
    """

    def __init__(self, root: Path, options: ExtractOptions) -> None:
        self._root = root
        self._options = options
        self._pages: dict[str, tuple[Fingerprint, Page]] = {}

    def card(self, proposal: Proposal) -> Card | None:
        """The card, or None where its block has changed since, or its page can't be read."""
        page = self._page(proposal.page)
        return None if page is None else whole_card(page, proposal, self._options)

    def _page(self, name: str) -> Page | None:
        path = self._root / name
        try:
            fingerprint = Fingerprint.of(path)
            known = self._pages.pop(name, None)
            if known is None or known[0] != fingerprint:
                known = fingerprint, parse(read_file(path))
        except (OSError, PageError, DecodeError):
            return None
        self._pages[name] = known
        while len(self._pages) > PAGES_KEPT:
            del self._pages[next(iter(self._pages))]
        return known[1]
