"""`refiner cards`: the cards and passages of a graph."""

from __future__ import annotations

import sys
from contextlib import closing
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from refiner.cli.options import Graph, Jobs, Json, PageGlob, Paths
from refiner.cli.output import say, show
from refiner.messages import count_of

if TYPE_CHECKING:
    from refiner.pipeline.listing import Form


class CardsFormat(StrEnum):
    """How cards are printed."""

    TEXT = "text"
    ANKI = "anki"


def cards(
    paths: Paths = None,
    *,
    graph: Graph = None,
    page: PageGlob = None,
    jobs: Jobs = None,
    as_json: Json = False,
    form: Annotated[
        CardsFormat, typer.Option("--format", help="`anki`: a file that Anki imports.")
    ] = CardsFormat.TEXT,
) -> None:
    """List the cards and passages."""
    from refiner.cards.anki import HEADER
    from refiner.graph.target import locate
    from refiner.pipeline.listing import list_pages
    from refiner.settings import load_settings

    target = locate(paths or [], graph)
    settings = load_settings(target.root, {"jobs": jobs})
    is_anki = form is CardsFormat.ANKI
    counts = {"card": 0, "passage": 0}
    problems: list[str] = []
    if is_anki:
        typer.echo("\n".join(HEADER))
    with closing(list_pages(target, settings, _form(form, as_json=as_json), page)) as pages:
        for listed in pages:
            counts["card"] += listed.cards
            counts["passage"] += listed.passages
            if listed.problem:
                problems.append(listed.problem)
            for line in listed.lines:
                if as_json or is_anki:
                    sys.stdout.write(f"{line}\n")
                else:
                    show(line)
    if not as_json:
        say(f"{count_of(counts['card'], 'card')}, {count_of(counts['passage'], 'passage')}")
    for problem in problems:
        say(f"skipped {problem}")


def _form(form: CardsFormat, *, as_json: bool) -> Form:
    if form is CardsFormat.ANKI:
        return "anki"
    return "json" if as_json else "text"
