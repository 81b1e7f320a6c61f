"""A file of labels to fill in: items of a graph, drawn in a fixed order, with nothing judged."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from refiner.errors import UserError
from refiner.evals.labelled import span_of
from refiner.evals.labels import Label
from refiner.pipeline.changes import is_review_page
from refiner.pipeline.read import list_items

if TYPE_CHECKING:
    from pathlib import Path

    from refiner.cards import Item
    from refiner.graph.target import Target
    from refiner.settings import Settings


def write_skeleton(file: Path, target: Target, settings: Settings, count: int) -> int:
    """Draw items of a graph and write a line for each; how many were written.

    The same graph gives the same items, and a larger draw holds the smaller one: the order is
    that of a hash over each item's page and content.

    Args:
        file: Must not exist: labels are work that nothing may overwrite.
        target: The graph.
        settings: Whose tags make an item.
        count: At most so many items.

    Raises:
        UserError: The file exists or can't be written, or the graph holds no item.
    """
    drawn = sorted(
        (hashlib.sha256(f"{page}\0{item.hash}\0{item.line}".encode()).digest(), page, item)
        for page, item in list_items(target, settings)
        if not is_review_page(target.title(page))
    )
    if not drawn:
        raise UserError(f"`{target.root}` holds no card and no passage; nothing was written")
    chosen = sorted(drawn[:count], key=lambda one: (one[1], one[2].line))
    lines = [json.dumps(_unjudged(page, item), ensure_ascii=False) for _, page, item in chosen]
    try:
        with file.open("x", encoding="utf-8", newline="\n") as written:
            written.write("\n".join(lines) + "\n")
    except FileExistsError:
        raise UserError(
            f"`{file}` exists; nothing was written",
            hint="name a new file: labels are never overwritten",
        ) from None
    except OSError as error:
        raise UserError(f"`{file}` can't be written: {error.strerror}") from error
    return len(chosen)


def _unjudged(page: str, item: Item) -> dict[str, object]:
    """A label with every key, nothing judged, and the item's text to read."""
    data = item.question.page.data
    start, end = span_of(data, item.block.start, item.block.subtree_end)
    label = Label(page=page, line=item.line, kind=item.kind, lang=item.lang or item.answer_lang)
    return {**label.model_dump(), "text": data[start:end].decode()}
