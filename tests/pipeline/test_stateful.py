"""Promises under random use: pages, decisions here and in Logseq, edits by somebody else."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from refiner.api import Graph
from refiner.errors import ConflictError, PageError
from refiner.logseq import parse, splice
from refiner.pipeline.refine import refine
from refiner.pipeline.session import open_session

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
MEANT: dict[str, set[State]] = {
    "DONE": {"accepted", "applied", "stale"},
    "CANCELED": {"rejected", "stale"},
}


class Use(RuleBasedStateMachine):
    """One graph with one book, used at random by the API and in Logseq."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="refiner-test-"))
        root = self.folder / "graph"
        (root / "pages").mkdir(parents=True)
        self.page = root / "pages" / "Book.md"
        self.stack = ExitStack()
        flags = {"model": "none", "ledger": self.folder / "ledger.db"}
        self.session = self.stack.enter_context(open_session([root], None, flags, is_writing=True))
        self.ledger = self.session.ledger
        self.graph = Graph(self.session)
        self.rejected: set[tuple[str, str]] = set()
        self.marked: dict[str, str] = {}
        self.before_apply: bytes | None = None
        self.names = 0

    def teardown(self) -> None:
        self.stack.close()
        shutil.rmtree(self.folder)

    @initialize(choice=CHOICES)
    def export(self, choice: list[int]) -> None:
        self.text = "".join(BLOCKS[number] for number in choice)
        self.page.write_bytes(self.text.encode())

    @rule(is_marked_meanwhile=st.booleans())
    def refine(self, is_marked_meanwhile: bool) -> None:  # noqa: FBT001 - hypothesis draws it
        before = self.page.read_bytes()
        with self.session.reviewed() as problems:
            if is_marked_meanwhile:
                self.mark_in_logseq("DONE")
            refine(self.session.target, self.session.settings, self.ledger)
        assert not problems
        assert self.page.read_bytes() == before
        self.check_marks()

    @rule(number=st.integers(0, 99), is_accepted=st.booleans())
    def decide(self, number: int, is_accepted: bool) -> None:  # noqa: FBT001 - hypothesis draws it
        pending = self.graph.proposals()
        if pending:
            proposal = pending[number % len(pending)]
            self.marked.pop(proposal.id, None)
            (self.graph.accept if is_accepted else self.graph.reject)([proposal.id])
            if not is_accepted:
                self.rejected.add((proposal.item_hash, proposal.edit_hash))
                self.forget_twins((proposal.item_hash, proposal.edit_hash))
            self.check_marks()

    @rule(marker=st.sampled_from(["DONE", "CANCELED"]))
    def mark_in_logseq(self, marker: str) -> None:
        """Set a block's marker, as a person does; no command has read it yet."""
        for path in (self.session.target.root / "pages").glob("refiner%2Freview%2F*.md"):
            text = path.read_text(encoding="utf-8")
            start = text.find("- TODO")
            if start < 0:
                continue
            path.write_text(text.replace("- TODO", f"- {marker}", 1), encoding="utf-8")
            proposal = self.ledger.proposal(text[start:].partition("refiner:: ")[2][:12])
            assert proposal is not None
            if proposal.state in {"pending", "accepted"}:
                self.marked[proposal.id] = marker
                if marker == "CANCELED":
                    self.forget_twins((proposal.item_hash, proposal.edit_hash), but=proposal.id)

    def forget_twins(self, content: tuple[str, str], but: str = "") -> None:
        """What is rejected is so wherever the same content stands, however it was marked."""
        for id_ in [*self.marked]:
            proposal = self.ledger.proposal(id_)
            assert proposal is not None
            if id_ != but and (proposal.item_hash, proposal.edit_hash) == content:
                del self.marked[id_]

    def check_marks(self) -> None:
        """What was marked in Logseq holds, or still stands there for the next command."""
        left = {}
        for id_, marker in self.marked.items():
            proposal = self.ledger.proposal(id_)
            assert proposal is not None
            if proposal.state == "pending" and self.stands_marked(id_, marker):
                left[id_] = marker
                continue
            assert proposal.state in MEANT[marker]
            if proposal.state == "rejected":
                self.rejected.add((proposal.item_hash, proposal.edit_hash))
        self.marked = left

    def stands_marked(self, id_: str, marker: str) -> bool:
        pages = (self.session.target.root / "pages").glob("refiner%2Freview%2F*.md")
        texts = (path.read_text(encoding="utf-8") for path in pages)
        blocks = (block for text in texts for block in text.split("\n- "))
        return any(f"refiner:: {id_}" in one and marker in one.split("\n")[0] for one in blocks)

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
        self.page = self.page.rename(self.page.with_name(f"Book {self.names}.md"))
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
        accepted = {p.id for p in self.ledger.proposals(ACCEPTED)}
        accepted |= {id_ for id_, marker in self.marked.items() if marker == "DONE"}
        before = self.page.read_bytes()
        report = self.graph.apply()
        after = self.page.read_bytes()
        assert set(report.proposals) <= accepted
        backs = [back for _, _, back in self.ledger.applied(set(report.proposals))]
        edits = sorted({edit for back in backs for edit in back.edits})
        assert splice(after, edits) == before  # outside the accepted spans no byte has changed
        if report.proposals:
            self.before_apply = before
        self.check_marks()

    @rule()
    def undo(self) -> None:
        before = self.page.read_bytes()
        try:
            report = self.graph.undo()
        except (ConflictError, PageError):
            assert self.page.read_bytes() == before
            self.check_marks()
            return
        if self.before_apply is not None and report.proposals:
            assert self.page.read_bytes() == self.before_apply
        self.before_apply = None
        self.check_marks()

    @invariant()
    def what_waits_still_reads_what_it_replaces(self) -> None:
        parse(self.page.read_bytes())
        assert self.ledger.begun_writes() == []

    @invariant()
    def what_was_rejected_is_not_asked_again(self) -> None:
        for proposal in self.ledger.proposals():
            assert (proposal.item_hash, proposal.edit_hash) not in self.rejected


Use.TestCase.settings = settings(max_examples=100, stateful_step_count=20, deadline=None)
TestUse = Use.TestCase
