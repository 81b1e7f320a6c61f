from __future__ import annotations

from refiner.logseq import parse, property_edit, splice
from refiner.proposals import compose, inverse
from tests.proposals.made import PAGE, edit, propose


def test_edits_of_one_page_are_put_together() -> None:
    proposals = [
        propose(PAGE, edit(PAGE, "contain- ner", "container")),
        propose(PAGE, edit(PAGE, "registy", "registry")),
    ]
    composed = compose(PAGE, proposals)
    assert not composed.refused
    expected = PAGE.replace(b"registy", b"registry").replace(b"contain- ner", b"container")
    assert splice(PAGE, composed.edits) == expected


def test_a_rewritten_question_wins_over_a_typo_inside_it() -> None:
    typo = propose(PAGE, edit(PAGE, "registy", "registry"))
    question = propose(PAGE, edit(PAGE, "one registy", "What is it?"), task="question")
    composed = compose(PAGE, [typo, question])
    assert [p.id for p, _ in composed.taken] == [question.id]
    assert [(p.id, is_gone) for p, _, is_gone in composed.refused] == [(typo.id, False)]


def test_a_proposal_whose_block_changed_is_refused_as_gone() -> None:
    typo = propose(PAGE, edit(PAGE, "registy", "registry"))
    composed = compose(PAGE.replace(b"one", b"1"), [typo])
    assert composed.edits == ()
    assert composed.refused[0][2]


def test_two_flags_of_a_block_become_one_property() -> None:
    page = parse(PAGE)
    flags = [
        propose(PAGE, property_edit(page, page.blocks[0], "refiner-flag", name), task="flag")
        for name in ("duplicate", "truncated")
    ]
    new = splice(PAGE, compose(PAGE, flags).edits)
    assert new.count(b"refiner-flag::") == 1
    assert b"\n  refiner-flag:: duplicate; truncated\n" in new


def test_each_proposal_can_be_taken_back_alone() -> None:
    typo = propose(PAGE, edit(PAGE, "registy", "registry"))
    join = propose(PAGE, edit(PAGE, "contain- ner", "container"))
    composed = compose(PAGE, [typo, join])
    new = splice(PAGE, composed.edits)
    back = inverse(composed.edits, {p.id: at for p, at in composed.taken}[typo.id], new)
    assert back.holds_in(new)
    assert splice(new, back.edits) == PAGE.replace(b"contain- ner", b"container")
