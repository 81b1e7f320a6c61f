"""Accepted proposals written to their pages, and taken back: all of a page's or none."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from refiner.errors import ConflictError, PageError, RefinerError
from refiner.graph.files import check_writable, read_file, remove_leftover, replace_file
from refiner.ledger import WritePage
from refiner.logseq import DecodeError, SpliceError, parse, splice
from refiner.proposals import anchor, compose, inverse, locate_anchor, reworded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import Path

    from refiner.ledger import Ledger
    from refiner.logseq import Edit
    from refiner.proposals import Anchored, Proposal, State


@dataclass
class WriteReport:
    """What a write did.

    Attributes:
        pages: Paths of the pages that were written.
        proposals: Ids of the proposals whose edits are now in, or out.
        refused: Id and reason of what was left as it is.
        problems: What kept a whole page from being written.
    """

    pages: list[str] = field(default_factory=list)
    proposals: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    problems: list[RefinerError] = field(default_factory=list)


def compose_page(
    data: bytes, proposals: Sequence[Proposal], wordings: dict[str, str]
) -> tuple[bytes, WritePage, list[tuple[str, str]]]:
    """What a page becomes with its accepted proposals: new bytes, the write, what was refused.

    Args:
        data: The page's bytes now.
        proposals: Proposals of this one page.
        wordings: The person's own wording of the lines, by proposal.
    """
    composed = compose(data, [_own(data, proposal, wordings) for proposal in proposals])
    new = splice(data, composed.edits)
    taken = tuple((p.id, inverse(composed.edits, place, new)) for p, place in composed.taken)
    gone = tuple(p.id for p, _, is_gone in composed.refused if is_gone)
    page = WritePage(proposals[0].page, data, new, composed.edits, taken, gone)
    return new, page, [(p.id, reason) for p, reason, _ in composed.refused]


def apply_accepted(
    root: Path,
    ledger: Ledger,
    covers: Callable[[str], bool],
    carry: Callable[[bytes, bytes], Iterable[tuple[str, str]]] = lambda _old, _new: (),
) -> WriteReport:
    """Write every accepted proposal to its page.

    Pages are checked first; then all old and new bytes are kept in the ledger, then the files are
    replaced one by one. A crash in between is finished by the next command (`recover`).

    Args:
        root: The graph's root.
        ledger: Its ledger.
        covers: Which pages, by path.
        carry: Tells which items of a page became which: pairs of content hashes, so that what was
            decided about the old one holds for the new one.
    """
    report = WriteReport()
    by_page: dict[str, list[Proposal]] = defaultdict(list)
    accepted: tuple[State, ...] = ("accepted",)
    for proposal in ledger.proposals(accepted):
        if covers(proposal.page):
            by_page[proposal.page].append(proposal)
    writes: list[WritePage] = []
    for page, proposals in by_page.items():
        try:
            data = _read(root, page)
            wordings = {p.id: text for p in proposals if (text := ledger.wording(p.id)) is not None}
            _, write, refused = compose_page(data, proposals, wordings)
            if write.new != data:
                check_writable(root / page)
        except RefinerError as error:
            report.problems.append(error)
            continue
        report.refused += refused
        if write.proposals or write.gone:
            writes.append(write)
    _write(root, ledger, "apply", writes, report)
    pairs = [
        pair
        for write in writes
        if write.page in report.pages
        for pair in carry(write.old, write.new)
    ]
    if pairs:
        ledger.carry_decisions(pairs)
    return report


def undo(
    root: Path, ledger: Ledger, ids: Collection[str] | None, covers: Callable[[str], bool]
) -> WriteReport:
    """Take applied proposals back: those named, or those of the last apply.

    Raises:
        ConflictError: A block no longer holds what was written; nothing is taken back.
    """
    report = WriteReport()
    by_page: dict[str, list[tuple[str, Anchored]]] = defaultdict(list)
    for id_, page, back in ledger.applied(ids):
        if covers(page):
            by_page[page].append((id_, back))
    for id_, page, back in ledger.applied(everything=True) if ids is not None else ():
        shared = {edit for _, other in by_page.get(page, ()) for edit in other.edits}
        if id_ not in (ids or ()) and shared.intersection(back.edits):  # two flags in one property
            by_page[page].append((id_, back))
    writes = []
    for page, backs in by_page.items():
        data = _read(root, page)
        check_writable(root / page)
        edits: list[Edit] = []
        places: list[tuple[str, Anchored]] = []
        for id_, back in backs:
            at = _found(data, page, back)
            places.append((id_, at))
            edits += [edit for edit in at.edits if edit not in edits]
        edits.sort(key=lambda edit: (edit.start, edit.end))
        try:
            new = splice(data, edits)
        except SpliceError as error:
            raise ConflictError(f"`{page}`: {error}; nothing was taken back") from error
        undone = tuple((id_, inverse(edits, at, new)) for id_, at in places)
        writes.append(WritePage(page, data, new, tuple(edits), undone))
    _write(root, ledger, "undo", writes, report)
    return report


def recover(root: Path, ledger: Ledger) -> list[str]:
    """Finish what a crash interrupted: each page becomes wholly new, or stays as somebody left it.

    Returns:
        The pages that were finished now.
    """
    finished: list[str] = []
    for write in ledger.begun_writes():
        written = []
        for page, old, new in write.pages:
            path = root / page
            try:
                remove_leftover(path, root)
                found = read_file(path)
                if found == old != new:
                    replace_file(path, old, new, root=root)
                    finished.append(page)
                    found = new
            except RefinerError:
                continue
            if found == new:
                written.append(page)
        ledger.end_write(write.id, written)
    return finished


def _own(data: bytes, proposal: Proposal, wordings: dict[str, str]) -> Proposal:
    """The proposal with the person's own wording, where there is one."""
    wording = wordings.get(proposal.id)
    if wording is None:
        return proposal
    place = locate_anchor(data, proposal.place)
    if place is None or any(data[e.start : e.end] != e.old.encode() for e in place.edits):
        return proposal
    edit = reworded(data, place.edits, wording)
    start, end = min(place.start, edit.start), max(place.end, edit.end)
    return replace(proposal, place=anchor(data, start, end, [edit]))


def _found(data: bytes, page: str, back: Anchored) -> Anchored:
    """Where a block stands that was written."""
    at = locate_anchor(data, back)
    if at is not None:
        return at
    expected = "".join(edit.old for edit in back.edits)
    raise ConflictError(
        f"the block on `{page}` that was written has changed since: expected a block with "
        f"{expected!r}, found {data[back.start : back.end].decode(errors='replace')!r}; "
        "nothing was taken back",
        hint="change it back by hand, or undo the others by their ids: `refiner undo ID`",
    )


def _read(root: Path, page: str) -> bytes:
    data = read_file(root / page)
    try:
        parse(data)
    except DecodeError as error:
        raise PageError(page, f"{error}; nothing was written to it", line=error.line) from error
    return data


def _write(
    root: Path, ledger: Ledger, kind: str, writes: Sequence[WritePage], report: WriteReport
) -> None:
    if not writes:
        return
    number = ledger.begin_write("apply" if kind == "apply" else "undo", writes)
    written = []
    for write in writes:
        try:
            if write.new != write.old:
                replace_file(root / write.page, write.old, write.new, root=root)
        except RefinerError as error:
            report.problems.append(error)
            continue
        written.append(write.page)
        report.pages.append(write.page)
        report.proposals += [id_ for id_, _ in write.proposals]
    ledger.end_write(number, written)
