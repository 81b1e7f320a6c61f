"""Pages from disk: which there are, their bytes, and the words of the book's other pages."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from refiner.cards import extract
from refiner.cards.extract import WORD
from refiner.errors import PageError
from refiner.graph.files import read_file
from refiner.graph.target import find_pages
from refiner.logseq import DecodeError, parse
from refiner.pipeline.changes import Changes, find_changes, is_review_page
from refiner.pipeline.detect import full_title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from refiner.cards import ExtractOptions, Item
    from refiner.graph.target import Target
    from refiner.ledger import PageState
    from refiner.pipeline.options import Run
    from refiner.settings import Settings

# The first line that begins a block: page properties stand before it.
BLOCK = re.compile(rb"^[ \t]*(?:-(?:[ \t\r\n]|\Z)|#{1,6}[ \t])", re.MULTILINE)


class Found(NamedTuple):
    """What stands on disk against what the ledger knows.

    Attributes:
        changes: The pages that have something to do.
        skipped: Path and reason of what can't be looked at.
        gone: Paths of pages that the ledger knows and that are no longer there.
        known: Every page as it was when it was last read, by path.
    """

    changes: Changes
    skipped: tuple[tuple[str, str], ...]
    gone: tuple[str, ...]
    known: Mapping[str, PageState]


def find_work(run: Run) -> Found:
    """Find the pages that have something to do, without reading them.

    Raises:
        UserError: The graph, or the folder named, holds no page.
    """
    target = run.target
    found = find_pages(target, run.selection.glob)
    known = run.ledger.pages()
    gone: tuple[str, ...] = ()
    if target.pages is None and run.selection.glob is None:
        standing = {file.path for file in found.pages}
        gone = tuple(p for p in known if p not in standing and not (target.root / p).exists())
    own = [file for file in found.pages if not _is_review_page(target, file.path)]
    changes = find_changes(own, known, run.digests, run.selection)
    return Found(changes, found.skipped, gone, known)


def _is_review_page(target: Target, path: str) -> bool:
    return "refiner" in path and is_review_page(target.title(path))


def list_items(
    target: Target,
    settings: Settings,
    glob: str | None = None,
) -> Iterator[tuple[str, Item]]:
    """Each item of the pages with its page's path.

    Args:
        target: The graph and its pages that are meant.
        settings: All settings.
        glob: Pages by path, file name or title.

    Raises:
        PageError: A page is not UTF-8 or can't be read.
    """
    options = settings.extract_options
    for file in find_pages(target, glob).pages:
        for item in items_of(target.root, file.path, options):
            yield file.path, item


def items_of(root: Path, path: str, options: ExtractOptions) -> tuple[Item, ...]:
    """The items of one page.

    Args:
        root: The graph's root.
        path: The page's path in the graph.
        options: Which blocks are items.

    Raises:
        PageError: It is not UTF-8, or can't be read.
    """
    data = read_file(root / path)
    try:
        return extract(parse(data), options)
    except DecodeError as error:
        raise PageError(path, str(error), line=error.line) from error


def digest_of(data: bytes) -> str:
    """SHA-256 of a page's bytes, hex."""
    return hashlib.sha256(data).hexdigest()


class BookPages:
    """Which pages of a graph are of one book.

    Args:
        target: The graph.
        known: Every page as it was when it was last read, by path.
    """

    def __init__(self, target: Target, known: Mapping[str, PageState]) -> None:
        self._root = target.root
        self._pages: dict[str, list[str]] = {}
        for path, state in known.items():
            if state.book:
                self._pages.setdefault(state.book, []).append(path)

    def others(self, path: str, data: bytes) -> tuple[str, ...]:
        """The paths of the other pages of a page's book that are known by now."""
        start = BLOCK.search(data)
        head = data if start is None else data[: start.start()]
        book = full_title_of(parse(head)) if b"full-title::" in head else ""
        if not book:
            return ()
        pages = self._pages.setdefault(book, [])
        others = tuple(page for page in pages if page != path)
        if path not in pages:
            pages.append(path)
        return others


def words_on(root: Path, pages: Iterable[str]) -> dict[str, int]:
    """How often each lower-case word occurs on pages; what can't be read has none."""
    counts: Counter[str] = Counter()
    for page in pages:
        try:
            text = (root / page).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        counts.update(WORD.findall(text.lower()))
    return counts
