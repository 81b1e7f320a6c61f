"""Review pages on disk: written from the ledger, and the decisions on them taken over."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from refiner.errors import PageError, RefinerError
from refiner.graph.files import read_file, replace_file
from refiner.graph.scan import Fingerprint
from refiner.logseq import DecodeError
from refiner.proposals import STATES
from refiner.review.logseq_page import (
    PREFIX,
    read_page,
    review_file,
    review_title,
    write_index,
    write_page,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from refiner.ledger import Ledger
    from refiner.logseq import GraphConfig
    from refiner.proposals import Proposal, State


class ReviewPages:
    """The review pages of a graph.

    Args:
        root: The graph's root; for a page that stands alone, its folder.
        config: The graph's configuration.
        ledger: What waits, and what is decided.
        is_graph: Whether `root` is a graph.
    """

    def __init__(self, root: Path, config: GraphConfig, ledger: Ledger, *, is_graph: bool) -> None:
        self.root = root
        self.config = config
        self.ledger = ledger
        self.is_graph = is_graph
        self._read: set[str] = set()

    def file(self, page_title: str) -> Path:
        """The review page's file of a page."""
        name = review_file(review_title(page_title), self.config, is_graph=self.is_graph)
        return self.root / name

    def read(self) -> tuple[Counter[str], list[RefinerError]]:
        """Take the decisions on review pages that somebody saved into the ledger.

        Returns:
            How many were accepted, rejected and reworded now, and what can't be understood: the
            proposals there stay pending, and their review page is left as it is.
        """
        counts: Counter[str] = Counter()
        problems: list[RefinerError] = []
        for title, fingerprint in self.ledger.review_files().items():
            path = self.file(title)
            if not path.is_file() or Fingerprint.of(path) == fingerprint:
                continue
            proposals = self._proposals(title, STATES)
            found = self._read_one(path, proposals, counts)
            problems += found
            if not found:
                self._read.add(title)
        return counts, problems

    def check(self) -> list[RefinerError]:
        """What can't be understood on the review pages; takes no decision over."""
        problems: list[RefinerError] = []
        for title in self.ledger.review_files():
            path = self.file(title)
            if not path.is_file():
                continue
            name = str(path.relative_to(self.root))
            known = {p.id: p for p in self._proposals(title, STATES)}
            try:
                read = read_page(read_file(path), known)
            except DecodeError as error:
                problems.append(PageError(name, str(error), line=error.line))
                continue
            problems += [PageError(name, problem, line=line) for line, problem in read.problems]
        return problems

    def _read_one(
        self, path: Path, proposals: list[Proposal], counts: Counter[str]
    ) -> list[RefinerError]:
        name = str(path.relative_to(self.root))
        known = {p.id: p for p in proposals}
        try:
            read = read_page(read_file(path), known)
        except DecodeError as error:
            return [PageError(name, f"{error}; no decision was read from it", line=error.line)]
        for decision in read.decisions:
            proposal = known[decision.id]
            if proposal.state not in {"pending", "accepted"}:
                continue
            if decision.comment != proposal.comment:
                self.ledger.comment(decision.id, decision.comment)
            is_new = decision.choice != proposal.state or decision.wording != self.ledger.wording(
                decision.id
            )
            if decision.choice is not None and is_new:
                wording = decision.wording if decision.choice == "accepted" else None
                self.ledger.decide([decision.id], decision.choice, "logseq", wording=wording)
                counts[decision.choice] += 1
                counts["reworded"] += wording is not None
        return [
            PageError(
                name,
                f"{problem}; it was left as it is, the other decisions are taken",
                line=line,
                hint="mend the block, or remove the page and run `refiner refine` to get it anew",
            )
            for line, problem in read.problems
        ]

    def write(self, keep: Iterable[str] = ()) -> list[str]:
        """Write what is pending; the paths of the pages that changed.

        Args:
            keep: Review pages, by path in the graph, that hold what could not be understood.
        """
        kept = set(keep)
        written: dict[str, tuple[int, int, int] | None] = {}
        changed = []
        told = self.ledger.review_changes()
        for title in sorted({*(title for _, title in told), *self._read}):
            path = self.file(title)
            name = str(path.relative_to(self.root))
            if name in kept:
                continue
            proposals = self._proposals(title, ("pending",))
            wordings = {p.id: w for p in proposals if (w := self.ledger.wording(p.id)) is not None}
            if self._put(path, write_page(proposals, wordings, self.config)):
                changed.append(name)
            written[title] = Fingerprint.of(path) if path.is_file() else None
        if written:
            self.ledger.reviews_written(written, [page for page, title in told if title in written])
            changed += self._write_index()
        self._read.clear()
        return changed

    def _write_index(self) -> list[str]:
        """Write the page that links to all review pages; a page that stands alone needs none."""
        if not self.is_graph:
            return []
        titles = {path: state.title for path, state in self.ledger.pages().items()}
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for page, task, state, count in self.ledger.counts():
            if state == "pending" and page in titles:
                counts[titles[page]][task] += count
        name = review_file(PREFIX, self.config, is_graph=True)
        text = write_index([(title, dict(tasks)) for title, tasks in sorted(counts.items())])
        return [name] if self._put(self.root / name, text) else []

    def _put(self, path: Path, text: str) -> bool:
        """Write a page where it differs; one with nothing left is removed."""
        old = path.read_bytes() if path.is_file() else None
        if not text:
            if old is not None:
                path.unlink()
            return old is not None
        new = text.encode()
        if old is not None and old.rstrip(b"\n") == new:
            return False
        replace_file(path, old, new, is_durable=False)
        return True

    def _proposals(self, title: str, states: tuple[State, ...]) -> list[Proposal]:
        pages = self.ledger.pages_of(title)
        return [p for page in pages for p in self.ledger.proposals(states, page)]
