"""Guards of flags: what a model says that only a person can mend has to show in the card."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.lines import masked
from refiner.lang.language import word_union
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
    if flag.name == "no-answer" and answers_something(answer):
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
    if flag.name == "several-questions" and not _asks_several(question):
        yield "shows", "the card asks one thing"
    if flag.name in {"several-questions", "too-long"}:
        yield from _split_faults(flag, view)
    elif flag.split:
        yield "split", "only several questions or a card too long is split"


def answers_something(text: str) -> bool:
    """Whether a text is more than stray letters: a word, a number, a symbol, a yes or a no."""
    letters = re.sub(r"\W", "", text)
    if not letters:
        return False
    is_short = letters.lower() in word_union("flag.short_answers")
    return len(letters) > GHOST_LETTERS or letters.isdigit() or letters.isupper() or is_short


def _asks_several(question: str) -> bool:
    """Whether a question could be more than one: two marks, or a word or comma that joins parts."""
    words = re.findall(r"[^\W\d_]+", question.lower())
    joins = word_union("flag.conjunctions") & set(words)
    return bool(joins) or len(re.findall(r"[?,;]", question)) > 1


def _split_faults(flag: CardFlag, view: ItemView) -> Iterator[tuple[str, str]]:
    if len(flag.split) not in PARTS:
        yield "split", "give two to five questions that the card could be"
    for question in flag.split:
        for guard, complaint in question_faults(question, view, is_split=True):
            if guard != "giveaway":
                yield guard, complaint
                return
