r"""`cloze`: a passage that states a fact gets a child in which its key terms are hidden.

Source: logseq, src/main/frontend/extensions/srs.cljs: `{{cloze answer \\ hint}}`, on one line and
without `}` inside.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from refiner.analysis.injection import without_orders
from refiner.analysis.lines import masked, read_lines
from refiner.analysis.talk import speaks_of_itself
from refiner.analysis.terms import rare_terms
from refiner.cards import language_of
from refiner.logseq import child_edit
from refiner.tasks.cloze.guards import (
    TERMS_AT_MOST,
    Hidden,
    Terms,
    find_term,
    is_fair,
    is_worth_hiding,
)
from refiner.tasks.cloze.hints import hint_for
from refiner.tasks.cloze.terms import defined_term, is_telling, marked_terms
from refiner.tasks.model import Abstention, Ask, Draft, Finding, TaskOptions
from refiner.tasks.truncation.beginnings import cut_at_start
from refiner.tasks.truncation.endings import cut_at_end

if TYPE_CHECKING:
    from pydantic import BaseModel

    from refiner.cards import Book, Item, Text
    from refiner.logseq import Edit
    from refiner.tasks.model import TaskName

CAPTION = re.compile(
    r"\W*(?:figure|fig\.|figura|table|tabla|taula|listing|listado|llistat|example|ejemplo|exemple|chart|diagram"
    r"|gráfico|cuadro|code|código|codi|exercise|ejercicio|exercici|problem|problema)\s+[\dA-Z][\w.\-–]*",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”»')\]]*\s+(?=[\"“«¿¡(\[]*[A-ZÁÉÍÓÚÑÀÈÒÇ\d])")
WORDS_AT_LEAST = 7
PASSAGE_LETTERS = 700
CHILD_LETTERS = 420


class ClozeTask:
    """Finds passages that state a fact, and hides its key terms in a child."""

    name: TaskName = "cloze"

    def detect(self, item: Item, book: Book) -> list[Finding]:
        """A finding where a passage has a line worth learning."""
        if item.kind != "passage":
            return []
        if not fact_lines(item.question, _language(item, book)):
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
                is_sure=False,
            )
        ]

    def ask(self, item: Item, book: Book, findings: list[Finding]) -> Ask | None:  # noqa: ARG002
        """Ask which terms to hide."""
        lang = _language(item, book)
        passage = "\n".join(sentence for _, _, sentence in fact_lines(item.question, lang))
        return Ask(
            variables={"passage": passage},
            answer_model=Terms,
            background={"title": without_orders(book.full_title or book.title)},
            context={"passage": passage, "lang": lang},
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
        """The model's terms; without a model, the term that a definition defines."""
        lang = _language(item, book)
        is_model = isinstance(answer, Terms)
        chosen = (
            _by_terms(item.question, answer.terms, lang)
            if isinstance(answer, Terms)
            else _by_definition(item.question, lang)
        )
        if chosen is None:
            return [Abstention("cloze", findings[0].rule, "no term worth hiding was found")]
        start, end, hidden = chosen
        edits = _edits(item, start, end, hidden, lang, options)
        if not edits:
            return [Abstention("cloze", findings[0].rule, "the terms touch what must stay")]
        names = ", ".join(
            dict.fromkeys(f"“{item.question.text[start + a : start + b]}”" for a, b in hidden)
        )
        return [
            Draft(
                task="cloze",
                rule=findings[0].rule,
                edits=edits,
                reason=f"The passage states a fact: hides {names}.",
                source="model" if is_model else "rule",
                confidence=0.6 if is_model else 0.4,
            )
        ]


TASK = ClozeTask()


def _language(item: Item, book: Book) -> str:
    return language_of(item, book, "question") or "en"


