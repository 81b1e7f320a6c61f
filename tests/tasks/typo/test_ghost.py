from __future__ import annotations

import pytest

from refiner.tasks.flag import TASK as FLAG
from refiner.tasks.typo.task import TASK
from tests.tasks.pages import applied, card, drafts, findings

POT = "The watering can is in the garden."


def test_letters_go_back_into_the_question_and_the_card_is_flagged_in_one_draft() -> None:
    page = card("How is the watring can filled?", "e") + f"\n- {POT}\n"
    (draft,) = drafts(TASK, page)
    assert next(edit.new for edit in draft.edits) == "watering"
    assert draft.flag is not None
    assert draft.flag.name == "ghost-answer"
    after = applied(TASK, page)
    assert "How is the watering can filled?" in after
    assert "refiner-flag:: ghost-answer" in after


def test_the_flag_task_leaves_such_a_card_to_it() -> None:
    assert findings(FLAG, card("How is the watring can filled?", "e") + f"\n- {POT}\n") == []


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Explain the plan of the garden", "v"),
        ("How is the watering can filled?", "e"),
        ("How is the watring can filled?", "A pile."),
        ("What is a xqzvt heap?", "e"),
    ],
)
def test_an_answer_whose_letters_belong_nowhere_is_not_its(question: str, answer: str) -> None:
    assert all(draft.rule != "ghost-letters" for draft in drafts(TASK, card(question, answer)))


def test_a_ghost_whose_letters_belong_nowhere_is_flagged_as_before() -> None:
    assert [one.rule for one in findings(FLAG, card("Explain the plan of the garden", "v"))] == [
        "ghost-answer"
    ]
