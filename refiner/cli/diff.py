"""`refiner diff`: what is proposed, as a patch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from refiner.cli.options import Graph, Json, LedgerFile, PageGlob, Paths, Tasks, task_names
from refiner.cli.output import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.pipeline.session import Session
    from refiner.proposals import Proposal


WAITING = 3


def diff(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    task: Tasks = None,
    page: PageGlob = None,
    accepted: Annotated[bool, typer.Option("--accepted", help="Only what is accepted.")] = False,
    context: Annotated[
        bool, typer.Option("--context", help="Words that change, in the whole card; no patch.")
    ] = False,
    stat: Annotated[bool, typer.Option("--stat", help="Counts alone.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit 3 when something waits.")] = False,
    as_json: Json = False,
) -> None:
    """Show what is proposed as a patch that `git apply` takes."""
    from refiner.pipeline.decide import choose
    from refiner.pipeline.session import open_session

    with open_session(paths or [], graph, {"ledger": ledger}, is_writing=False) as session:
        found = session.pending("accepted") if accepted else session.pending("pending", "accepted")
        chosen = choose(found, tasks=task_names(task), page=page)
        if as_json:
            from refiner.cli.output import data_line
            from refiner.proposals import proposal_json

            for proposal in chosen:
                data_line(proposal_json(proposal))
        elif context:
            _print_cards(session, chosen)
        else:
            _print_diff(session, chosen, is_stat=stat)
    if check and chosen:
        raise typer.Exit(WAITING)


def _print_cards(session: Session, proposals: Sequence[Proposal]) -> None:
    from rich.console import Console

    from refiner.review.card import card_order
    from refiner.review.reader import CardReader
    from refiner.review.screen import shown

    console = Console(highlight=False)
    reader = CardReader(session.target.root, session.settings.extract_options)
    for number, proposal in enumerate(card_order(proposals)):
        if number:
            console.print()
        wording = session.ledger.wording(proposal.id)
        card = reader.card(proposal)
        text = shown(proposal, wording, card, width=console.width, is_whole=True)
        console.print(text, soft_wrap=True)


def _print_diff(session: Session, proposals: Sequence[Proposal], *, is_stat: bool) -> None:
    from itertools import groupby

    from refiner.cli.patch import print_patch
    from refiner.graph.files import read_file
    from refiner.pipeline.apply import compose_page
    from refiner.proposals import page_diff

    patches = []
    for page, found in groupby(proposals, key=lambda p: p.page):
        group = list(found)
        data = read_file(session.target.root / page)
        write, refused = compose_page(data, group, session.ledger.wordings(group))
        patches.append((page, len(group), page_diff(page, data, write.new)))
        for id_, reason in refused:
            say(f"{id_} is left out: {reason}")
    print_patch(patches, is_stat=is_stat)
