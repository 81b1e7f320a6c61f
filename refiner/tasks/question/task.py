"""`question`: a card's question that asks nothing becomes one that its answer answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.injection import without_orders
from refiner.analysis.terms import cleaned, content_words, rare_terms, stem
from refiner.cards import language_of
from refiner.lang.language import language, union, word_union
from refiner.tasks.cloze.sentences import stands_alone
from refiner.tasks.flagging import (
    CONTINUATION,
    flag_draft,
    is_continuation,
    without_moot_flags,
)
from refiner.tasks.model import Abstention, Ask, Draft, Finding, Flag, TaskOptions
from refiner.tasks.question.frames import in_sentences
from refiner.tasks.question.guards import CardFacts, Rewrite
from refiner.tasks.question.templates import (
    edit_place,
    is_code,
    question_key,
    rewrite_edits,
    word_by_rule,
)
from refiner.tasks.question.vague import (
    ABOUT,
    CODE_MARK,
    DETAILS,
    EMPHASIS,
    is_caption,
    is_unfinished,
    vague_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from refiner.cards import Book, Item, Text
    from refiner.logseq import Edit
    from refiner.tasks.model import TaskName
    from refiner.tasks.question.templates import Wording

ASKING = re.compile(rf"({union('question.asking')})\b(?! (?:to|many|much)\b)", re.IGNORECASE)
FLAG_NAME = "vague"
CONTINUED = "continuation"
ANSWER_LETTERS = 25
CONTINUED_LETTERS = 80
LONGEST_ANSWER = 360
GLOSSARY_LETTERS = 180
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[^\W\d_]|[¿¡\"“«])")
_CAPITAL = re.compile(r"[\"“«(¿¡]*[A-ZÀ-Ý]")
_TITLE_END = re.compile(r"\s*\([^()]*\)\s*$")
_DOTS = ("...", "…")
# These ask nothing, whatever the answer is.
_ALWAYS = frozenset({"figure-only", "url-only", "image-placeholder", "about", "continuation"})


class QuestionTask:
    """Finds questions that ask nothing, and proposes one that the answer answers."""

    name: TaskName = "question"

    def detect(self, item: Item, book: Book) -> list[Finding]:
        """At most one finding: the rule by which the question is vague."""
        if item.kind != "card":
            return []
        rule = _continued(item) if is_continuation(item) else vague_rule(item.question, item.lang)
        if rule is None or not item.answers or _is_completed(item):
            return []
        if rule not in _ALWAYS and len(cleaned(item.answer)) < ANSWER_LETTERS:
            return []
        wording = _wording(item, book, rule)
        if rule == "bare-topic" and wording is None and _is_glossary(item):
            return []
        found = Finding(
            task="question",
            rule=rule,
            side="question",
            part=0,
            start=0,
            end=len(item.question.text),
            detail=DETAILS[rule],
            is_sure=wording is not None and wording.is_sure,
            fix=None if wording is None else wording.question,
        )
        return [found]

    def ask(self, item: Item, book: Book, findings: list[Finding]) -> Ask | None:
        """Ask for a rewrite where no rule is sure of one."""
        if findings[0].is_sure or edit_place(item.question) is None:
            return None
        lang = question_language(item, book)
        old = topic_of(item.question)
        written = without_orders(item.answer)
        answer = asked_part(
            written if is_code(item) else _self_contained(item, old, lang), old, lang
        )
        if len(answer) < ANSWER_LETTERS:
            return None
        terms = list(dict.fromkeys([*content_words(old, lang), *rare_terms(answer, lang)]))[:5]
        title = without_orders(book.full_title or book.title)
        chapter = without_orders(_chapter(item))
        around = " ".join([old, written, book.title, title, *map(without_orders, item.chapter)])
        return Ask(
            variables={"question": old or "-", "answer": answer, "terms": ", ".join(terms)},
            answer_model=Rewrite,
            background={"title": title, "chapter": chapter},
            facts=CardFacts(
                lang=lang,
                old=old,
                asking=asking_word(old),
                answer=item.answer,
                page_text=item.question.text,
                words=frozenset(word.lower() for word in re.findall(r"[^\W\d_]+", around)),
                stems=_stems(around, item),
                answer_stems=frozenset(
                    stem(word)
                    for word in content_words(answer, lang)
                    # A bare topic is all that the person wanted to be asked about.
                    if findings[0].rule != "bare-topic" or not old
                ),
                title=_TITLE_END.sub("", title),
                is_how=findings[0].rule == "example-of" and is_code(item),
                is_translated=item.answer_lang not in {lang, ""},
                terms=tuple(content_words(old, lang)),
                emphasised=tuple(term for _, term in EMPHASIS.findall(item.question.plain())),
                others=frozenset(_others(item, book)),
            ),
            lang=lang,
            max_tokens=150,
        )

    def propose(
        self,
        item: Item,
        book: Book,
        findings: list[Finding],
        answer: BaseModel | None,
        options: TaskOptions,  # noqa: ARG002 - the tasks' common signature
    ) -> list[Draft | Abstention]:
        """A sure rule's question, else the model's, else a rule's guess, else a flag."""
        found = findings[0]
        wording = _wording(item, book, found.rule)
        if wording is not None and wording.is_sure:
            return [_draft(found, item.question, wording.edits, "rule", 0.85)]
        if isinstance(answer, Rewrite):
            new = _punctuated(answer.question, question_language(item, book))
            edits = rewrite_edits(item.question, new)
            if edits:
                return [_draft(found, item.question, edits, "model", 0.6)]
        if wording is not None:
            return [_draft(found, item.question, wording.edits, "rule", 0.6)]
        if found.rule == CONTINUED:  # `flag` tells which card it goes on from
            return []
        flag = Flag(FLAG_NAME, found.rule, found.detail)
        reason = found.detail[0].upper() + found.detail[1:] + "."
        flagged = flag_draft("question", found.rule, item.question, flag, reason, 0.7)
        return [flagged] if flagged is not None else []


