"""Guards of flags: what a model says that only a person can mend has to show in the card."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.lines import masked
from refiner.tasks.editor.questions import question_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refiner.tasks.editor.model import CardFlag
    from refiner.tasks.editor.view import ItemView

GHOST_LETTERS = 3
LONG_WORDS = 80
LONG_STATEMENT = 8
PARTS = range(2, 6)


def flag_faults(flag: CardFlag, view: ItemView) -> Iterator[tuple[str, str]]:
    """What is wrong with a flag: the guard's name, and its complaint."""
    question = masked(view.texts[0]).strip()
    answer = view.item.answer.strip()
    words = len(answer.split())
    if flag.name == "no-answer" and len(re.sub(r"\W", "", answer)) > GHOST_LETTERS:
        yield "shows", "the card has an answer"
    if flag.name == "swapped-sides" and not (
        "?" in answer
        and "?" not in question
        and len(question.split()) >= LONG_STATEMENT
        and words < len(question.split())
    ):
        yield "shows", "the question stands in its place"
    if flag.name == "private-remark" and "?" in question.rstrip("?"):
        yield "shows", "the card asks something"
    if flag.name == "too-long" and words < LONG_WORDS:
        yield "shows", "the answer is short enough"
    if flag.name in {"several-questions", "too-long"}:
        yield from _split_faults(flag, view)
    elif flag.split:
        yield "split", "only several questions or a card too long is split"


def _split_faults(flag: CardFlag, view: ItemView) -> Iterator[tuple[str, str]]:
    if len(flag.split) not in PARTS:
        yield "split", "give two to five questions that the card could be"
    for question in flag.split:
        for guard, complaint in question_faults(question, view, is_split=True):
            if guard != "giveaway":
                yield guard, complaint
                return
