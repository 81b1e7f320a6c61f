r"""`cloze`: a passage that states a fact gets a child in which its key terms are hidden.

Source: logseq, src/main/frontend/extensions/srs.cljs: `{{cloze answer \\ hint}}`, on one line and
without `}` inside.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from refiner.logseq import child_edit
from refiner.tasks.cloze_guards import Hidden, Terms, find_term, is_fair, is_worth_hiding
from refiner.tasks.endings import cut_at_end
from refiner.tasks.lexicon import language_of
from refiner.tasks.lines import read_lines
from refiner.tasks.model import Abstention, Ask, Draft, Finding, TaskOptions
from refiner.tasks.orders import without_orders

if TYPE_CHECKING:
    from pydantic import BaseModel

    from refiner.cards import Book, Item, Text
    from refiner.logseq import Edit
    from refiner.tasks.model import TaskName

CAPTION = re.compile(
    r"\W*(?:figure|fig\.|figura|table|tabla|taula|listing|listado|llistat|example|ejemplo|exemple|chart|diagram"
    r"|gráfico|cuadro|code|código|codi)\s+[\dA-Z][\w.\-–]*",
    re.IGNORECASE,
)
# What points elsewhere, or speaks to the reader, states no fact.
POINTS = re.compile(
    r"\b(?:see (?:chapter|section|figure|also|page)|in (?:this|the next|chapter|section|the previous) ?(?:chapter|section|\d+)"
    r"|we(?:'|’)ll|we will|let(?:'|’)?s|you(?:'|’)ll|try (?:that|this|it)|as follows|here(?:'|’)s a list"
    r"|the following|look at|ver (?:cap[ií]tulo|secci[óo]n|figura|tambi[ée]n)|v[ée]ase|veremos|vamos a|a continuaci[óo]n"
    r"|en (?:este|el siguiente|el pr[óo]ximo) (?:cap[ií]tulo|apartado)|como (?:sigue|se ver[áa])|vegeu|veurem|a continuaci[óo]"
    r"|en aquest cap[ií]tol)\b",
    re.IGNORECASE,
)
# What a definition begins with, the term that it defines, and the verb.
DEFINES = {
    "en": re.compile(
        r"(?:(?:The term |An? |The )(?P<named>[\w-]+(?: [\w-]+){0,2}?)|(?P<bare>[A-Z][\w-]*(?: [\w-]+)?))"
        r" (?:is|are|means|refers to) (?:an?|the|any|one)\b"
    ),
    "es": re.compile(
        r"(?:(?:El |La |Los |Las |Una? )(?P<named>[\w-]+(?: [\w-]+){0,2}?)|(?P<bare>[A-ZÁÉÍÓÚÑ][\w-]*))"
        r" (?:es|son|significa) (?:una?|el|la|los|las)\b"
    ),
    "ca": re.compile(
        r"(?:(?:El |La |Els |Les |Una? |L['’])(?P<named>[\w-]+(?: [\w-]+){0,2}?)|(?P<bare>[A-ZÀÉÍÓÚ][\w-]*))"
        r" (?:és|són|significa) (?:una?|el|la|els|les)\b"
    ),
}
# A noun phrase that begins so defines nothing: "Because your app is a …", "A running container is a …".
NO_TERM = re.compile(
    r"(?:because|if|when|while|although|though|since|as|but|and|or|so|once|in|on|at|for|by|with|from|all|each|both"
    r"|such|another|other|same|only|first|second|next|last|result|reason|purpose|goal|problem|idea|following|above"
    r"|your|our|my|their|its|his|her|one|some|many|most|porque|si|cuando|mientras|aunque|como|pero|y|o|en|por|para"
    r"|con|de|tu|su|mi|nuestr[oa]|cada|tod[oa]s?|otr[oa]|mism[oa]|sól?o|primer[oa]?|resultado|razón|objetivo|problema"
    r"|idea|siguiente|anterior|perquè|quan|mentre|però|i|amb|per|el seu|cada|altre|raó|objectiu|\w+ing\b.+)\b",
    re.IGNORECASE,
)
FIRST_PERSON = re.compile(
    r"\b(?:this|that|it|there|these|those|what|which|he|she|they|we|you|esto|eso|este|esta|ello|això|aquest)\b",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”»')\]]*\s+(?=[\"“«¿¡(\[]*[A-ZÁÉÍÓÚÑÀÈÒÇ\d])")
WORDS_AT_LEAST = 7
PASSAGE_LETTERS = 700
CHILD_LETTERS = 420


class ClozeTask:
    """Finds passages that state a fact, and hides its key terms in a child."""

    name: TaskName = "cloze"

    def detect(self, item: Item, book: Book) -> list[Finding]:  # noqa: ARG002 - common signature
        """A finding where a passage has a line worth learning."""
        if item.kind != "passage":
            return []
        if not fact_lines(item.question):
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
        passage = "\n".join(sentence for _, _, sentence in fact_lines(item.question))
        lang = language_of(item, book, "question") or "en"
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
        lang = language_of(item, book, "question") or "en"
        is_model = isinstance(answer, Terms)
        chosen = (
            _by_terms(item.question, answer.terms)
            if isinstance(answer, Terms)
            else _by_definition(item.question, lang)
        )
        if chosen is None:
            return [Abstention("cloze", findings[0].rule, "no term worth hiding was found")]
        start, end, hidden = chosen
        edits = _edits(item, start, end, hidden, options)
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


def fact_lines(text: Text) -> list[tuple[int, int, str]]:
    """The sentences that may hold a fact, with their place.

    Left out are captions, headings, code, pointers, a last sentence that is cut, and
    what gives orders to a model.

    Returns:
        Start and end in characters of the text, and the sentence; about 700 characters in all.
    """
    found = []
    left = PASSAGE_LETTERS
    at = 0
    written = text.text.split("\n")
    kinds = read_lines(text.text)
    cut = cut_at_end(text)
    for number, whole in enumerate(written):
        start, at = at, at + len(whole) + 1
        line = without_orders(whole)
        kind = kinds[number].kind if number < len(kinds) else "prose"
        if kind != "prose" or CAPTION.match(line) or "{{" in line:
            continue
        for first, last in _sentences(line):
            sentence = line[first:last]
            if not _states_fact(sentence) or left < len(sentence):
                continue
            if cut is not None and cut.is_sure and start + last >= cut.end:
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


def _states_fact(sentence: str) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", sentence)
    if len(words) < WORDS_AT_LEAST or len(sentence) > CHILD_LETTERS:
        return False
    return not (POINTS.search(sentence) or sentence.rstrip().endswith((":", "?")))


def _by_terms(text: Text, terms: list[str]) -> tuple[int, int, list[Hidden]] | None:
    """The sentence that holds most of the terms, and every place of theirs in it."""
    best: tuple[int, int, list[Hidden]] | None = None
    most = 0
    for start, end, sentence in fact_lines(text):
        hidden: list[Hidden] = []
        count = 0
        for term in terms:
            places = [
                place
                for place in find_term(sentence, term)
                if not any(place.start < b and a < place.end for a, b in hidden)
            ]
            if places and is_fair(sentence, hidden + places):
                hidden += places
                count += 1
        if count > most:
            best, most = (start, end, sorted(hidden)), count
    return best


def _by_definition(text: Text, lang: str) -> tuple[int, int, list[Hidden]] | None:
    pattern = DEFINES.get(lang)
    if pattern is None:
        return None
    for start, end, sentence in fact_lines(text):
        match = pattern.match(sentence)
        if match is None:
            continue
        term = match["named"] or match["bare"]
        if FIRST_PERSON.search(term) or NO_TERM.match(term):
            continue
        hidden = find_term(sentence, term)
        if is_worth_hiding(term, lang) and is_fair(sentence, hidden):
            return start, end, hidden
    return None


def _edits(
    item: Item, start: int, end: int, hidden: list[Hidden], options: TaskOptions
) -> tuple[Edit, ...]:
    text = item.question
    if any(text.touches_protected(start + a, start + b) for a, b in hidden):
        return ()
    if options.cloze_place == "inline":
        edits = [
            text.edit(start + a, start + b, _macro(text.text[start + a : start + b]))
            for a, b in hidden
        ]
        return tuple(edit for edit in edits if edit is not None)
    sentence = text.text[start:end]
    parts = []
    at = 0
    for a, b in hidden:
        parts += [sentence[at:a], _macro(sentence[a:b])]
        at = b
    line = "".join([*parts, sentence[at:], f" #{options.cloze_tag}"])
    return (child_edit(text.page, item.block, [line]),)


def _macro(term: str) -> str:
    return f"{{{{cloze {term}}}}}"
