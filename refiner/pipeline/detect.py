"""One page from bytes to findings and asks, and from answers to drafts: pure.

`detect` takes and gives plain values that pickle, so that a pool of processes or a cluster can
map it over pages.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from refiner.cards import Book, extract, left_out, words_of
from refiner.logseq import parse
from refiner.proposals import Abstention
from refiner.proposals.flags import FLAG_KEY, has_flag
from refiner.tasks import get_task

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from pydantic import BaseModel

    from refiner.cards import ExtractOptions, Item
    from refiner.logseq import Page
    from refiner.pipeline.options import PlanOptions
    from refiner.proposals import Draft
    from refiner.tasks.model import Ask, Finding, Task, TaskName, TaskOptions


@dataclass(frozen=True, slots=True)
class ItemFindings:
    """What one task found on one item.

    Attributes:
        item: The card or passage.
        task: The task.
        findings: What its rules saw, in page order; empty where all of it is muted.
        ask: What it wants to ask about them, or None.
        tasks: All that it stands for, where one request asks for the whole item.
        muted: Rules of findings that the settings mute: nothing is asked or proposed about these.
    """

    item: Item
    task: TaskName
    findings: list[Finding]
    ask: Ask | None
    tasks: tuple[TaskName, ...] = ()
    muted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageFindings:
    """What the tasks found on one page.

    Attributes:
        book: The page's items, and what surrounds them.
        found: Item by item, task by task.
    """

    book: Book
    found: tuple[ItemFindings, ...]


def detect(data: bytes, title: str, options: PlanOptions, words: Mapping[str, int]) -> PageFindings:
    """Find what is wrong on a page, and what to ask about it.

    Args:
        data: The page's bytes.
        title: The page's title by its file name; a `title::` property wins.
        options: What is found and asked.
        words: Words of the graph's other pages of the same book, with their counts.

    Raises:
        DecodeError: The page is not UTF-8.
    """
    _, book = read_book(data, title, options.extract, words=words)
    found = find(book, options.tasks, is_large=options.is_large, mute=options.mute)
    return PageFindings(book, tuple(found))


def read_book(
    data: bytes, title: str, options: ExtractOptions, *, words: Mapping[str, int] | None = None
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
    properties = {prop.key: prop.value for prop in page.properties}
    counts = words_of(page) if items else {}
    for word, count in (words or {}).items():
        counts[word] = counts.get(word, 0) + count
    langs = Counter(lang for item in items for lang in (item.lang, item.answer_lang) if lang)
    book = Book(
        title=properties.get("title") or title,
        full_title=full_title_of(page),
        author=properties.get("author", "").replace("[[", "").replace("]]", ""),
        items=items,
        words=counts,
        langs=tuple(lang for lang, _ in langs.most_common()),
        left_out=left_out(page, options),
    )
    return page, book


def full_title_of(page: Page) -> str:
    """The title that all pages of a book share, or ""."""
    found = [prop.value for prop in page.properties if prop.key == "full-title"]
    return found[-1].strip('"') if found else ""


def find(
    book: Book, tasks: Iterable[TaskName], *, is_large: bool = False, mute: Collection[str] = ()
) -> Iterator[ItemFindings]:
    """What the tasks find on a page's items and want to ask, item by item.

    Args:
        book: The page's items, and what surrounds them.
        tasks: The tasks that look at them.
        is_large: Whether one request asks for all that is to be mended in an item: there a
            muted rule's finding is told to the model all the same, and its proposal dropped.
        mute: Rules whose findings are left out.
    """
    if is_large:
        yield from _edited(book, tuple(tasks))
        return
    chosen = [get_task(name) for name in tasks]
    for item in book.items:
        for task in chosen:
            seen = task.detect(item, book)
            if not seen:
                continue
            findings = [finding for finding in seen if finding.rule not in mute]
            muted = tuple(finding.rule for finding in seen if finding.rule in mute)
            ask = task.ask(item, book, findings) if findings else None
            yield ItemFindings(item, task.name, findings, ask, muted=muted)


def _edited(book: Book, tasks: tuple[TaskName, ...]) -> Iterator[ItemFindings]:
    """What rules find on each item, and the one request about it."""
    from refiner.tasks.editor import editor

    task = editor(tasks)
    for item in book.items:
        findings = task.detect(item, book)
        ask = task.ask(item, book, findings)
        if findings or ask is not None:
            yield ItemFindings(item, task.name, findings, ask, tasks)


def draft(
    found: ItemFindings, book: Book, answer: BaseModel | None, options: TaskOptions
) -> list[Draft | Abstention]:
    """What a task proposes, but for flags and clozes that the page holds already."""
    if not found.tasks and not found.findings:
        return []
    if found.tasks:
        from refiner.tasks.editor import editor

        task: Task = editor(found.tasks)
    else:
        task = get_task(found.task)
    drafts = task.propose(found.item, book, found.findings, answer, options)
    return [made for made in drafts if not _stands_already(made, found.item)]


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
