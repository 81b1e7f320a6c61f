"""`refiner cards`, `diff` and `status`: what is there, what is proposed, what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from refiner.options import Graph, Json, LedgerFile, PageGlob, Paths, Tasks, task_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.proposals import Proposal
    from refiner.session import Session

WAITING = 3


def cards(
    paths: Paths = None,
    *,
    graph: Graph = None,
    page: PageGlob = None,
    as_json: Json = False,
) -> None:
    """List the cards and passages."""
    from refiner.pipeline import list_items
    from refiner.settings import load_settings
    from refiner.targets import locate
    from refiner.terminal import data_line, say

    target = locate(paths or [], graph)
    counts = {"card": 0, "passage": 0}
    for path, item in list_items(target, load_settings(target.root), page):
        counts[item.kind] += 1
        if as_json:
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
            typer.echo(f"{path}:{item.line}  {item.kind:7}  {item.lang or '??'}  {first[:80]}")
    if not as_json:
        say(f"{counts['card']} cards, {counts['passage']} passages")


def diff(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    task: Tasks = None,
    page: PageGlob = None,
    accepted: Annotated[bool, typer.Option("--accepted", help="Only what is accepted.")] = False,
    stat: Annotated[bool, typer.Option("--stat", help="Counts alone.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit 3 when something waits.")] = False,
    as_json: Json = False,
) -> None:
    """Show what is proposed as a patch that `git apply` takes."""
    from refiner.deciding import choose
    from refiner.session import open_session

    with open_session(paths or [], graph, {"ledger": ledger}, is_writing=False) as session:
        found = session.pending("accepted") if accepted else session.pending("pending", "accepted")
        chosen = choose(found, tasks=task_names(task), page=page)
        if as_json:
            from refiner.proposals import proposal_json
            from refiner.terminal import data_line

            for proposal in chosen:
                data_line(proposal_json(proposal))
        else:
            _print_diff(session, chosen, is_stat=stat)
    if check and chosen:
        raise typer.Exit(WAITING)


def status(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    check: Annotated[bool, typer.Option("--check", help="Exit 3 when something waits.")] = False,
    as_json: Json = False,
) -> None:
    """What is pending, accepted, rejected, applied and stale, and what a run would do."""
    from refiner.session import open_session
    from refiner.status import print_status, status_rows

    with open_session(paths or [], graph, {"ledger": ledger}, is_writing=False) as session:
        rows = status_rows(session)
        print_status(session, rows, as_json=as_json)
    if check and any(row.counts.get("pending") for row in rows):
        raise typer.Exit(WAITING)


def _print_diff(session: Session, proposals: Sequence[Proposal], *, is_stat: bool) -> None:
    from itertools import groupby

    from refiner.applying import compose_page
    from refiner.deciding import wordings
    from refiner.graph.write import read_file
    from refiner.patch import print_patch
    from refiner.proposals import page_diff

    patches = []
    for page, found in groupby(proposals, key=lambda p: p.page):
        group = list(found)
        data = read_file(session.target.root / page)
        new, _, refused = compose_page(data, group, wordings(session.ledger, group))
        patches.append((page, len(group), page_diff(page, data, new)))
        for id_, reason in refused:
            typer.echo(f"{id_} is left out: {reason}", err=True)
    print_patch(patches, is_stat=is_stat)
