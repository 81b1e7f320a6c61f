"""`refiner cards`: the cards and passages of a graph."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from refiner.cli.options import Graph, Json, PageGlob, Paths
from refiner.cli.output import say, show
from refiner.messages import count_of

if TYPE_CHECKING:
    from refiner.errors import RefinerError


class CardsFormat(StrEnum):
    """How cards are printed."""

    TEXT = "text"
    ANKI = "anki"


def cards(
    paths: Paths = None,
    *,
    graph: Graph = None,
    page: PageGlob = None,
    as_json: Json = False,
    form: Annotated[
        CardsFormat, typer.Option("--format", help="`anki`: a file that Anki imports.")
    ] = CardsFormat.TEXT,
) -> None:
    """List the cards and passages."""
    from refiner.cards.anki import HEADER, anki_line
    from refiner.cli.output import data_line
    from refiner.graph.target import locate
    from refiner.pipeline.read import list_items
    from refiner.settings import load_settings

    target = locate(paths or [], graph)
    counts = {"card": 0, "passage": 0}
    problems: list[RefinerError] = []
    settings = load_settings(target.root)
    if form is CardsFormat.ANKI:
        typer.echo("\n".join(HEADER))
    for path, item in list_items(target, settings, page, problems=problems):
        counts[item.kind] += 1
        if form is CardsFormat.ANKI:
            line = anki_line(target.title(path), item)
            if line is not None:
                typer.echo(line)
        elif as_json:
            data_line(
                {
                    "page": path,
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
            )
        else:
            first = item.question.text.partition("\n")[0]
            show(f"{path}:{item.line}  {item.kind:7}  {item.lang or '??'}  {first[:80]}")
    if not as_json:
        say(f"{count_of(counts['card'], 'card')}, {count_of(counts['passage'], 'passage')}")
    for problem in problems:
        say(f"skipped {problem.message}")
