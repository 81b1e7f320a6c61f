from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from refiner.ledger import Ledger, PageState, SyncedPage
from refiner.review.answers import (
    WordingError,
    decide,
    edit,
    same_kind,
    undo,
    wording_notes,
    wording_problems,
)
from tests.review.test_card import proposal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ONE = proposal("durable", "lasting")
TWO = proposal("queues.", "logs.")
STATE = PageState("Broker", "", (1, 1, 1), "0", 1, {})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.db") as opened:
        opened.sync_pages([SyncedPage("pages/Broker.md", STATE, ("typo",), [ONE, TWO], ())])
        yield opened


def state(ledger: Ledger) -> str:
    found = ledger.proposal(ONE.id)
    return "" if found is None else found.state


def test_an_answer_says_what_it_did(ledger: Ledger) -> None:
    answer = decide(ledger, [ONE], "accepted", "browser")
    assert (answer.ids, answer.missed) == ((ONE.id,), ())
    assert answer.message == "accepted: 1 proposal"
    assert state(ledger) == "accepted"


def test_what_was_decided_elsewhere_stands(ledger: Ledger) -> None:
    ledger.decide([ONE.id], "rejected", "logseq")
    answer = decide(ledger, [ONE], "accepted", "browser")
    assert (answer.ids, answer.missed) == ((), ((ONE.id, "rejected"),))
    assert answer.message == "it was rejected elsewhere, and stays so"
    assert state(ledger) == "rejected"


def test_an_edit_is_kept_and_undone(ledger: Ledger) -> None:
    edit(ledger, ONE, "They last.  ", "terminal")
    assert ledger.wording(ONE.id) == "They last."
    assert undo(ledger, [ONE.id]).ids == (ONE.id,)
    assert state(ledger) == "pending"
    again = replace(ONE, state="pending")
    decide(ledger, [again], "accepted", "terminal")
    assert ledger.wording(ONE.id) == "They last.", "what was shown is what is accepted"
    edit(ledger, replace(ONE, state="accepted"), ONE.after, "terminal")
    assert ledger.wording(ONE.id) is None


@pytest.mark.parametrize(
    ("wording", "problem"),
    [
        pytest.param("  \n", "empty", id="empty"),
        pytest.param("They are durable.", "old text", id="as it was"),
        pytest.param("They\x1b[2J last.", "U+001B", id="control character"),
        pytest.param("They last\n```yaml", "not closed", id="open fence"),
        pytest.param("- They last", "bullet", id="bullet"),
    ],
)
def test_a_wording_that_would_harm_the_page_is_refused(
    ledger: Ledger, wording: str, problem: str
) -> None:
    with pytest.raises(WordingError, match=problem.replace("+", r"\+")):
        edit(ledger, ONE, wording, "browser")
    assert state(ledger) == "pending"


def test_an_id_that_references_need_may_not_go() -> None:
    made = replace(ONE, before="What is it? #car\nid:: 66a0f0f0-1", after="Which is it? #car")
    assert "references" in wording_problems(made, "Which one is it?")[0]
    assert wording_problems(made, "Which one is it?\nid:: 66a0f0f0-1") == []
    assert wording_notes(made, "Which one is it?") == ["the tag `#car` is no longer in it"]


def test_one_answer_for_all_is_counted_apart(ledger: Ledger) -> None:
    decide(ledger, same_kind([ONE, TWO], ONE, "task"), "accepted", "browser", is_bulk=True)
    undo(ledger, [TWO.id])
    decide(ledger, [TWO], "rejected", "terminal")
    tallies = [(t.task, t.rule, t.is_bulk, t.verdict, t.decisions) for t in ledger.tallies()]
    assert tallies == [
        ("typo", "misspelling", False, "rejected", 1),
        ("typo", "misspelling", True, "accepted", 1),
    ]


def test_what_is_being_written_stays_accepted(ledger: Ledger) -> None:
    from refiner.ledger import WritePage

    ledger.decide([ONE.id], "accepted", "terminal")
    write = WritePage(ONE.page, b"a", b"b", (), ((ONE.id, ONE.place),))
    ledger.begin_write("apply", [write])
    answer = decide(ledger, [replace(ONE, state="accepted")], "rejected", "browser")
    assert answer.missed == ((ONE.id, "accepted"),)
    assert undo(ledger, [ONE.id]).missed == ((ONE.id, "accepted"),)
    ledger.reword(ONE.id, "other words")
    assert ledger.wording(ONE.id) is None


def test_earlier_decisions_are_listed_newest_first(ledger: Ledger) -> None:
    decide(ledger, [ONE], "accepted", "browser")
    decide(ledger, [TWO], "rejected", "terminal")
    found = {d.proposal.id: (d.proposal.state, d.surface) for d in ledger.decided(10)}
    assert found == {ONE.id: ("accepted", "browser"), TWO.id: ("rejected", "terminal")}
    assert len(ledger.decided(1)) == 1
