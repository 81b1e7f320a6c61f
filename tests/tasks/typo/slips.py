"""What the task finds on a page's first item."""

from __future__ import annotations

from refiner.tasks.typo.task import TASK
from tests.tasks.pages import read


def fixes(page: str) -> list[tuple[str, str, str | None]]:
    """Rule, text and correction of each finding."""
    _, book = read(page)
    item = book.items[0]
    return [
        (f.rule, item.sides()[f.part][1].text[f.start : f.end], f.fix)
        for f in TASK.detect(item, book)
    ]
