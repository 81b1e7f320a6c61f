"""Accepted proposals written to their pages: all of a page's or none."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from refiner.errors import RefinerError
from refiner.graph.files import check_writable
from refiner.ledger import WritePage
from refiner.logseq import splice
from refiner.pipeline.detect import read_book
from refiner.pipeline.options import plan_options
from refiner.pipeline.write import WriteReport, read_for_writing, write_pages
from refiner.proposals import anchor, compose, inverse, locate_anchor, reworded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.cards import ExtractOptions
    from refiner.pipeline.session import Session
    from refiner.proposals import Proposal, State

ACCEPTED: tuple[State, ...] = ("accepted",)


class ComposedPage(NamedTuple):
    """What a page becomes with its accepted proposals.

    Attributes:
        write: The page's bytes before and after.
        refused: Id and reason of what was left out.
    """

    write: WritePage
    refused: list[tuple[str, str]]


def compose_page(
    data: bytes, proposals: Sequence[Proposal], wordings: dict[str, str]
) -> ComposedPage:
    """Put a page's proposals in.

    Args:
        data: The page's bytes now.
        proposals: Proposals of this one page.
        wordings: The person's own wording of the lines, by proposal.
    """
    composed = compose(data, [_in_own_words(data, p, wordings.get(p.id)) for p in proposals])
    new = splice(data, composed.edits)
    taken = tuple((p.id, inverse(composed.edits, place, new)) for p, place in composed.taken)
    gone = tuple(p.id for p, _, is_gone in composed.refused if is_gone)
    own = {id_: wordings[id_] for id_, _ in taken if id_ in wordings}
    write = WritePage(proposals[0].page, data, new, composed.edits, taken, gone, own)
    return ComposedPage(write, [(p.id, reason) for p, reason, _ in composed.refused])


def apply_accepted(session: Session) -> WriteReport:
    """Write every accepted proposal of the pages that are meant.

    Pages are checked first; then all old and new bytes are kept in the ledger, then the files are
    replaced one by one. Where somebody decides otherwise meanwhile, in a browser say, that holds:
    the pages are composed anew. What was decided about an item holds for what it becomes.
    """
    while True:
        report = WriteReport()
        writes = _composed(session, report)
        if write_pages(session.target.root, session.ledger, "apply", writes, report):
            break
    extract = plan_options(session.settings).extract
    pairs = [
        pair
        for write in writes
        if write.page in report.pages
        for pair in item_pairs(write.old, write.new, extract)
    ]
    if pairs:
        session.ledger.carry_decisions(pairs)
    return report


def _composed(session: Session, report: WriteReport) -> list[WritePage]:
    """Every page with what is accepted now; the report hears what can't be written."""
    root, ledger = session.target.root, session.ledger
    by_page: dict[str, list[Proposal]] = defaultdict(list)
    for proposal in session.pending(*ACCEPTED):
        by_page[proposal.page].append(proposal)
    writes: list[WritePage] = []
    for page, proposals in by_page.items():
        try:
            data = read_for_writing(root, page)
            write, refused = compose_page(data, proposals, ledger.wordings(proposals))
            if write.new != data:
                check_writable(root / page)
        except RefinerError as error:
            report.problems.append(error)
            continue
        report.refused += refused
        if write.proposals or write.gone:
            writes.append(write)
    return writes


def item_pairs(old: bytes, new: bytes, options: ExtractOptions) -> list[tuple[str, str]]:
    """Content hashes before and after, of the items that our own edits changed.

    Items keep their order and number through an apply, but for clozes that were put in: these
    are left out of the count.
    """
    before = [item.hash for item in read_book(old, "", options)[1].items]
    after = [
        item.hash
        for item in read_book(new, "", options)[1].items
        if "{{cloze " not in item.question.text
    ]
    if len(before) != len(after):
        return []
    return [(one, two) for one, two in zip(before, after, strict=True) if one != two]


def _in_own_words(data: bytes, proposal: Proposal, wording: str | None) -> Proposal:
    """The proposal with the person's own wording, where there is one."""
    if wording is None:
        return proposal
    place = locate_anchor(data, proposal.place)
    if place is None or any(data[e.start : e.end] != e.old.encode() for e in place.edits):
        return proposal
    edit = reworded(data, place.edits, wording)
    start, end = min(place.start, edit.start), max(place.end, edit.end)
    return replace(proposal, place=anchor(data, start, end, [edit]))
