"""`question`: a card's question that asks nothing becomes one that its answer answers."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from refiner.analysis.injection import without_orders
from refiner.analysis.terms import cleaned, content_words, rare_terms, stem
from refiner.cards import language_of
from refiner.tasks.flagging import is_continuation
from refiner.tasks.model import Abstention, Ask, Draft, Finding, TaskOptions
from refiner.tasks.question.forms import FORMS
from refiner.tasks.question.guards import Rewrite

if TYPE_CHECKING:
    from pydantic import BaseModel

    from refiner.cards import Book, Item, Text
    from refiner.logseq import Edit
    from refiner.tasks.model import TaskName

EMPHASIS = re.compile(r"(\*\*|__|\^\^|==|\*|_)(?=\S)(.+?)(?<=\S)\1")
CAPTION = re.compile(
    r"\W*(?:(?:see|ver|v[ée]ase|vegeu)\s+)?"
    r"(?:figures?|fig|figuras?|listings?|listado|llistat|tables?|tablas?|taula|diagrams?|diagrama"
    r"|examples?|ejemplo|exemple|gr[áa]fico|gr[àa]fic|chart|cuadro|quadre)"
    r"[\s.:#-]*(?:\d[\w.\-–]*)?\W*",
    re.IGNORECASE,
)
PLACEHOLDER = re.compile(
    r"\W*(?:an?\s|una?\s|la\s)?(?:image|imagen|imatge|img|picture|pic|photo|foto|screenshot|captura"
    r"|screen ?capture|esquema|dibujo|drawing)(?:\s+(?:de pantalla|here|aqu[íi]|above|below|\d+))?\W*",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"(?:about|regarding|sobre|acerca\s+del?|a\s+prop[óo]sito\s+del?|en\s+cuanto\s+al?|quant\s+al?|pel\s+que\s+fa\s+al?"
    r"|respecto\s+al?)\s+(?=\S)",
    re.IGNORECASE,
)
# A question word, an order or a comparison: something is asked, so the card is left alone.
ASKS = re.compile(
    r"[?¿]"
    r"|\b(?:vs|versus|differences?|diferencias?|difer[èe]nci(?:a|es)|compare|comparison|comparaci[óo]n"
    r"|purpose|prop[óo]sito|objetivo|finalidad|advantages?|disadvantages?|ventajas?|desventajas?|avantatges?"
    r"|benefits?|beneficios?|pros|steps?|pasos|how|why|what|when|where|which|who|whose|c[óo]mo|por\s*qu[ée]"
    r"|qu[ée]|cu[áa]l(?:es)?|cu[áa]ndo|d[óo]nde|qui[ée]n(?:es)?|com|per\s+qu[èe]|quin[ae]?s?|quan|on)\b",
    re.IGNORECASE,
)
ORDERS = re.compile(
    r"\W*(?:define|explain|describe|mention|name|list|give|cite|enumerate|compare|tell|say|state|summari[sz]e|write"
    r"|show|translate|remember|complete|calculate|defin[ea]|defineix|explica|describ[ea]|descriu|menciona|esmenta"
    r"|nombra|lista|llista|enumera|cita|di|digues|compara|resume|resumeix|escribe|escriu|traduce|recuerda|calcula"
    r"|completa|pon|indica|se[ñn]ala)\b",
    re.IGNORECASE,
)
ASKING = re.compile(r"(how|why|when|where|which|who|whose)\b(?! (?:to|many|much)\b)", re.IGNORECASE)
REMARK = re.compile(
    r"\b(?:todo|fixme|review|revisar|repasar|mirar|ojo|nota|note|recordar|preguntar|ask|check|buscar|pendiente)\b",
    re.IGNORECASE,
)


DETAILS = {
    "figure-only": "the question names only a figure",
    "url-only": "the question is only a link",
    "image-placeholder": "the question only stands for an image",
    "about": "the question names a topic but asks nothing",
    "types-of": "the question names a topic but asks nothing",
    "parts-of": "the question names a topic but asks nothing",
    "example-of": "the question names a topic but asks nothing",
    "bare-topic": "the question is only a topic",
}
CATALAN_IS = re.compile(r"^Qu[eè] (?:es|és)(?= (?:el|la|els|les|un|una|l['’])\b)")
SPANISH_WHAT = re.compile(r"^¿Que(?= )")
REPLACED = frozenset({"link", "image", "url"})
TOPIC_WORDS = 4
TOPIC_LETTERS = 3
ANSWER_LETTERS = 25


class QuestionTask:
    """Finds questions that ask nothing, and proposes one that the answer answers."""

    name: TaskName = "question"

    def detect(self, item: Item, book: Book) -> list[Finding]:
        """At most one finding: the rule by which the question is vague."""
        if item.kind != "card" or is_continuation(item):
            return []
        rule = vague_rule(item.question)
        if rule is None or len(cleaned(item.answer)) < ANSWER_LETTERS:
            return []
        fix = _template(item, book)
        found = Finding(
            task="question",
            rule=rule,
            side="question",
            part=0,
            start=0,
            end=len(item.question.text),
            detail=DETAILS[rule],
            is_sure=fix is not None,
            fix=fix,
        )
        return [found]

    def ask(self, item: Item, book: Book, findings: list[Finding]) -> Ask | None:
        """Ask for a rewrite where no template serves."""
        if findings[0].is_sure or _edit_plan(item.question) is None:
            return None
        lang = question_language(item, book)
        old = topic_of(item.question)
        written = without_orders(item.answer)
        answer = cleaned(written)
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
            context={
                "lang": lang,
                "old": old,
                "asking": asking_word(old),
                "words": sorted({word.lower() for word in re.findall(r"[^\W\d_]+", around)}),
                "answer": item.answer,
                "terms": content_words(old, lang),
                "emphasised": [term for _, term in EMPHASIS.findall(item.question.plain())],
                "stems": sorted({stem(word) for word in re.findall(r"[\w'’+#.-]+", around)}),
            },
            lang=lang,
            max_tokens=90,
        )

    def propose(
        self,
        item: Item,
        book: Book,
        findings: list[Finding],
        answer: BaseModel | None,
        options: TaskOptions,  # noqa: ARG002 - the tasks' common signature
    ) -> list[Draft | Abstention]:
        """The template's question, else the model's, else none."""
        found = findings[0]
        if found.fix is not None:
            edits = _template_edits(item.question, found.fix)
            return [_draft(found, edits, "rule", 0.85)] if edits else []
        if not isinstance(answer, Rewrite):
            return [Abstention("question", found.rule, "no rewrite passed the guards")]
        new = _punctuated(answer.question, question_language(item, book))
        edits = _rewrite_edits(item.question, new)
        if not edits:
            return [Abstention("question", found.rule, "the question has parts that must stay")]
        return [_draft(found, edits, "model", 0.6)]


TASK = QuestionTask()


def vague_rule(question: Text) -> str | None:
    """The rule by which a question is vague, or None where it asks something."""
    bare = EMPHASIS.sub(r"\2", question.plain()).strip()
    labels = [
        _label(question.text[p.start : p.end]) for p in question.protected if p.kind == "link"
    ]
    if not re.search(r"\w", bare):
        return _rule_of_parts(question, labels)
    if "?" in bare or "¿" in bare:
        return None
    if CAPTION.fullmatch(bare):
        return "figure-only"
    if PLACEHOLDER.fullmatch(bare):
        return "image-placeholder"
    if ABOUT.match(bare):
        return "about"
    for forms in FORMS.values():
        for form in forms:
            if form.pattern.match(bare):
                return form.rule
    return "bare-topic" if _is_bare_topic(bare, question) else None


def _rule_of_parts(question: Text, labels: list[str]) -> str | None:
    """The rule for a question without words of its own: by what its parts are."""
    kinds = {part.kind for part in question.protected}
    if not kinds or not kinds <= REPLACED:
        return None
    if any(re.search(r"\w", label) and not _is_caption(label) for label in labels):
        return None
    return "url-only" if kinds == {"url"} else "figure-only"


def _is_caption(label: str) -> bool:
    return bool(CAPTION.fullmatch(label) or PLACEHOLDER.fullmatch(label) or not label.strip())


def _is_bare_topic(bare: str, question: Text) -> bool:
    words = bare.rstrip(".:").split()
    if (
        len(words) > TOPIC_WORDS
        or "\n" in bare
        or any(p.kind == "code" for p in question.protected)
    ):
        return False
    if ASKS.search(bare) or ORDERS.match(bare) or REMARK.search(bare):
        return False
    letters = sum(char.isalpha() for char in bare)
    return letters >= TOPIC_LETTERS and not re.search(r"[{}=<>$|;/\\!]", bare)


def _label(link: str) -> str:
    return link[1 : link.find("](")] if link.startswith("[") else ""


def topic_of(question: Text) -> str:
    """What the old question names, without its form, links and emphasis."""
    bare = EMPHASIS.sub(r"\2", without_orders(question.plain()))
    topic = ABOUT.sub("", cleaned(bare), count=1).strip(" .:")
    return "" if CAPTION.fullmatch(topic) or PLACEHOLDER.fullmatch(topic) else topic


def asking_word(topic: str) -> str:
    """The word that asks, where a topic is a question all but its form: `how the kubelet evicts pods`."""
    match = ASKING.match(topic)
    return match[1].lower() if match else ""


def question_language(item: Item, book: Book) -> str:
    """The language of the new question: the old one's, where that has words at all."""
    words = re.findall(r"[^\W\d_]{2,}", topic_of(item.question))
    return language_of(item, book, "question" if words else "answer") or "en"


