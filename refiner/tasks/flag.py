"""Cards that only a person can mend: flagged with what is wrong, never rewritten."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from refiner.analysis.lines import masked
from refiner.lang.language import union, values, word_union
from refiner.lang.lexicon import LANGS, frequency, plain_letters
from refiner.tasks.flagging import CONTINUATION, flag_draft, is_continuation
from refiner.tasks.model import Abstention, Ask, Draft, Finding, Flag, TaskName, TaskOptions
from refiner.tasks.question.vague import (
    GAP,
    asks_something,
    bare_words,
    states_something,
    vague_rule,
)
from refiner.tasks.typo.ghost import fallen_letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from refiner.cards import Book, Item

_WORD = re.compile(r"[^\W\d_]+")
_SEVERAL = re.compile(r"[^?¿.!\n]*\?")
_PRIVATE = re.compile(rf"(?:^|[\s(\[*])(?:{union('flag.remarks')})", re.IGNORECASE)
_SHELL = """
    ls cd cp mv rm ps df du vi vim cat git ssh scp awk sed top pwd tar man su id nc ip dig env
    def let var
"""
_COMMANDS = frozenset(_SHELL.split())
_SHORT_ANSWER = word_union("flag.short_answers")
_ONE_LETTER = re.compile(rf"\b(?:{'|'.join(values('flag.one_letter'))})\b", re.IGNORECASE)
_TWO_ASKED = re.compile(
    rf"(?<!\w)(?P<first>{union('flag.interrogatives')}|{union('question.asking')})(?!\w).{{3,160}}?"
    rf"\b(?:{'|'.join(values('flag.conjunctions'))})\s+(?P<second>{union('flag.interrogatives')})\s+\S+\s+\S+",
    re.IGNORECASE,
)
# What a sentence to complete ends with.
_OPEN_ENDS = (":", "…", "..", "=", "-", ",", ">")
_LONG_STATEMENT = 12
_LEAST_ANSWER = 40
_FUNCTION_WORD = 6.2
_LONG_QUESTION = 40
_LEAST_WORDS = 3
_GHOST_LETTERS = 3
_WORD_FREQUENCY = 4.5
_CONFIDENCE = {
    "no-answer": 0.9,
    "swapped-sides": 0.75,
    "ghost-answer": 0.85,
    "duplicate": 0.9,
    "several-questions": 0.8,
    "private-remark": 0.8,
    "continuation": 0.95,
}


class FlagTask:
    """Marks the question's block, one mark for each thing that is wrong."""

    name: TaskName = "flag"

    def detect(self, item: Item, book: Book) -> list[Finding]:
        """What the rules see in the item, in page order."""
        if item.kind != "card":
            return []
        return [
            Finding("flag", rule, "question", 0, 0, len(item.question.text), detail)
            for rule, detail in _seen(item, book)
        ]

    def ask(self, item: Item, book: Book, findings: list[Finding]) -> Ask | None:  # noqa: ARG002
        """Nothing: rules decide."""
        return None

    def propose(
        self,
        item: Item,
        book: Book,  # noqa: ARG002
        findings: list[Finding],
        answer: BaseModel | None,  # noqa: ARG002
        options: TaskOptions,  # noqa: ARG002
    ) -> list[Draft | Abstention]:
        """One mark for each thing that was seen."""
        drafts: list[Draft | Abstention] = []
        for finding in findings:
            detail = finding.detail
            draft = flag_draft(
                "flag",
                finding.rule,
                item.question,
                Flag(finding.rule, finding.rule, detail),
                f"{detail[0].upper()}{detail[1:]}.",
                _CONFIDENCE[finding.rule],
            )
            if draft is not None:
                drafts.append(draft)
        return drafts


def _seen(item: Item, book: Book) -> Iterator[tuple[str, str]]:
    question = masked(item.question).strip()
    answer = item.answer.strip()
    is_continued = is_continuation(item)
    if is_continued:
        yield "continuation", _continued(item, book)
    if not answer:
        if not _holds_answer(item):
            yield "no-answer", "the card has no answer"
    elif _is_ghost(item, answer):
        if fallen_letters(item, book) is None:  # else `typo` puts them back, and flags the card
            yield "ghost-answer", f'the answer is only "{answer}"'
    elif _is_swapped(question, item):
        yield "swapped-sides", "the question stands in the answer, and the answer in the question"
    if not is_continued:
        twin = _twin(item, book)
        if twin:
            yield "duplicate", twin
    count = sum(len(_WORD.findall(part)) >= _LEAST_WORDS for part in _SEVERAL.findall(question))
    if count > 1 or _asks_twice(question):
        yield "several-questions", f"the card asks {max(count, 2)} questions at once"
    remark = _PRIVATE.search(question)
    if remark is not None:
        yield "private-remark", f'a remark to yourself: "{_around(question, remark)}"'
    elif not is_continued and _is_statement(item):
        yield "private-remark", "a statement, not a question"


