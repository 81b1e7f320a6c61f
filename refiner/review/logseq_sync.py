"""Review pages on disk: written from the ledger, and the decisions on them taken over."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from contextlib import closing, suppress
from errno import ELOOP
from functools import cached_property, partial
from stat import S_ISREG
from typing import TYPE_CHECKING

from refiner.errors import ConflictError, PageError, RefinerError
from refiner.graph.files import read_file, replace_file
from refiner.graph.scan import REVIEW, Fingerprint
from refiner.logseq import DecodeError
from refiner.parallel import mapped, workers_for
from refiner.review.logseq_desk import Desk, Fresh, text_of, write_fresh
from refiner.review.logseq_notes import Notes, read_notes
from refiner.review.logseq_page import (
    read_page,
    review_file,
    review_title,
    with_own_blocks,
    write_index,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from refiner.cards import ExtractOptions
    from refiner.ledger import Ledger
    from refiner.logseq import GraphConfig
    from refiner.proposals import Proposal
    from refiner.review.logseq_page import ReadDecision

PROPOSAL_ID = re.compile(rb"(?<![0-9a-f])[0-9a-f]{12}(?![0-9a-f])")
ATTEMPTS = 5
# About so many pages are written while a process starts.
PAGES_EACH = 300
NOT_OURS = "is a page of your own, not a review page of refiner; it was left as it is"
NOT_OURS_HINT = "rename it in Logseq, or decide with `refiner review`"


class ReviewPages:
    """The review pages of a graph.

    `read` and `write` are the two ends of what a command does: see `Session.reviewed`.

    Args:
        root: The graph's root; for a page that stands alone, its folder.
        config: The graph's configuration.
        ledger: What waits, and what is decided.
        is_graph: Whether `root` is a graph.
        options: What makes a block an item, or metadata.
        jobs: How many processes write many pages; None goes by cores and pages.
    """

    def __init__(
        self,
        root: Path,
        config: GraphConfig,
        ledger: Ledger,
        *,
        is_graph: bool,
        options: ExtractOptions,
        jobs: int | None = 1,
    ) -> None:
        self.root = root
        self.jobs = jobs
        self.config = config
        self.ledger = ledger
        self.is_graph = is_graph
        self.options = options
        self._start()

    def _start(self) -> None:
        """Forget what was read before."""
        self._problems: list[RefinerError] = []
        self.__dict__.pop("_fingerprints", None)
        self._decisions: dict[str, dict[str, ReadDecision]] = {}
        self._outdated: set[str] = set()
        self._kept: set[str] = set()

    @cached_property
    def _fingerprints(self) -> dict[str, tuple[int, int, int] | None]:
        """Of each review page's file as it was last read, by title."""
        return dict(self.ledger.review_files())

    def file(self, page_title: str) -> Path:
        """The review page's file of a page."""
        return self.root / self._name(page_title)

    def _name(self, page_title: str) -> str:
        return review_file(review_title(page_title), self.config, is_graph=self.is_graph)

    def read(self) -> list[RefinerError]:
        """Take the decisions on review pages that somebody saved into the ledger.

        Returns:
            What can't be understood: the proposals there stay pending, and their review page is
            left as it is. What `write` can't understand is added to this list.
        """
        self._start()
        for title, fingerprint in [*self._fingerprints.items()]:
            try:
                now = _fingerprint(f"{self.root}/{self._name(title)}")
                if now is None:
                    self._outdated.add(title)
                elif now != fingerprint:
                    self._take(title, self.file(title))
            except PageError as error:
                self._problems.append(error)
                self._kept.add(title)
        return self._problems

    def write(self) -> list[str]:
        """Write what is pending; the paths of the pages that changed.

        A page that was saved since it was read, as Logseq does when a person marks a block
        there, is read again first, and what was decided on it meanwhile holds. Where somebody
        decides elsewhere while pages are written, as a browser does, they are looked at again.

        Raises:
            PageError: A review page can't be written; the others are.
        """
        changed: list[str] = []
        for _ in range(ATTEMPTS):
            seen = self.ledger.version()[0]
            changed += self._write_waiting(seen)
            if self.ledger.version()[0] == seen:
                break
        return changed

    def _write_waiting(self, seen: int) -> list[str]:
        """Write what waits; `seen` is the ledger's version before it is read."""
        written: dict[str, tuple[int, int, int] | None] = {}
        changed: list[str] = []
        unwritten: list[PageError] = []
        waiting = self.ledger.review_changes()
        titles = sorted({*(title for _, title in waiting), *self._outdated} - self._kept)
        for title, fresh in self._written(titles):
            path = self.file(title)
            try:
                if self._write_one(title, path) if fresh is None else self._note(title, fresh):
                    changed.append(str(path.relative_to(self.root)))
            except PageError as error:
                unwritten.append(error)
                continue
            if title not in self._kept:
                written[title] = self._fingerprints.get(title)
        if written:
            pages = [page for page, title in waiting if title in written]
            self.ledger.reviews_written(written, pages, seen)
            changed += self._write_index()
        self._outdated.clear()
        if unwritten:
            raise unwritten[0]
        return changed

    def check(self) -> list[RefinerError]:
        """What can't be understood on the review pages; takes no decision over."""
        problems: list[RefinerError] = []
        for title in self.ledger.review_files():
            path = self.file(title)
            if not path.is_file():
                continue
            name = str(path.relative_to(self.root))
            data = read_file(path)
            try:
                read = read_page(data, self._known(data))
            except DecodeError as error:
                problems.append(PageError(name, str(error), line=error.line))
                continue
            problems += [PageError(name, problem, line=line) for line, problem in read.problems]
        return problems

    def _take(self, title: str, path: Path) -> None:
        """Take what was decided on a page since it was last read; keep it where it is unclear."""
        # The fingerprint is older than the bytes, so that a save between the two is seen later.
        is_unknown = title not in self._fingerprints
        self._fingerprints[title] = Fingerprint.of(path)
        data = read_file(path)
        known = self._known(data)
        if is_unknown and data.strip() and not PROPOSAL_ID.search(data):
            name = str(path.relative_to(self.root))
            problems: list[RefinerError] = [PageError(name, NOT_OURS, hint=NOT_OURS_HINT)]
        else:
            problems = self._problems_of(title, path, data, known)
        self._problems += problems
        (self._kept if problems else self._outdated).add(title)

    def _problems_of(
        self, title: str, path: Path, data: bytes, known: dict[str, Proposal]
    ) -> list[RefinerError]:
        name = str(path.relative_to(self.root))
        try:
            read = read_page(data, known)
        except DecodeError as error:
            return [PageError(name, f"{error}; no decision was read from it", line=error.line)]
        earlier = self._decisions.get(title, {})
        for decision in read.decisions:
            if decision != earlier.get(decision.id):
                self._decide(decision, known[decision.id])
        self._decisions[title] = {decision.id: decision for decision in read.decisions}
        return [
            PageError(
                name,
                f"{problem}; it was left as it is, the other decisions are taken",
                line=line,
                hint="mend the block, or remove the page and run `refiner refine` to get it anew",
            )
            for line, problem in read.problems
        ]

    def _decide(self, decision: ReadDecision, proposal: Proposal) -> None:
        if decision.comment != proposal.comment:
            self.ledger.comment(decision.id, decision.comment)
        if proposal.state not in {"pending", "accepted"}:
            return
        is_reworded = decision.wording != self.ledger.wording(decision.id)
        if is_reworded:
            self.ledger.reword(decision.id, decision.wording)
        if decision.choice is not None and (decision.choice != proposal.state or is_reworded):
            self.ledger.decide([decision.id], decision.choice, "logseq")

    def _written(self, titles: list[str]) -> Iterator[tuple[str, Fresh | None]]:
        """Each title; of many, those without a page yet have one written by other processes."""
        workers = workers_for(len(titles), self.jobs, PAGES_EACH)
        if workers == 1:
            yield from ((title, None) for title in titles)
            return
        desk = Desk(self.root, self.config, self.ledger.path, self.is_graph, self.options)
        with closing(mapped(partial(write_fresh, desk=desk), titles, workers)) as pages:
            for title, fresh in pages:
                yield title, fresh if isinstance(fresh, Fresh) else None

    def _note(self, title: str, fresh: Fresh) -> bool:
        """Take over what another process wrote."""
        self._fingerprints[title] = fresh.fingerprint
        return True

    def _write_one(self, title: str, path: Path) -> bool:
        """Write one review page from the ledger; whether it changed.

        Raises:
            PageError: It can't be written, or somebody writes to it all the time.
        """
        for _ in range(ATTEMPTS):
            # The bytes are older than the fingerprint: a save between the two is seen here.
            data = None if _fingerprint(path) is None else read_file(path)
            fingerprint = _fingerprint(path)
            if data is not None and fingerprint != self._fingerprints.get(title):
                self._take(title, path)
                if title in self._kept:
                    return False
                continue
            text = self._text(title, read_notes(data or b""))
            if (data or b"").rstrip(b"\n") == text.encode():
                if fingerprint is None:
                    self._fingerprints.pop(title, None)
                return False
            try:
                after = _put(self.root, path, data, text)
            except ConflictError:
                continue
            if after is None:
                self._fingerprints.pop(title, None)
            else:
                self._fingerprints[title] = after
            return True
        name = str(path.relative_to(self.root))
        raise PageError(name, "is being written by another program; it was left as it is")

    def _text(self, title: str, notes: Notes) -> str:
        desk = Desk(self.root, self.config, self.ledger.path, self.is_graph, self.options)
        return text_of(title, desk, self.ledger, notes)

    def _write_index(self) -> list[str]:
        """Write the page that links to all review pages; a page that stands alone needs none."""
        if not self.is_graph:
            return []
        titles = self.ledger.titles()
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for page, task, state, count in self.ledger.counts():
            if state == "pending" and page in titles:
                counts[titles[page]][task] += count
        name = review_file(REVIEW, self.config, is_graph=True)
        path = self.root / name
        listed = write_index([(title, dict(tasks)) for title, tasks in sorted(counts.items())])
        for _ in range(ATTEMPTS):
            try:
                data = None if _fingerprint(path) is None else read_file(path)
            except PageError:
                return []
            try:
                text = with_own_blocks(listed, data or b"")
            except DecodeError:
                text = None
            if text is None:
                return []  # a page of the person's own
            if data is not None and data.rstrip(b"\n") == text.encode():
                return []
            with suppress(ConflictError):
                _put(self.root, path, data, text)
                return [name]
        return []

    def _known(self, data: bytes) -> dict[str, Proposal]:
        """The proposals, in any state, whose ids stand on a page."""
        ids = {id_.decode() for id_ in PROPOSAL_ID.findall(data)}
        found = (self.ledger.proposal(id_) for id_ in ids)
        return {proposal.id: proposal for proposal in found if proposal is not None}


def _fingerprint(path: Path | str) -> Fingerprint | None:
    """A review page's fingerprint, or None where there is none.

    Raises:
        PageError: What stands there is not a file, or can't be looked at.
    """
    try:
        stat = os.stat(path)  # noqa: PTH116 - of thousands of names, as many paths cost more
        if S_ISREG(stat.st_mode):
            return Fingerprint(stat.st_size, stat.st_mtime_ns, stat.st_ino)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno == ELOOP:
            return None
        raise PageError(
            str(path), f"can't be read: {error.strerror}; it was left as it is"
        ) from error
    raise PageError(str(path), "is not a file; it was left as it is")


def _put(root: Path, path: Path, old: bytes | None, text: str) -> Fingerprint | None:
    """Put a page in the place of old bytes, or remove one with nothing left; its fingerprint.

    Raises:
        ConflictError: It holds something else by now; it is left as it is.
        PageError: It can't be written.
    """
    if text:
        return replace_file(path, old, text.encode(), root=root, is_durable=False)
    if old is not None and path.read_bytes() != old:
        raise ConflictError(f"`{path}` changed while it was being removed; it was left as it is")
    path.unlink(missing_ok=True)
    return None
