"""Applied proposals taken back: all of a page's or none."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from refiner.errors import ConflictError
from refiner.graph.files import check_writable
from refiner.ledger import WritePage
from refiner.logseq import SpliceError, splice
from refiner.pipeline.write import WriteReport, read_for_writing, write_pages
from refiner.proposals import inverse, locate_anchor

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from refiner.logseq import Edit
    from refiner.pipeline.session import Session
    from refiner.proposals import Anchored


def undo(session: Session, ids: Collection[str] | None = None) -> WriteReport:
    """Take applied proposals back: those named, or those of the last apply.

    Raises:
        ConflictError: A block no longer holds what was written; nothing is taken back.
    """
    report = WriteReport()
    root = session.target.root
    writes = [
        _without(read_for_writing(root, page), page, backs)
        for page, backs in _chosen(session, ids).items()
    ]
    for write in writes:
        check_writable(root / write.page)
    write_pages(root, session.ledger, "undo", writes, report)
    return report


def _chosen(session: Session, ids: Collection[str] | None) -> dict[str, list[tuple[str, Anchored]]]:
    """By page, the proposals to take back with the edits that do it."""
    chosen: dict[str, list[tuple[str, Anchored]]] = defaultdict(list)
    for id_, page, back in session.ledger.applied(ids):
        if session.target.covers(page):
            chosen[page].append((id_, back))
    if ids is None:
        return chosen
    for id_, page, back in session.ledger.applied(everything=True):
        shared = {edit for _, other in chosen.get(page, ()) for edit in other.edits}
        if id_ not in ids and shared.intersection(back.edits):  # two flags in one property
            chosen[page].append((id_, back))
    return chosen


def _without(data: bytes, page: str, backs: Sequence[tuple[str, Anchored]]) -> WritePage:
    """A page without what was written to it.

    Raises:
        ConflictError: A block no longer holds what was written.
    """
    edits: list[Edit] = []
    places: list[tuple[str, Anchored]] = []
    for id_, back in backs:
        place = _located(data, page, back)
        places.append((id_, place))
        edits += [edit for edit in place.edits if edit not in edits]
    edits.sort(key=lambda edit: (edit.start, edit.end))
    try:
        new = splice(data, edits)
    except SpliceError as error:
        raise ConflictError(f"`{page}`: {error}; nothing was taken back") from error
    undone = tuple((id_, inverse(edits, place, new)) for id_, place in places)
    return WritePage(page, data, new, tuple(edits), undone)


def _located(data: bytes, page: str, back: Anchored) -> Anchored:
    """Where a block stands that was written.

    Raises:
        ConflictError: Nowhere.
    """
    place = locate_anchor(data, back)
    if place is not None:
        return place
    expected = "".join(edit.old for edit in back.edits)
    raise ConflictError(
        f"the block on `{page}` that was written has changed since: expected a block with "
        f"{expected!r}, found {data[back.start : back.end].decode(errors='replace')!r}; "
        "nothing was taken back",
        hint="change it back by hand, or undo the others by their ids: `refiner undo ID`",
    )