def _continued(item: Item, book: Book) -> str:
    """Which card a `<<<` card goes on from: the nearest before that is no such card itself."""
    for before in reversed(book.items[: item.index]):
        if before.kind == "card" and not is_continuation(before):
            title = " ".join(before.question.text.split())
            shown = title if len(title) <= _LONG_QUESTION else title[:_LONG_QUESTION].rstrip() + "…"
            return f'goes on from "{shown}" (line {before.line})'
    return "goes on from a card that is not on this page"


def _holds_answer(item: Item) -> bool:
    """Whether the question's own block shows something to recall: a cloze, or lines below."""
    text = item.question.text
    if "{{cloze " in text or re.search(r"\{\{c\d+ ", text):
        return True
    head, _, rest = masked(item.question).strip().partition("\n")
    return bool(head.strip(" ¤")) and len(_WORD.findall(rest)) >= _LEAST_WORDS


def _is_ghost(item: Item, answer: str) -> bool:
    if not answer.isalpha() or len(answer) > _GHOST_LETTERS or item.answers[0].protected:
        return False
    lower = answer.lower()
    if len(answer) == 1:
        return _ONE_LETTER.search(item.question.text) is None
    if answer.isupper() or lower in _COMMANDS or lower in _SHORT_ANSWER:
        return False
    lang = item.lang if item.lang in LANGS else "en"
    is_word = any(frequency(lower, one) >= _WORD_FREQUENCY for one in {lang, "en"})
    return not is_word and lower not in item.question.text.lower()


def _is_swapped(question: str, item: Item) -> bool:
    answer = masked(item.answers[-1]).strip()
    return (
        len(item.answers) == 1
        and answer.endswith("?")
        and "\n" not in answer
        and "?" not in question
        and len(question.split()) >= _LONG_STATEMENT
        and len(answer.split()) < len(question.split())
    )


def _twin(item: Item, book: Book) -> str | None:
    """Where the same question was asked before, in words, or None."""
    own = question_key(item.question.text)
    if len(own.split()) < _LEAST_WORDS - 1 or not _WORD.search(masked(item.question)):
        return None
    for other in book.items[: item.index]:
        if other.kind == "card" and question_key(other.question.text) == own:
            if is_continuation(other):
                continue
            return f"the same question as on line {other.line}"
    return None


@lru_cache(maxsize=16384)
def question_key(text: str) -> str:
    """A question as duplicates are compared: lower case, without accents, words alone."""
    bare = CONTINUATION.sub(" ", plain_letters(text.lower()))
    return " ".join(re.sub(r"[^\w\s]|_", " ", bare).split())


def _asks_twice(question: str) -> bool:
    """Whether one sentence asks two things, each with its own verb: `Where are A and how do B …`."""
    found = _TWO_ASKED.search(question)
    return found is not None and found["first"].lower() != found["second"].lower()


def _is_statement(item: Item) -> bool:
    """Whether a sentence of a person's own stands in the question's place.

    A sentence to complete is none: it has a gap, a colon or dots at its end, or ends in a word
    that leaves it open.
    """
    bare = bare_words(item.question)
    words = _WORD.findall(bare)
    if "\n" in bare or "?" in bare or GAP.search(item.question.text) or bare.endswith(_OPEN_ENDS):
        return False
    if len(item.answer) < _LEAST_ANSWER or asks_something(bare):
        return False
    if vague_rule(item.question, item.lang) is not None:
        return False
    if bare.endswith("!"):
        return len(words) >= _LEAST_WORDS - 1
    lang = item.lang if item.lang in LANGS else "en"
    return (
        len(words) > _LEAST_WORDS
        and not any(part.kind in {"code", "macro", "math"} for part in item.question.protected)
        and states_something(bare)
        and frequency(words[-1].lower(), lang) < _FUNCTION_WORD
        and not states_something(words[-1])
    )


def _around(question: str, remark: re.Match[str]) -> str:
    """The remark with whole words around it, about ten characters before and twenty behind."""
    start = question.rfind(" ", 0, max(0, remark.start() - 10)) + 1
    end = question.find(" ", min(len(question), remark.end() + 20))
    return " ".join(question[start : None if end < 0 else end].split())


TASK = FlagTask()
