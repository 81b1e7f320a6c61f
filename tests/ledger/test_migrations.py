"""Ledgers of earlier versions are brought up to date with all that was decided in them."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from refiner.ledger import Ledger
from refiner.ledger.migrations import MIGRATIONS
from refiner.logseq import splice
from refiner.pipeline.write import recover
from refiner.proposals import compose, inverse
from tests.proposals.made import PAGE, edit, propose

if TYPE_CHECKING:
    from pathlib import Path

    from refiner.proposals import Proposal

# The schema of version 0.1.0. A step that was shipped is never changed.
SHIPPED = 5
SHIPPED_SHA256 = "1991ccf2424bc75077fbd621c63f5478b95ff86dedcac819c9e90c5c7503d390"

TYPO = propose(PAGE, edit(PAGE, "registy", "registry"))
JOIN = propose(PAGE, edit(PAGE, "contain- ner", "container"))
YES = propose(PAGE, edit(PAGE, "yes", "Yes"))
COMPOSED = compose(PAGE, [TYPO])
NEW = splice(PAGE, COMPOSED.edits)
BACK = inverse(COMPOSED.edits, COMPOSED.taken[0][1], NEW)
DATA = {
    "line": 1, "kind": "card", "rule": "misspelling", "before": "", "after": "",
    "page_title": "One", "chapter": ["Chapter 1"], "reason": "a slip", "source": "rule",
    "confidence": 0.9, "flag": None, "model": None, "prompt": None, "note": "", "comment": "",
}  # fmt: skip
FLAG = {"name": "duplicate", "cause": "duplicate", "detail": "as on line 4"}


def insert_proposal(db: sqlite3.Connection, proposal: Proposal, state: str, **data: object) -> None:
    values = {**DATA, "place": proposal.place, **data}
    db.execute(
        "INSERT INTO proposals (id, page, task, item_hash, edit_hash, state, position, data)"
        " VALUES (?, 'pages/One.md', 'typo', ?, ?, ?, ?, ?)",
        (proposal.id, proposal.item_hash, proposal.edit_hash, state,
         proposal.place.edits[0].start, json.dumps(values)),
    )  # fmt: skip


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A ledger as 0.1.0 left it: one page applied, another begun when the power went."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as db, db:
        for step in MIGRATIONS[:SHIPPED]:
            db.executescript(step)
        db.execute(f"PRAGMA user_version = {SHIPPED}")
        db.execute(
            "INSERT INTO pages VALUES ('pages/One.md', 'One', 'A book', 1, 2, 3, 'sha', 2,"
            """ '{"typo": "d1"}', '{"question": 1}')"""
        )
        insert_proposal(db, TYPO, "applied")
        insert_proposal(db, JOIN, "accepted", flag=FLAG)
        insert_proposal(db, YES, "rejected")
        db.execute(
            "INSERT INTO decisions VALUES (?, ?, 'rejected', NULL, 'terminal', '2025-01-01')",
            (YES.item_hash, YES.edit_hash),
        )
        db.execute(
            "INSERT INTO requests VALUES ('k', 'question', 'question@1', 'm', '{}', '[]', 9, 0, 2,"
            " 0.5, '2025-01-01')"
        )
        db.execute(
            "INSERT INTO runs VALUES (1, 'refine', 'none', '2025-01-01', '2025-01-01', '{}')"
        )
        for number, state, page in ((1, "done", "pages/One.md"), (2, "begun", "pages/Two.md")):
            db.execute("INSERT INTO applies VALUES (?, 'apply', ?, '2025-01-01')", (number, state))
            db.execute("INSERT INTO apply_pages VALUES (?, ?, ?, ?)", (number, page, PAGE, NEW))
            about = json.dumps({"edits": COMPOSED.edits, "gone": ["f" * 12] if number == 2 else []})
            db.executemany(
                "INSERT INTO apply_proposals VALUES (?, ?, ?, 0, ?)",
                [
                    (number, f"page:{page}", page, about),
                    (number, TYPO.id if number == 1 else "e" * 12, page, json.dumps(BACK)),
                ],
            )
    return path


def test_shipped_steps_never_change() -> None:
    steps = "\x00".join(MIGRATIONS[:SHIPPED])
    assert hashlib.sha256(steps.encode()).hexdigest() == SHIPPED_SHA256


def test_proposals_and_decisions_are_kept(old: Path) -> None:
    with Ledger(old) as ledger:
        states = {p.id: p.state for p in ledger.proposals(("applied", "accepted", "rejected"))}
        assert states == {TYPO.id: "applied", JOIN.id: "accepted", YES.id: "rejected"}
        kept = ledger.proposal(JOIN.id)
        assert kept is not None
        assert (kept.place, kept.chapter) == (JOIN.place, ("Chapter 1",))
        assert kept.flag is not None
        assert kept.flag.detail == "as on line 4"
        priors = ledger.priors([YES, JOIN])
        assert {id_: prior.decision for id_, prior in priors.items()} == {YES.id: "rejected"}


def test_pages_answers_and_runs_are_kept(old: Path) -> None:
    with Ledger(old) as ledger:
        page = ledger.page("pages/One.md")
        assert page is not None
        assert (page.book, page.plan, page.failed) == ("A book", {"typo": "d1"}, {"question": 1})
        assert ledger.answer("k") is not None
        last = ledger.last_run()
        assert last is not None
        assert (last.command, last.model, last.report) == ("refine", "none", {})


def test_what_was_applied_can_be_taken_back(old: Path) -> None:
    with Ledger(old) as ledger:
        (applied,) = ledger.applied()
        assert (applied.id, applied.page) == (TYPO.id, "pages/One.md")
        assert splice(NEW, applied.back.edits) == PAGE


def test_a_write_that_was_begun_is_finished(old: Path, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "Two.md").write_bytes(PAGE)
    with Ledger(old) as ledger:
        assert recover(tmp_path, ledger) == ["pages/Two.md"]
        assert (tmp_path / "pages" / "Two.md").read_bytes() == NEW
        assert ledger.begun_writes() == []
        assert ledger.check() == "ok"


def test_facts_of_a_page_are_no_proposals(old: Path) -> None:
    with Ledger(old):
        pass
    with closing(sqlite3.connect(old)) as db:
        assert db.execute("SELECT count(*) FROM apply_proposals").fetchone() == (2,)
        rows = db.execute("SELECT edits, gone FROM apply_pages ORDER BY apply").fetchall()
    assert [json.loads(row[0]) for row in rows] == [[list(e) for e in COMPOSED.edits]] * 2
    assert [json.loads(row[1]) for row in rows] == [[], ["f" * 12]]
