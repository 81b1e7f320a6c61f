"""One page from bytes to findings and asks, and from answers to drafts: pure stages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from refiner.cards import Book, ExtractOptions, extract, words_of
from refiner.logseq import parse
from refiner.proposals.flags import FLAG_KEY, has_flag
from refiner.tasks import get_task
from refiner.tasks.model import Abstention, Draft, TaskOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import BaseModel

    from refiner.cards import Item
    from refiner.logseq import Page
    from refiner.tasks.model import Ask, Finding, TaskName


@dataclass(frozen=True)
class PlanOptions:
    """The settings that decide what is found and asked on a page."""

    tasks: tuple[TaskName, ...]
    extract: ExtractOptions = field(default_factory=ExtractOptions)
    task: TaskOptions = field(default_factory=TaskOptions)


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """What one task found on one item, and what it wants to ask about it."""

    item: Item
    task: TaskName
    findings: list[Finding]
    ask: Ask | None


def read_book(
    data: bytes, title: str, options: ExtractOptions, *, words: dict[str, int] | None = None
) -> tuple[Page, Book]:
    """Parse a page and find its items.

    Args:
        data: The page's bytes.
        title: The page's title by its file name; a `title::` property wins.
        options: Which tags make items.
        words: Words of the graph's other pages of the same book, with their counts.

    Raises:
        DecodeError: The page is not UTF-8.
    """
    page = parse(data)
    items = extract(page, options)
    said = {prop.key: prop.value for prop in page.properties}
    counts = words_of(page) if items else {}
    for word, count in (words or {}).items():
        counts[word] = counts.get(word, 0) + count
    langs = Counter(lang for item in items for lang in (item.lang, item.answer_lang) if lang)
    book = Book(
        title=said.get("title") or title,
        full_title=said.get("full-title", "").strip('"'),
        author=said.get("author", "").replace("[[", "").replace("]]", ""),
        items=items,
        words=counts,
        langs=tuple(lang for lang, _ in langs.most_common()),
    )
    return page, book


def plan_items(book: Book, tasks: Iterable[TaskName]) -> Iterator[PlannedTask]:
    """What the tasks find on a page's items and want to ask, item by item."""
    chosen = [get_task(name) for name in tasks]
    for item in book.items:
        for task in chosen:
            findings = task.detect(item, book)
            if findings:
                yield PlannedTask(item, task.name, findings, task.ask(item, book, findings))


def draft(
    planned: PlannedTask, book: Book, answer: BaseModel | None, options: TaskOptions
) -> list[Draft | Abstention]:
    """What a task proposes, but for marks and clozes that the page holds already."""
    drafts = get_task(planned.task).propose(planned.item, book, planned.findings, answer, options)
    return [made for made in drafts if not _stands_already(made, planned.item)]


def _stands_already(made: Draft | Abstention, item: Item) -> bool:
    if isinstance(made, Abstention):
        return False
    if made.flag is not None:
        blocks = (item.block, *(text.block for text in item.answers))
        return any(
            has_flag(prop.value, made.flag.name)
            for block in blocks
            for prop in block.properties
            if prop.key == FLAG_KEY
        )
    if made.task == "cloze":
        data = item.question.page.data
        return b"{{cloze " in data[item.block.start : item.block.subtree_end]
    return not made.edits