TASK = QuestionTask()


def topic_of(question: Text) -> str:
    """What the old question names, without its form, links, emphasis and a person's own mark."""
    bare = EMPHASIS.sub(r"\2", without_orders(question.plain()))
    words = CODE_MARK.sub(r" \1", cleaned(bare))
    topic = ABOUT.sub("", words, count=1).strip(" .:…")
    if is_caption(topic) or is_unfinished(bare) or is_caption(CONTINUATION.sub(" ", topic)):
        return ""
    return topic


def asked_part(answer: str, topic: str, lang: str) -> str:
    """The part of an answer that a question is asked of: what a small model can keep in view.

    It begins with the sentence that says most of the topic, the first of several, and ends before
    it gets long: a question about all of a long answer asks nothing.
    """
    whole = cleaned(answer, 2 * LONGEST_ANSWER)
    stems = {stem(word) for word in content_words(topic, lang)}
    best, most = 0, 0
    for start in [0, *(found.end() for found in _SENTENCE_END.finditer(whole))]:
        end = _SENTENCE_END.search(whole, start)
        sentence = whole[start : end.start() if end else None]
        said = len(stems & {stem(word) for word in content_words(sentence, lang)})
        if said > most and len(whole) - start >= ANSWER_LETTERS:
            best, most = start, said
    return cleaned(whole[best:], LONGEST_ANSWER)


def _continued(item: Item) -> str | None:
    """The rule for a card that only says that it goes on, and part of whose answer stands alone."""
    if topic_of(item.question) or is_code(item):
        return None
    lang = item.answer_lang or item.lang
    rest = _from_standing(cleaned(item.answer), lang)
    return CONTINUED if len(rest) >= CONTINUED_LETTERS else None


def _self_contained(item: Item, topic: str, lang: str) -> str:
    """An answer in sentences; with no topic to read it by, from the first that stands alone."""
    whole = in_sentences(without_orders(item.answer))
    return whole if topic else _from_standing(whole, lang) or whole


