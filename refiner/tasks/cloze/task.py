r"""`cloze`: a passage that states a fact gets a child in which its key terms are hidden.

Source: logseq, src/main/frontend/extensions/srs.cljs: `{{cloze answer \\ hint}}`, on one line and
without `}` inside.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from refiner.analysis.terms import content_words, frequency_of, stem
from refiner.cards import language_of
from refiner.logseq import child_edit
from refiner.tasks.cloze.grammar import grammar_of
from refiner.tasks.cloze.guards import (
    TERMS_AT_MOST,
    Hidden,
    PassageFacts,
    Terms,
    find_term,
    is_fair,
    is_worth_hiding,
)
from refiner.tasks.cloze.hints import hint_for
from refiner.tasks.cloze.narrative import tells_story
from refiner.tasks.cloze.sentences import fact_lines
from refiner.tasks.cloze.terms import (
    chosen_terms,
    is_about,
    is_telling,
    marked_terms,
    names_several,
    opens,
    whole_name,
)
from refiner.tasks.model import Abstention, Ask, Draft, Finding, TaskOptions

if TYPE_CHECKING:
    from pydantic import BaseModel

    from refiner.cards import Book, Item, Text
    from refiner.logseq import Edit
    from refiner.tasks.model import TaskName

_LISTED_WORDS = 3
# Articles and prepositions are as common as this, Zipf.
_SMALL_WORD = 6.2
_SURE = 0.8
_MODEL = 0.6


class Choice(NamedTuple):
    """A sentence of a passage, by its characters, and what to hide in it."""

    start: int
    end: int
    hidden: list[Hidden]


class ClozeTask:
    """Finds passages that state a fact, and hides its key terms in a child."""

    name: TaskName = "cloze"

    def detect(self, item: Item, book: Book) -> list[Finding]:
        """A finding where a passage has a line worth learning; sure where a rule chooses its terms."""
        if item.kind != "passage":
            return []
        lang = _language(item, book)
        if tells_story(item, book, lang):
            return []
        lines = fact_lines(item.question, lang)
        if not lines:
            return []
        return [
            Finding(
                task="cloze",
                rule="fact",
                side="passage",
                part=0,
                start=0,
                end=len(item.question.text),
                detail="the passage states a fact and is no card yet",
                is_sure=_by_rule(item, book, lang, lines) is not None,
            )
        ]

    def ask(self, item: Item, book: Book, findings: list[Finding]) -> Ask | None:
        """Ask which terms to hide, where no rule is sure."""
        if findings[0].is_sure:
            return None
        lang = _language(item, book)
        passage = "\n".join(sentence for _, _, sentence in fact_lines(item.question, lang))
        return Ask(
            variables={"passage": passage},
            answer_model=Terms,
            facts=PassageFacts(passage, lang),
            lang=lang,
            max_tokens=70,
        )

    def propose(
        self,
        item: Item,
        book: Book,
        findings: list[Finding],
        answer: BaseModel | None,
        options: TaskOptions,
    ) -> list[Draft | Abstention]:
        """The terms of a rule, or else the model's."""
        lang = _language(item, book)
        is_model = isinstance(answer, Terms)
        chosen = (
            _by_terms(item, book, answer.terms, lang)
            if isinstance(answer, Terms)
            else _by_rule(item, book, lang, fact_lines(item.question, lang))
        )
        if chosen is None:
            return [Abstention("cloze", findings[0].rule, "no term worth hiding was found")]
        edits = _edits(item, chosen, lang, options)
        if not edits:
            return [Abstention("cloze", findings[0].rule, "the terms touch what must stay")]
        sentence = item.question.text[chosen.start : chosen.end]
        names = ", ".join(dict.fromkeys(f"“{sentence[a:b]}”" for a, b in chosen.hidden))
        return [
            Draft(
                task="cloze",
                rule=findings[0].rule,
                edits=edits,
                reason=f"The passage states a fact: hides {names}.",
                source="model" if is_model else "rule",
                confidence=_MODEL if is_model else _SURE,
            )
        ]


TASK = ClozeTask()


def topics_of(item: Item, book: Book, lang: str) -> frozenset[str]:
    """Stems of what a page is about, by its titles: hidden, they would ask nothing."""
    above = " ".join([book.title, book.full_title, *item.chapter[-1:]])
    return frozenset(stem(word) for word in content_words(above, lang))


def _language(item: Item, book: Book) -> str:
    return language_of(item, book, "question") or "en"


def _by_rule(item: Item, book: Book, lang: str, lines: list[tuple[int, int, str]]) -> Choice | None:
    """The sentence that shows its terms by its form, the surest form first."""
    topics = topics_of(item, book, lang)
    best: Choice | None = None
    least = None
    is_one = names_several([sentence for _, _, sentence in lines], lang)
    for start, end, sentence in lines:
        found = chosen_terms(sentence, lang, topics, is_one_of_several=is_one)
        if found is None or (least is not None and found.rank >= least):
            continue
        hidden = sorted(
            {place for term in found.terms for place in find_term(sentence, term)},
        )
        if _can_hide(item.question, start, hidden):
            best, least = Choice(start, end, hidden), found.rank
    return best