def fact_lines(text: Text, lang: str) -> list[tuple[int, int, str]]:
    """The sentences that may hold a fact, with their place.

    Left out are captions, headings, code, talk about the book, sentences of common words alone,
    a first or last sentence that is cut, and what gives orders to a model.

    Args:
        text: The passage.
        lang: Its language, or "".

    Returns:
        Start and end in characters of the text, and the sentence; about 700 characters in all.
    """
    found = []
    left = PASSAGE_LETTERS
    at = 0
    written = text.text.split("\n")
    kinds = read_lines(text.text)
    plain = masked(text)
    cut = cut_at_end(text, lang)
    begun = cut_at_start(text, lang, is_passage=True)
    for number, whole in enumerate(written):
        start, at = at, at + len(whole) + 1
        line = without_orders(whole)
        kind = kinds[number].kind if number < len(kinds) else "prose"
        if kind != "prose" or CAPTION.match(line) or "{{" in line:
            continue
        for first, last in _sentences(line):
            sentence = line[first:last]
            shown = plain[start + first : start + last]
            if not _states_fact(sentence, shown, lang) or left < len(sentence):
                continue
            if begun is not None and start + first <= begun.start < start + last:
                continue
            if cut is not None and start + last >= cut.end:
                continue
            left -= len(sentence)
            found.append((start + first, start + last, sentence))
    return found


def _sentences(line: str) -> list[tuple[int, int]]:
    bounds = [0, *(match.end() for match in SENTENCE_END.finditer(line)), len(line)]
    return [
        (start, start + len(line[start:end].rstrip()))
        for start, end in itertools.pairwise(bounds)
        if line[start:end].strip()
    ]


def _states_fact(sentence: str, shown: str, lang: str) -> bool:
    """Whether a sentence says something; `shown` is it with its links and code filled."""
    words = re.findall(r"[^\W\d_]{2,}", shown)
    if len(words) < WORDS_AT_LEAST or len(sentence) > CHILD_LETTERS:
        return False
    if not (rare_terms(sentence, lang, 1) or re.search(r"\d", shown)):
        return False
    return not (speaks_of_itself(sentence) or sentence.rstrip().endswith((":", "?")))


def _by_terms(text: Text, terms: list[str], lang: str) -> tuple[int, int, list[Hidden]] | None:
    """The sentence with the terms that matter most, and every place of theirs in it.

    A model names the most telling term first: it alone outweighs the two after it. What the
    sentence itself defines, names or emphasises comes before what a model names.
    """
    best: tuple[int, int, list[Hidden]] | None = None
    most = 0.0
    for start, end, sentence in fact_lines(text, lang):
        ranked = [(term, 1 / number) for number, term in enumerate(terms, 1)]
        ranked = [
            (term, weight if is_telling(term, lang) else weight / 3) for term, weight in ranked
        ]
        marked = [
            (term, 1.0) for term in marked_terms(sentence, lang) if is_worth_hiding(term, lang)
        ]
        hidden, weight = _hidden(sentence, marked[:1] + ranked, lang)
        if weight > most:
            best, most = (start, end, hidden), weight
    return best


def _hidden(
    sentence: str, ranked: list[tuple[str, float]], lang: str
) -> tuple[list[Hidden], float]:
    """Where the terms that a sentence holds stand in it, three at most, and their weight together."""
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
    return sorted(place for places, _, _ in held for place in places), sum(w for _, _, w in held)


def _by_definition(text: Text, lang: str) -> tuple[int, int, list[Hidden]] | None:
    for start, end, sentence in fact_lines(text, lang):
        term = defined_term(sentence, lang)
        hidden = find_term(sentence, term) if term is not None else []
        if term is not None and is_worth_hiding(term, lang) and is_fair(sentence, hidden):
            return start, end, hidden
    return None


def _edits(
    item: Item, start: int, end: int, hidden: list[Hidden], lang: str, options: TaskOptions
) -> tuple[Edit, ...]:
    text = item.question
    if any(text.touches_protected(start + a, start + b) for a, b in hidden):
        return ()
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