def _chapter(item: Item) -> str:
    return next((above for above in reversed(item.chapter) if "[[" not in above), "")


def _template(item: Item, book: Book) -> str | None:
    """The beginning that a template puts in the place of the form, or None."""
    lang = question_language(item, book)
    bare = item.question.plain()
    start = len(bare) - len(bare.lstrip())
    for form in FORMS.get(lang, ()):
        match = form.pattern.match(bare, start)
        if match is None:
            continue
        if len(bare.split()) > form.most_words or EMPHASIS.match(bare[start:]):
            return None
        return form.beginning(match)
    return None


def _template_edits(question: Text, beginning: str) -> tuple[Edit, ...]:
    """Edits that put a beginning before the topic and a question mark behind it."""
    bare = question.plain()
    start = len(bare) - len(bare.lstrip())
    for forms in FORMS.values():
        for form in forms:
            match = form.pattern.match(bare, start)
            if match is None:
                continue
            line_end = bare.find("\n", start)
            topic_end = len(bare[: line_end if line_end >= 0 else None].rstrip(" .:;,"))
            last = [p.end for p in question.protected if p.kind not in REPLACED]
            topic_end = max([topic_end, *(end for end in last if line_end < 0 or end <= line_end)])
            tail = (
                len(bare[:topic_end])
                + len(bare[topic_end:])
                - len(bare[topic_end:].lstrip(" .:;,"))
            )
            tail = tail if bare[topic_end:tail].strip() else topic_end
            head = question.edit(start, match.end(), beginning)
            mark = question.edit(topic_end, tail, "?")
            return (head, mark) if head and mark else ()
    return ()


