"""Which item became which when a page was edited, so that decisions about it hold on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refiner.pipeline.detect import read_book
from refiner.pipeline.refine import plan_options

if TYPE_CHECKING:
    from refiner.settings import Settings


def item_pairs(old: bytes, new: bytes, settings: Settings) -> list[tuple[str, str]]:
    """Content hashes before and after, of the items that our own edits changed.

    Items keep their order and number through an apply, but for clozes that were put in: these
    are left out of the count.
    """
    options = plan_options(settings).extract
    before = [item.hash for item in read_book(old, "", options)[1].items]
    after = [
        item.hash
        for item in read_book(new, "", options)[1].items
        if "{{cloze " not in item.question.text
    ]
    if len(before) != len(after):
        return []
    return [(one, two) for one, two in zip(before, after, strict=True) if one != two]
