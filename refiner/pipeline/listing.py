"""Pages to lines: the cards and passages as a person, a script or Anki reads them."""

from __future__ import annotations

import json
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from refiner.cards.anki import anki_line
from refiner.errors import PageError
from refiner.graph.target import find_pages
from refiner.parallel import mapped, workers_for
from refiner.pipeline.read import items_of
from refiner.pool import Lost

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from refiner.cards import ExtractOptions, Item
    from refiner.graph.target import Target
    from refiner.settings import Settings

Form = Literal["text", "json", "anki"]
# About so many pages are read while a worker starts.
PAGES_EACH = 600
SHOWN = 80


class ListedPage(NamedTuple):
    """A page's items.

    Attributes:
        lines: What is printed, a line for each item that the form has a line for.
        cards: How many cards it has; `passages` likewise.
        problem: What is wrong with the page, or "".
    """

    lines: list[str]
    cards: int
    passages: int
    problem: str = ""


class _ListJob(NamedTuple):
    """A page by its path in the graph, and its title by its file name."""

    path: str
    title: str


def list_pages(
    target: Target, settings: Settings, form: Form, glob: str | None = None
) -> Generator[ListedPage]:
    """The items of each page, in the order of the pages' paths.

    Args:
        target: The graph and its pages that are meant.
        settings: All settings.
        form: How items are written.
        glob: Pages by path, file name or title.

    Raises:
        UserError: The graph, or the folder named, holds no page.
    """
    files = find_pages(target, glob).pages
    jobs = (_ListJob(file.path, target.title(file.path)) for file in files)
    listed = partial(_listed, root=target.root, options=settings.extract_options, form=form)
    workers = workers_for(len(files), settings.jobs, PAGES_EACH)
    with closing(mapped(listed, jobs, workers)) as pages:
        for job, page in pages:
            if isinstance(page, Lost):
                yield ListedPage([], 0, 0, PageError(job.path, str(page)).message)
            else:
                yield page


def _listed(job: _ListJob, root: Path, options: ExtractOptions, form: Form) -> ListedPage:
    try:
        items = items_of(root, job.path, options)
    except PageError as error:
        return ListedPage([], 0, 0, error.message)
    lines = (_line(item, job, form) for item in items)
    cards = sum(item.kind == "card" for item in items)
    return ListedPage([each for each in lines if each is not None], cards, len(items) - cards)


def _line(item: Item, page: _ListJob, form: Form) -> str | None:
    if form == "anki":
        return anki_line(page.title, item)
    if form == "text":
        first = item.question.text.partition("\n")[0]
        return f"{page.path}:{item.line}  {item.kind:7}  {item.lang or '??'}  {first[:SHOWN]}"
    value = {
        "page": page.path,
        "line": item.line,
        "kind": item.kind,
        "tags": item.tags,
        "question": item.question.text,
        "answer": item.answer,
        "lang": item.lang,
        "id": item.id,
        "chapter": item.chapter,
        "hash": item.hash,
    }
    return json.dumps(value, ensure_ascii=False)