def _edit_plan(question: Text) -> tuple[int, int] | None:
    """The characters that a rewrite replaces: the words, on one side of links and images.

    None where something protected stands among the words: it could not stay in its place.
    """
    bare = question.plain()
    words = [match.span() for match in re.finditer(r"\S+", bare)]
    if not words:
        return 0, 0
    start, end = words[0][0], words[-1][1]
    if any(part.start < end and start < part.end for part in question.protected):
        return None
    return start, end


def _rewrite_edits(question: Text, new: str) -> tuple[Edit, ...]:
    plan = _edit_plan(question)
    if plan is None:
        return ()
    start, end = plan
    for mark, term in EMPHASIS.findall(question.plain()):
        new = re.sub(
            re.escape(term),
            partial(_between, mark),
            new,
            count=1,
            flags=re.IGNORECASE,
        )
    edit = question.edit(start, end, new if end > start else f"{new} ")
    return (edit,) if edit is not None else ()


def _punctuated(question: str, lang: str) -> str:
    """A Spanish question gets its opening mark, and the words that ask their accents."""
    if lang == "ca":
        return CATALAN_IS.sub("Què és", question)
    if lang != "es":
        return question
    marked = question if "¿" in question else f"¿{question}"
    return SPANISH_WHAT.sub("¿Qué", marked)


def _draft(found: Finding, edits: tuple[Edit, ...], source: str, confidence: float) -> Draft:
    return Draft(
        task="question",
        rule=found.rule,
        edits=edits,
        reason=found.detail[0].upper() + found.detail[1:] + ".",
        source="model" if source == "model" else "rule",
        confidence=confidence,
    )


def _between(mark: str, found: re.Match[str]) -> str:
    return f"{mark}{found[0]}{mark}"
