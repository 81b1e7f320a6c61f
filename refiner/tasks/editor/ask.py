"""What a model is told of an item, and which parts of an answer it is asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.injection import without_orders
from refiner.tasks.editor.check import ItemGuards
from refiner.tasks.editor.model import answer_model, parts_for
from refiner.tasks.editor.places import shown
from refiner.tasks.editor.view import ItemView
from refiner.tasks.model import Ask

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refiner.cards import Book, Item, Text
    from refiner.tasks.model import Finding, TaskName

HEAD_LETTERS = 5000
TAIL_LETTERS = 1500
NEAR_LETTERS = 160
SETTLED_AT_MOST = 12
LEAST_LETTERS = 12
ANSWER_TOKENS = 400
ANSWER_TOKENS_AT_MOST = 4096
LETTERS_PER_TOKEN = 3
SHOWN_LETTERS = 60
LEFT_OUT = "\n[…]\n"
_IMAGE = re.compile(r"!\[[^\]\n]*\]\((?P<target>[^)\s]+)[^)\n]*\)")


def ask_about(
    item: Item, book: Book, findings: Sequence[Finding], tasks: Sequence[TaskName]
) -> Ask | None:
    """The one request about an item, or None where there is nothing to read or no part to ask for.

    Args:
        item: The card or passage.
        book: The page around it.
        findings: What the rules of these tasks saw.
        tasks: Decide which parts are asked for.
    """
    parts = parts_for(item.kind, tasks)
    written = [without_orders(text.text) for _, text in item.sides()]
    letters = sum(char.isalnum() for text in written for char in text)
    images = figure_of(item.question) if item.kind == "card" else ()
    if not parts or (letters < LEAST_LETTERS and not images):
        return None
    sure = tuple(found for found in findings if found.is_sure)
    view = ItemView(item, book, sure)
    length = sum(map(len, written))
    variables = {"settled": "\n".join(_settled(findings, view)) or "-"}
    if item.kind == "card":
        variables["question"] = shown(written[0]).strip() or "-"
        variables["answer"] = _shortened("\n\n".join(map(shown, written[1:]))).strip() or "-"
    else:
        variables["passage"] = _shortened(shown(written[0])).strip() or "-"
    return Ask(
        variables=variables,
        answer_model=answer_model(item.kind, parts),
        background=_background(item, book),
        lang=view.lang(0) or "en",
        max_tokens=min(ANSWER_TOKENS + length // LETTERS_PER_TOKEN, ANSWER_TOKENS_AT_MOST),
        prompt=item.kind,
        parts=parts,
        guards=ItemGuards(view),
        images=images,
    )


def figure_of(question: Text) -> tuple[str, ...]:
    """The targets of a question's images, where it has no words of its own."""
    if re.search(r"[^\W\d_]{2,}", question.plain()):
        return ()
    links = [question.text[p.start : p.end] for p in question.protected if p.kind == "image"]
    return tuple(match["target"] for link in links if (match := _IMAGE.match(link)) is not None)


def _background(item: Item, book: Book) -> dict[str, str]:
    before, after = book.neighbours(item)
    chapter = next((above for above in reversed(item.chapter) if "[[" not in above), "")
    return {
        "title": without_orders(book.full_title or book.title),
        "chapter": without_orders(chapter),
        "before": _end_of(before[-1]) if before else "-",
        "after": _start_of(after[0]) if after else "-",
    }


def _end_of(item: Item) -> str:
    text = shown(without_orders((item.answers or (item.question,))[-1].text)).strip()
    return text if len(text) <= NEAR_LETTERS else f"…{text[-NEAR_LETTERS:]}"


def _start_of(item: Item) -> str:
    text = shown(without_orders(item.question.text)).strip()
    if len(text) < NEAR_LETTERS and item.answers:
        text = f"{text} / {shown(without_orders(item.answers[0].text)).strip()}"
    return text if len(text) <= NEAR_LETTERS else f"{text[:NEAR_LETTERS]}…"


def _shortened(text: str) -> str:
    if len(text) <= HEAD_LETTERS + TAIL_LETTERS:
        return text
    return text[:HEAD_LETTERS] + LEFT_OUT + text[-TAIL_LETTERS:]


def _settled(findings: Sequence[Finding], view: ItemView) -> Iterator[str]:
    """What rules have found and mended, a line each."""
    told = [
        found
        for found in findings
        # What goes on from another card is told by its flag.
        if found.task != "whitespace" and (found.task, found.rule) != ("question", "continuation")
    ]
    for found in told[:SETTLED_AT_MOST]:
        old = view.texts[found.part].text[found.start : found.end]
        if old and without_orders(old) != old:
            continue
        if found.task == "typo" and found.fix is not None:
            yield f"corrected: {_short(old)} → {_short(found.fix)}"
        elif found.task == "question" and found.fix is None:
            yield f"vague: {found.detail}"
        elif found.task == "question":
            yield "question: a rule rewrites it"
        elif found.task == "listing" and found.fix is not None:
            yield f"listing restored: {_short(old)}"
        elif found.task == "truncation" and found.is_sure:
            yield f"cut: {found.rule}"
        elif found.task == "flag":
            yield f"flag: {found.rule}"
    if view.kind == "passage" and not any(found.task == "cloze" for found in findings):
        yield "cloze: nothing to hide"


def _short(text: str) -> str:
    bare = " ".join(text.split())
    return bare if len(bare) <= SHOWN_LETTERS else f"{bare[:SHOWN_LETTERS]}…"
