from __future__ import annotations

import pytest

from refiner.logseq import splice
from refiner.pipeline.detect import ItemFindings, draft
from refiner.proposals import compose
from refiner.tasks import get_task
from refiner.tasks.flagging import flag_draft, without_moot_flags
from refiner.tasks.model import Flag, TaskOptions
from tests.proposals.made import propose
from tests.tasks.pages import read

LISTING = Flag("listing", "flattened", "its lines are lost")


def flagged(page: str, *flags: Flag) -> str:
    """The page with flags on its first card, proposed in one run."""
    data, book = read(page)
    text = book.items[0].question
    drafts = [flag_draft("flag", flag.cause, text, flag, "A reason.", 0.9) for flag in flags]
    edits = [draft.edits[0] for draft in drafts if draft is not None]
    composed = compose(data, [propose(data, edit, task="flag") for edit in edits])
    assert not composed.refused
    return splice(data, composed.edits).decode()


def test_another_flag_s_text_may_hold_the_flag_s_name() -> None:
    page = "- Where? #card\n  refiner-flag:: truncated — listing stops after spec\n\t- spec: 1"
    assert "spec; listing — its lines are lost\n" in flagged(page, LISTING)


def test_a_flag_that_is_there_is_not_set_again() -> None:
    page = "- Where? #card\n  refiner-flag:: duplicate — line 4; listing — lost\n\t- spec: 1"
    assert flagged(page, LISTING) == page


@pytest.mark.parametrize("present", ["", "\n  refiner-flag:: duplicate — line 4"])
def test_flags_of_one_run_or_of_several_are_joined_alike(present: str) -> None:
    page = f"- Where? #card{present}\n\t- spec: 1"
    other = Flag("truncated", "listing", "stops after spec")
    at_once = flagged(page, other, LISTING)
    assert at_once == flagged(flagged(page, other), LISTING)
    assert "truncated — stops after spec; listing — its lines are lost\n" in at_once
    assert at_once.count("refiner-flag::") == 1


def test_an_empty_property_gets_the_flag() -> None:
    page = "- Where? #card\n  refiner-flag::\n\t- spec: 1"
    assert "  refiner-flag:: listing — its lines are lost\n" in flagged(page, LISTING)


@pytest.mark.parametrize(
    ("value", "count"),
    [("truncated — after the ghost-answer card", 1), ("ghost-answer — it is only W", 0)],
    ids=["another flag tells of it", "the flag itself"],
)
def test_a_flag_on_another_block_of_the_card_counts_by_its_name(value: str, count: int) -> None:
    _, book = read(f"- What is loam? #card\n\t- W\n\t  refiner-flag:: {value}")
    item = book.items[0]
    planned = ItemFindings(item, "flag", get_task("flag").detect(item, book), None)
    assert len(draft(planned, book, None, TaskOptions())) == count


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        ("\n  refiner-flag:: vague — only a topic", ""),
        ("\r\n  refiner-flag:: continuation — goes on  \r\n  id:: 1", "\r\n  id:: 1"),
        (
            "\n  id:: 1\n  refiner-flag:: vague — a; truncated — b; duplicate — c",
            "\n  id:: 1\n  refiner-flag:: truncated — b",
        ),
        ("\n  refiner-flag:: truncated — b", "\n  refiner-flag:: truncated — b"),
    ],
    ids=["alone", "with its newline", "among others", "another flag"],
)
def test_what_a_new_question_makes_moot_is_taken_off(lines: str, left: str) -> None:
    data, book = read(f"- About loam #card{lines}\n\t- spec: 1")
    edits = without_moot_flags(book.items[0].question)
    assert splice(data, edits).decode() == f"- About loam #card{left}\n\t- spec: 1"


def test_a_flag_is_not_added_to_one_that_is_taken_off() -> None:
    page = "- About loam #card\n  refiner-flag:: vague — only a topic\n\t- spec: 1"
    data, book = read(page)
    text = book.items[0].question
    added = flag_draft("flag", "listing", text, LISTING, "A reason.", 0.9)
    assert added is not None
    question = propose(data, *without_moot_flags(text), task="question")
    composed = compose(data, [propose(data, *added.edits, task="flag"), question])
    assert [proposal.task for proposal, _, _ in composed.refused] == ["flag"]
    assert splice(data, composed.edits).decode() == "- About loam #card\n\t- spec: 1"
