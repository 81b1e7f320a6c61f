"""Pages for the tasks' tests, from the few lines that matter."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from refiner.cards import Book, ExtractOptions, extract, words_of
from refiner.logseq import parse
from refiner.tasks.model import Draft, TaskOptions

if TYPE_CHECKING:
    from refiner.cards import Item
    from refiner.tasks.model import Finding, Task


def indented(text: str, continuation: str) -> str:
    return text.replace("\n", "\n" + continuation)


def card(question: str, *answers: str) -> str:
    lines = [f"- {indented(question, '  ')} #card"]
    lines += ["\t- " + indented(answer, "\t  ") for answer in answers]
    return "\n".join(lines)


def passage(text: str) -> str:
    return f"- {indented(text, '  ')} #ñspace"


def read(page: str, title: str = "Gardening for Engineers") -> tuple[bytes, Book]:
    data = page.encode()
    parsed = parse(data)
    items = extract(parsed, ExtractOptions())
    langs = Counter(item.lang or item.answer_lang for item in items)
    del langs[""]
    words = dict(words_of(parsed))
    book = Book(
        title, items=items, words=words, langs=tuple(lang for lang, _ in langs.most_common())
    )
    return data, book


def findings(task: Task, page: str, index: int = 0) -> list[Finding]:
    _, book = read(page)
    return task.detect(book.items[index], book)


def drafts(task: Task, page: str, index: int = 0) -> list[Draft]:
    _, book = read(page)
    item: Item = book.items[index]
    proposed = task.propose(item, book, task.detect(item, book), None, TaskOptions())
    return [draft for draft in proposed if isinstance(draft, Draft)]


def applied(task: Task, page: str, index: int = 0) -> str:
    """The page with all that the task proposes for one item."""
    data, _ = read(page)
    edits = [edit for draft in drafts(task, page, index) for edit in draft.edits]
    for edit in sorted(edits, reverse=True):
        assert data[edit.start : edit.end].decode() == edit.old
        data = data[: edit.start] + edit.new.encode() + data[edit.end :]
    return data.decode()
