from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from refiner.errors import LedgerError
from refiner.ledger import Ledger, PageState, SyncedPage, WritePage
from refiner.logseq import splice
from refiner.proposals import compose, inverse
from tests.proposals.made import PAGE, edit, propose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from refiner.proposals import Proposal

STATE = PageState("One", "", (1, 2, 3), "sha", 2, {"typo": "1"})
TYPO = propose(PAGE, edit(PAGE, "registy", "registry"))
JOIN = propose(PAGE, edit(PAGE, "contain- ner", "container"))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.db") as opened:
        yield opened


def sync(
    ledger: Ledger, *proposals: Proposal, page: str = "pages/One.md", kept: tuple[str, ...] = ()
) -> None:
    ledger.sync_pages([SyncedPage(page, STATE, ("typo",), proposals, kept)])


def states(ledger: Ledger) -> dict[str, str]:
    found = ledger.proposals(("pending", "accepted", "rejected", "applied", "stale"))
    return {p.id: p.state for p in found}


def test_what_goes_in_comes_out(ledger: Ledger) -> None:
    sync(ledger, TYPO)
    assert ledger.proposals() == [TYPO]
    assert ledger.pages() == {"pages/One.md": STATE}


def test_what_is_not_found_again_goes_stale(ledger: Ledger) -> None:
    sync(ledger, TYPO, JOIN)
    sync(ledger, JOIN)
    assert states(ledger) == {TYPO.id: "stale", JOIN.id: "pending"}


def test_items_that_were_passed_over_keep_their_proposals(ledger: Ledger) -> None:
    sync(ledger, TYPO)
    sync(ledger, kept=(TYPO.item_hash,))
    assert states(ledger) == {TYPO.id: "pending"}


def test_an_accepted_proposal_stays_accepted_when_found_again(ledger: Ledger) -> None:
    sync(ledger, TYPO)
    ledger.decide([TYPO.id], "accepted", "command")
    sync(ledger, TYPO)
    assert states(ledger) == {TYPO.id: "accepted"}


def test_a_rejected_proposal_is_not_made_again_on_another_page(ledger: Ledger) -> None:
    from dataclasses import replace

    sync(ledger, TYPO)
    ledger.decide([TYPO.id], "rejected", "command")
    again = replace(TYPO, id="f" * 12, page="pages/Two.md")
    sync(ledger, again, page="pages/Two.md")
    assert states(ledger) == {TYPO.id: "rejected"}


def test_what_was_accepted_before_comes_with_a_note_on_a_new_export(ledger: Ledger) -> None:
    from dataclasses import replace

    sync(ledger, TYPO)
    ledger.decide([TYPO.id], "accepted", "terminal", wording="one register #car")
    ledger.drop_pages(["pages/One.md"])
    again = replace(TYPO, id="f" * 12, page="pages/Two.md")
    sync(ledger, again, page="pages/Two.md")
    found = ledger.proposal(again.id)
    assert found is not None
    assert (found.state, found.note) == ("pending", "accepted before")
    assert ledger.wording(again.id) == "one register #car"


def test_a_decision_taken_back_leaves_no_trace(ledger: Ledger) -> None:
    sync(ledger, TYPO)
    ledger.decide([TYPO.id], "rejected", "terminal")
    assert ledger.reopen([TYPO.id]) == 1
    sync(ledger, TYPO)
    assert states(ledger) == {TYPO.id: "pending"}


def write(ledger: Ledger, *taken: Proposal) -> bytes:
    composed = compose(PAGE, taken)
    new = splice(PAGE, composed.edits)
    backs = tuple((p.id, inverse(composed.edits, at, new)) for p, at in composed.taken)
    number = ledger.begin_write(
        "apply", [WritePage("pages/One.md", PAGE, new, composed.edits, backs)]
    )
    assert number is not None
    ledger.end_write(number, ["pages/One.md"])
    return new


def test_what_waits_on_a_written_page_moves_along(ledger: Ledger) -> None:
    sync(ledger, TYPO, JOIN)
    ledger.decide([TYPO.id], "accepted", "command")
    new = write(ledger, TYPO)
    assert states(ledger) == {TYPO.id: "applied", JOIN.id: "pending"}
    place = ledger.proposals()[0].place
    assert splice(new, place.edits) == new.replace(b"contain- ner", b"container")


def test_a_write_that_was_begun_is_remembered(ledger: Ledger) -> None:
    sync(ledger, TYPO)
    ledger.begin_write("apply", [WritePage("pages/One.md", PAGE, b"new", (), ())])
    begun = ledger.begun_writes()
    assert [(w.kind, w.pages) for w in begun] == [("apply", (("pages/One.md", PAGE, b"new", ()),))]


def test_pages_that_were_not_written_keep_their_proposals(ledger: Ledger) -> None:
    sync(ledger, TYPO)
    ledger.decide([TYPO.id], "accepted", "command")
    number = ledger.begin_write(
        "apply", [WritePage("pages/One.md", PAGE, b"new", (), ((TYPO.id, TYPO.place),))]
    )
    assert number is not None
    ledger.end_write(number, [])
    assert states(ledger) == {TYPO.id: "accepted"}
    assert ledger.applied() == []


def test_a_ledger_of_a_newer_refiner_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    Ledger(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(LedgerError, match="newer refiner"):
        Ledger(path)


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no.db"
    path.write_bytes(b"- a page, no ledger" * 100)
    with pytest.raises(LedgerError, match="can't be opened"):
        Ledger(path)
    assert path.read_bytes() == b"- a page, no ledger" * 100


def test_a_rejection_holds_when_another_word_of_the_card_changes(tmp_path: Path) -> None:
    data = b"- Where do images lie? #car\n\t- In a registy, by their name. They are pulled.\n"
    changed = data.replace(b"They are pulled", b"They are fetched")
    old, new = (propose(d, edit(d, "registy", "registry")) for d in (data, changed))
    new = replace(new, item_hash="f" * 16, id="f" * 12)
    with Ledger(tmp_path / "ledger.db") as ledger:
        page = "pages/One.md"
        ledger.sync_pages([SyncedPage(page, STATE, ("typo",), [old])])
        ledger.decide([old.id], "rejected", "command")
        ledger.sync_pages([SyncedPage(page, STATE, ("typo",), [new])])
        assert ledger.proposals() == []
        ledger.reopen([old.id])
        ledger.sync_pages([SyncedPage(page, STATE, ("typo",), [new])])
        assert [p.id for p in ledger.proposals()] == [new.id]
