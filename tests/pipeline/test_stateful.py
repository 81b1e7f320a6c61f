"""Promises under random use: pages, decisions, edits by somebody else, applies and undos."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from refiner.errors import ConflictError, PageError
from refiner.graph.target import locate
from refiner.ledger import Ledger
from refiner.logseq import parse, splice
from refiner.pipeline import apply as applying
from refiner.pipeline import refine as pipeline
from refiner.pipeline.carry import item_pairs
from refiner.review.logseq_sync import ReviewPages
from refiner.settings import Settings

if TYPE_CHECKING:
    from refiner.proposals import State

BLOCKS = (
    "- What is a registy? #car\n\t- A store of images, says the contain- ner book.\n",
    "- Types of soil #car\n\t- Three types exist: sand, clay and loam.\n",
    "- Free text that nobody touches  with  doubled   spaces\n",
    "- A broker is a server that accepts messages from producers and hands them on. #ñspace\n",
    "- ¿Que es el acolchado? #car\n\t- Una capa de paja.\n\t- (Page\u00a05)\n",
    "- What is a contaner?\n  id:: 64a1c2d3-0b1e-4c55-9f6a-2f8f1d1e9a10\n  And why? #car\n\t- A process, as described\n",
    "- no answer here #car\n",
)
CHOICES = st.lists(st.integers(0, len(BLOCKS) - 1), min_size=1, max_size=5, unique=True)
ACCEPTED: tuple[State, ...] = ("accepted",)
REJECTED: tuple[State, ...] = ("rejected",)
SETTINGS = Settings(model="none")


def everything(_page: str) -> bool:
    return True


class Use(RuleBasedStateMachine):
    """One graph with one book, used at random."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="refiner-test-"))
        self.root = self.folder / "graph"
        (self.root / "pages").mkdir(parents=True)
        self.target = locate([self.root])
        self.ledger = Ledger(self.folder / "ledger.db")
        self.review = ReviewPages(self.root, self.target.config, self.ledger, is_graph=True)
        self.page = self.root / "pages" / "Book.md"
        self.rejected: set[tuple[str, str]] = set()
        self.before_apply: bytes | None = None
        self.names = 0

    def teardown(self) -> None:
        self.ledger.close()
        shutil.rmtree(self.folder)

    @initialize(choice=CHOICES)
    def export(self, choice: list[int]) -> None:
        self.text = "".join(BLOCKS[number] for number in choice)
        self.page.write_bytes(self.text.encode())

    @rule()
    def refine(self) -> None:
        self.review.read()
        before = self.page.read_bytes()
        pipeline.refine(self.target, SETTINGS, self.ledger)
        assert self.page.read_bytes() == before
        self.review.write()

    @rule(number=st.integers(0, 99), is_accepted=st.booleans())
    def decide(self, number: int, is_accepted: bool) -> None:  # noqa: FBT001 - hypothesis draws it
        pending = self.ledger.proposals()
        if pending:
            proposal = pending[number % len(pending)]
            self.ledger.decide([proposal.id], "accepted" if is_accepted else "rejected", "command")
            if not is_accepted:
                self.rejected.add((proposal.item_hash, proposal.edit_hash))

    @rule(marker=st.sampled_from(["DONE", "CANCELED"]))
    def decide_in_logseq(self, marker: str) -> None:
        for path in (self.root / "pages").glob("refiner%2Freview%2F*.md"):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("- TODO", f"- {marker}", 1), encoding="utf-8")
        known = {p.id: p for p in self.ledger.proposals()}
        problems = self.review.read()
        assert not problems
        for p in self.ledger.proposals(REJECTED):
            if p.id in known:
                self.rejected.add((p.item_hash, p.edit_hash))

    @rule(
        where=st.sampled_from(["top", "end", "inside"]),
        word=st.sampled_from(["x", "ñ #card", "two  words"]),
    )
    def somebody_edits(self, where: str, word: str) -> None:
        data = self.page.read_bytes()
        line = f"- {word}\n".encode()
        if where == "top":
            data = line + data
        elif where == "end":
            data = data + line
        else:
            data = data.replace(b"a", word.encode() + b"a", 1)
        self.page.write_bytes(data)
        self.before_apply = None

    @rule()
    def rename(self) -> None:
        self.names += 1
        new = self.page.with_name(f"Book {self.names}.md")
        self.page.rename(new)
        self.page = new
        self.before_apply = None

    @rule()
    def export_anew(self) -> None:
        self.page.unlink()
        self.names += 1
        self.page = self.page.with_name(f"Export {self.names}.md")
        self.page.write_bytes(self.text.encode())
        self.before_apply = None

    @rule()
    def apply(self) -> None:
        accepted = {p.id: p for p in self.ledger.proposals(ACCEPTED)}
        before = self.page.read_bytes()
        report = applying.apply_accepted(
            self.root, self.ledger, everything, lambda old, new: item_pairs(old, new, SETTINGS)
        )
        after = self.page.read_bytes()
        assert set(report.proposals) <= set(accepted)
        backs = [back for _, _, back in self.ledger.applied(set(report.proposals))]
        edits = sorted({edit for back in backs for edit in back.edits})
        assert splice(after, edits) == before  # outside the accepted spans no byte has changed
        if report.proposals:
            self.before_apply = before

    @rule()
    def undo(self) -> None:
        before = self.page.read_bytes()
        try:
            report = applying.undo(self.root, self.ledger, None, everything)
        except (ConflictError, PageError):
            assert self.page.read_bytes() == before
            return
        if self.before_apply is not None and report.proposals:
            assert self.page.read_bytes() == self.before_apply
        self.before_apply = None

    @invariant()
    def what_waits_still_reads_what_it_replaces(self) -> None:
        parse(self.page.read_bytes())
        assert self.ledger.begun_writes() == []

    @invariant()
    def what_was_rejected_is_not_asked_again(self) -> None:
        for proposal in self.ledger.proposals():
            assert (proposal.item_hash, proposal.edit_hash) not in self.rejected


Use.TestCase.settings = settings(max_examples=150, stateful_step_count=20, deadline=None)
TestUse = Use.TestCase