def _from_standing(text: str, lang: str) -> str:
    """A text from its first sentence on that stands alone; "" without one."""
    starts = (start for start, sentence in _sentences(text) if _stands(sentence, lang))
    start = next(starts, None)
    return "" if start is None else text[start:]


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Where each sentence of a text begins, and the sentence with single spaces."""
    ends = [*_SENTENCE_END.finditer(text)]
    starts = [0, *(found.end() for found in ends)]
    stops = [*(found.start() for found in ends), len(text)]
    for start, stop in zip(starts, stops, strict=True):
        yield start, " ".join(text[start:stop].split())


def _stands(sentence: str, lang: str) -> bool:
    return _CAPITAL.match(sentence) is not None and stands_alone(sentence, lang)


def asking_word(topic: str) -> str:
    """The word that asks, where a topic is a question all but its form: `how the kubelet evicts pods`."""
    match = ASKING.match(topic)
    return match[1].lower() if match else ""


def question_language(item: Item, book: Book) -> str:
    """The language of the new question: the old one's, where that has words at all."""
    words = re.findall(r"[^\W\d_]{2,}", topic_of(item.question))
    return language_of(item, book, "question" if words else "answer") or "en"


def _wording(item: Item, book: Book, rule: str) -> Wording | None:
    """What a rule can ask, where no other card of the page asks it."""
    lang = question_language(item, book)
    wording = word_by_rule(item, rule, topic_of(item.question), lang)
    if wording is None:
        return None
    key = question_key(item.question.text)
    is_whole = wording.question.endswith("?")
    for other in book.items:
        if other.index == item.index or other.kind != "card":
            continue
        own = question_key(other.question.text)
        # The template of a topic asks the same of every card with this topic.
        if own == (question_key(wording.question) if is_whole else key):
            return None
    return wording


def _is_glossary(item: Item) -> bool:
    """Whether a term has its definition for an answer, and nothing else: `Spade`, "a tool that …"."""
    known = language(item.answer_lang or item.lang)
    if known is None or len(item.answers) != 1 or len(item.answer) > GLOSSARY_LETTERS:
        return False
    text = item.answer.strip()
    first = text.split(maxsplit=1)[0].lower()
    return first in known.question.articles and _SENTENCE_END.search(text) is None


def _is_completed(item: Item) -> bool:
    """Whether the answer ends the sentence that the question began: `If it rains...`."""
    return item.question.text.rstrip().endswith(_DOTS) and item.answer.lstrip().startswith(_DOTS)


def _others(item: Item, book: Book) -> set[str]:
    """The other cards' questions, as equal ones are told."""
    others = (one for one in book.items if one.kind == "card" and one.index != item.index)
    return {question_key(one.question.text) for one in others}


def _stems(around: str, item: Item) -> frozenset[str]:
    """Stems that a question may use; what code does is told in words that it does not hold."""
    words = re.findall(r"[\w'’+#.-]+", around)
    jargon = word_union("spelling.jargon") if is_code(item) else frozenset[str]()
    return frozenset(stem(word) for word in (*words, *jargon))


def _chapter(item: Item) -> str:
    return next((above for above in reversed(item.chapter) if "[[" not in above), "")


def _punctuated(question: str, lang: str) -> str:
    """A question with its language's opening mark, and the accents that a model forgets."""
    known = language(lang)
    if known is None:
        return question
    opening = known.question.opening
    marked = question if opening in question else f"{opening}{question}"
    for slip in known.question.corrections:
        marked = re.sub(slip.wrong, slip.right, marked)
    return marked


def _draft(
    found: Finding, question: Text, edits: tuple[Edit, ...], source: str, confidence: float
) -> Draft:
    return Draft(
        task="question",
        rule=found.rule,
        edits=(*edits, *without_moot_flags(question)),
        reason=found.detail[0].upper() + found.detail[1:] + ".",
        source="model" if source == "model" else "rule",
        confidence=confidence,
    )
