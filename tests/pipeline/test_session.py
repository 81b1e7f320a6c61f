"""The bracket around whatever changes the ledger: decisions are read, review pages written."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

import refiner
from refiner.errors import UserError
from refiner.ledger import Ledger
from refiner.pipeline.apply import apply_accepted
from refiner.pipeline.refine import refine
from refiner.pipeline.select import Selection
from refiner.pipeline.session import Session, open_session
from refiner.pipeline.undo import undo
from refiner.pipeline.watch import refine_once
from tests.command import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from refiner.proposals import Proposal, State

ACCEPTED: tuple[State, ...] = ("accepted",)


@contextmanager
def opened(graph: Path, **settings: object) -> Iterator[Session]:
    with open_session([graph], None, {"model": "none", **settings}, is_writing=True) as session:
        yield session


def review_page(graph: Path) -> Path:
    return next(graph.rglob("refiner___review___Queues*.md"))


def mark(page: Path, marker: str) -> str:
    """Set the first block's marker as Logseq does; its proposal's id."""
    text = page.read_text(encoding="utf-8")
    assert "- TODO" in text
    page.write_text(text.replace("- TODO", f"- {marker}", 1), encoding="utf-8")
    start = text.index("- TODO")
    return text[start:].partition("refiner:: ")[2][:12]


def accepted(session: Session) -> list[str]:
    return [proposal.id for proposal in session.ledger.proposals(ACCEPTED)]


def first(session: Session, page: str) -> Proposal:
    return next(p for p in session.pending() if page in p.page)


def test_undo_keeps_decisions_that_were_marked_and_not_applied_yet(refined: Path) -> None:
    with opened(refined) as session, session.reviewed():
        session.ledger.decide([first(session, "huerto").id], "accepted", "command")
    assert run("apply", refined).returncode == 0
    marked = mark(review_page(refined), "DONE")
    assert run("undo", refined).returncode == 0
    with opened(refined) as session:
        assert accepted(session) == [marked]


def test_the_api_keeps_decisions_when_it_decides_and_takes_back(refined: Path) -> None:
    with refiner.open_graph(refined, model="none") as graph:
        graph.accept([next(p.id for p in graph.proposals() if "huerto" in p.page)])
        graph.apply()
        marked = mark(review_page(refined), "DONE")
        graph.undo()
        assert [p.id for p in graph.proposals("accepted")] == [marked]
        another = mark(review_page(refined), "DONE")
        graph.reject([next(p.id for p in graph.proposals() if "huerto" in p.page)])
        assert {p.id for p in graph.proposals("accepted")} == {marked, another}


def test_the_api_leaves_a_review_page_that_it_can_not_understand(refined: Path) -> None:
    page = review_page(refined)
    text = page.read_text(encoding="utf-8").replace("refiner:: ", "refinr:: ", 1) + "\n- my note"
    page.write_text(text, encoding="utf-8")
    with refiner.open_graph(refined, model="none") as graph:
        graph.accept(p.id for p in graph.proposals())
        report = graph.apply()
    assert page.read_text(encoding="utf-8") == text
    assert "has lost its `refiner::` property" in report.problems[-1].message
    assert report.proposals


@pytest.mark.parametrize("word", ["refine", "accept", "undo"])
def test_commands_tell_of_a_review_page_that_they_can_not_understand(
    refined: Path, word: str
) -> None:
    page = review_page(refined)
    text = page.read_text(encoding="utf-8").replace("refiner:: ", "refinr:: ", 1)
    page.write_text(text, encoding="utf-8")
    words: dict[str, list[str | Path]] = {
        "refine": ["refine", "--model", "none", refined],
        "accept": ["accept", "--task", "typo", "--graph", refined],
        "undo": ["undo", refined],
    }
    done = run(*words[word])
    assert (done.returncode, ":1`" in done.stderr) == (1, True)
    assert page.read_text(encoding="utf-8") == text


def test_a_block_marked_while_a_run_is_under_way_counts(refined: Path) -> None:
    page = review_page(refined)
    with opened(refined) as session:
        with session.reviewed():
            marked = mark(page, "DONE")
            refine(session.target, session.settings, session.ledger, Selection(is_fresh=True))
            for proposal in session.pending():  # another decision has the page written anew
                if proposal.page_title.startswith("Queues") and proposal.id != marked:
                    session.ledger.decide([proposal.id], "rejected", "command")
                    break
        assert accepted(session) == [marked]
    assert f"refiner:: {marked}" not in page.read_text(encoding="utf-8")
    assert proposal.id not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("when", ["text_of", "replace_file"])
def test_what_is_decided_elsewhere_while_review_pages_are_written_is_on_them(
    refined: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    page = review_page(refined)
    with opened(refined) as session:
        one, other = [p for p in session.pending() if p.page_title.startswith("Queues")][:2]
        module = "refiner.review.logseq_sync"
        whole = getattr(import_module(module), when)
        calls: list[str] = []

        def meanwhile(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - passed on
            made = whole(*args, **named)
            if not calls:  # a browser decides when the page's text is made already
                with Ledger(session.ledger.path) as elsewhere:
                    elsewhere.decide([other.id], "rejected", "browser")
            calls.append(when)
            return made

        with session.reviewed():
            session.ledger.decide([one.id], "rejected", "command")
            monkeypatch.setattr(f"{module}.{when}", meanwhile)
        text = page.read_text(encoding="utf-8")
        assert one.id not in text
        assert other.id not in text
        assert session.ledger.review_changes() == []


def test_a_note_written_while_a_run_is_under_way_stays(refined: Path) -> None:
    page = review_page(refined)
    with opened(refined) as session, session.reviewed():
        known = [p for p in session.pending() if p.page_title.startswith("Queues")]
        text = page.read_text(encoding="utf-8")
        at = text.index("- TODO", 5) if text.count("- TODO") > 1 else len(text)
        page.write_text(f"{text[:at].rstrip()}\n\t- my own note\n{text[at:]}", encoding="utf-8")
        session.ledger.decide([known[-1].id], "rejected", "command")
    assert "\t- my own note" in page.read_text(encoding="utf-8")


def test_what_the_command_decides_wins_over_what_was_marked_before(refined: Path) -> None:
    with opened(refined) as session:
        marked = mark(review_page(refined), "DONE")
        with session.reviewed():
            assert accepted(session) == [marked]
            session.ledger.reopen([marked])
        assert accepted(session) == []
    assert f"refiner:: {marked}" in review_page(refined).read_text(encoding="utf-8")


def test_an_error_in_the_block_still_writes_the_pages(refined: Path) -> None:
    with opened(refined) as session:
        marked = mark(review_page(refined), "CANCELED")
        with pytest.raises(UserError), session.reviewed():
            raise UserError("no")
    assert marked not in review_page(refined).read_text(encoding="utf-8")


def test_after_ctrl_c_the_next_command_writes_the_pages(refined: Path) -> None:
    with opened(refined) as session:
        marked = mark(review_page(refined), "CANCELED")
        with pytest.raises(KeyboardInterrupt), session.reviewed():
            raise KeyboardInterrupt
        assert marked in review_page(refined).read_text(encoding="utf-8")
        with session.reviewed():
            pass
    assert marked not in review_page(refined).read_text(encoding="utf-8")


def test_a_removed_review_page_is_written_anew(refined: Path) -> None:
    page = review_page(refined)
    text = page.read_bytes()
    page.unlink()
    with opened(refined) as session, session.reviewed():
        pass
    assert page.read_bytes() == text


def test_watch_writes_no_review_pages_where_the_settings_say_so(graph: Path) -> None:
    messages: list[str] = []
    with opened(graph, review_pages=False) as session:
        refine_once(session, messages.append)
        assert session.pending()
    assert "pages looked at" in messages[-1]
    assert [*graph.rglob("refiner*")] == []


def test_without_review_pages_none_is_read_or_written(refined: Path) -> None:
    page = review_page(refined)
    mark(page, "DONE")
    text = page.read_bytes()
    with opened(refined, review_pages=False) as session, session.reviewed() as problems:
        apply_accepted(session)
        undo(session)
    assert problems == []
    assert page.read_bytes() == text


@pytest.mark.parametrize(
    "tag", ["ñspace", "n\u0303space", "#Ñspace"], ids=["nfc", "nfd", "written"]
)
def test_a_tag_is_compared_as_logseq_compares_it(graph: Path, tag: str) -> None:
    with opened(graph) as session:
        selection = Selection(tag=tag)
        refine(session.target, session.settings, session.ledger, selection)
        assert {p.kind for p in session.pending()} == {"passage"}