def _by_terms(item: Item, book: Book, terms: list[str], lang: str) -> Choice | None:
    """The sentence with the terms that matter most, and every place of theirs in it.

    A model names the most telling term first: it alone outweighs the two after it. What the
    sentence itself defines, names or emphasises comes before what a model names; what the page is
    about asks nothing, and half of a name stands for the whole.
    """
    topics = topics_of(item, book, lang)
    best: Choice | None = None
    most = 0.0
    for start, end, sentence in fact_lines(item.question, lang):
        folded = " ".join(sentence.split())
        ranked = [
            (whole_name(folded, term), (1.0 if is_telling(term, lang) else 1 / 3) / number)
            for number, term in enumerate((_closed(one, lang) for one in terms), 1)
            if is_worth_hiding(term, lang) and not is_about(term, lang, topics)
        ]
        marked = [
            (term, 1.0)
            for term in marked_terms(sentence, lang)
            if is_worth_hiding(term, lang) and not is_about(term, lang, topics)
        ]
        ranked = _but_examples(folded, _said_of_subject(folded, ranked, lang), lang)
        hidden, weight = _hidden(sentence, marked[:1] + ranked, lang)
        if weight > most and _can_hide(item.question, start, hidden):
            best, most = Choice(start, end, hidden), weight
    return best


def _closed(term: str, lang: str) -> str:
    """A term without the small words that it ends with: `turns into a`."""
    words = term.split()
    small = grammar_of(lang).phrase_ends | grammar_of(lang).articles
    while words and (words[-1] in small or frequency_of(words[-1], lang) >= _SMALL_WORD):
        words.pop()
    return " ".join(words)


def _said_of_subject(
    sentence: str, ranked: list[tuple[str, float]], lang: str
) -> list[tuple[str, float]]:
    """The terms without the one that a sentence begins with, where it says another of it."""
    held = [one for one in ranked if find_term(sentence, one[0])]
    behind = [one for one in held if not opens(sentence, one[0], lang)]
    return behind or held


def _but_examples(
    sentence: str, ranked: list[tuple[str, float]], lang: str
) -> list[tuple[str, float]]:
    """The terms without mere examples."""
    grammar = grammar_of(lang)
    mark = grammar.examples.search(sentence)
    if mark is None:
        return ranked
    first, *rest = sentence[mark.end() :].split(",")
    # A list goes on in short parts; a long one goes on with the sentence.
    listed = itertools.takewhile(lambda part: len(part.split()) <= _LISTED_WORDS, rest)
    examples = ",".join([first, *listed])
    return [one for one in ranked if not find_term(examples, one[0])]


def _can_hide(text: Text, start: int, hidden: list[Hidden]) -> bool:
    return not any(text.touches_protected(start + a, start + b) for a, b in hidden)


def _hidden(
    sentence: str, ranked: list[tuple[str, float]], lang: str
) -> tuple[list[Hidden], float]:
    """Where the last of the terms that a sentence holds stands in it, and their weight together.

    One is hidden: what is new stands at a sentence's end, and each blank more leaves less to
    recall it by.
    """
    held: list[tuple[list[Hidden], bool, float]] = []
    taken: list[Hidden] = []
    for term, weight in ranked:
        places = [
            place
            for place in find_term(sentence, term)
            if not any(place.start < b and a < place.end for a, b in taken)
        ]
        if places and is_fair(sentence, taken + places) and len(held) < TERMS_AT_MOST:
            taken += places
            held.append((places, is_telling(term, lang), weight))
    if any(is_told for _, is_told, _ in held):
        held = [one for one in held if one[1]]
    last = max((places for places, _, _ in held), key=min, default=[])
    return sorted(last), sum(weight for _, _, weight in held)


def _edits(item: Item, chosen: Choice, lang: str, options: TaskOptions) -> tuple[Edit, ...]:
    text = item.question
    start, end, hidden = chosen
    if options.cloze_place == "inline":
        edits = [
            text.edit(start + a, start + b, _macro(text.text[start + a : start + b], lang))
            for a, b in hidden
        ]
        return tuple(edit for edit in edits if edit is not None)
    sentence = text.text[start:end]
    parts = []
    at = 0
    for a, b in hidden:
        parts += [sentence[at:a], _macro(sentence[a:b], lang)]
        at = b
    line = "".join([*parts, sentence[at:], f" #{options.cloze_tag}"])
    return (child_edit(text.page, item.block, [line]),)


def _macro(term: str, lang: str) -> str:
    hint = hint_for(term, lang)
    return f"{{{{cloze {term} \\\\ {hint}}}}}" if hint else f"{{{{cloze {term}}}}}"
