"""Which items a run means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from refiner.cards import added_on, tag_name

if TYPE_CHECKING:
    from datetime import date

    from refiner.cards import Book, Item
    from refiner.tasks.model import TaskName


@dataclass(frozen=True)
class Selection:
    """Which items a run looks at; the default is all.

    Attributes:
        glob: Pages by path, file name or title.
        since: Items that came in on this day or later.
        limit: At most so many items with something to mend, newest first.
        tag: Items with this tag, however it is written.
        tasks: These tasks alone; None for those of the settings.
        only_failed: Pages alone on which a request failed.
        is_fresh: Plan pages anew that have not changed.
        items: These items alone, by page and line of the bullet; None for all.
    """

    glob: str | None = None
    since: date | None = None
    limit: int | None = None
    tag: str | None = None
    tasks: tuple[TaskName, ...] | None = None
    only_failed: bool = False
    is_fresh: bool = False
    items: frozenset[tuple[str, int]] | None = None

    @property
    def is_partial(self) -> bool:
        """Whether some items of a page may be passed over."""
        return (
            self.since is not None
            or self.limit is not None
            or self.tag is not None
            or self.only_failed
            or self.items is not None
        )


EVERYTHING = Selection()


@dataclass(frozen=True)
class PageFacts:
    """What decides about a page's items beside their text.

    Attributes:
        path: Path in the graph.
        saved: The day on which the page was last saved: for items whose headings name none.
        title_format: The graph's `:journal/page-title-format`.
    """

    path: str
    saved: date
    title_format: str


def chosen_items(book: Book, selection: Selection, page: PageFacts) -> set[int]:
    """Numbers of a page's items that are meant."""
    return {item.index for item in book.items if _is_chosen(item, selection, page)}


def _is_chosen(item: Item, selection: Selection, page: PageFacts) -> bool:
    if selection.items is not None and (page.path, item.line) not in selection.items:
        return False
    if selection.tag is not None and tag_name(selection.tag) not in item.tags:
        return False
    if selection.since is None:
        return True
    day = added_on(item.chapter, page.title_format) or page.saved
    return day >= selection.since
