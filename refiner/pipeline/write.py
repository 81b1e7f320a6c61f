"""Pages written as a whole, so that a crash in between can be finished."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from refiner.errors import PageError, RefinerError
from refiner.graph.files import read_file, remove_leftover, replace_file
from refiner.logseq import DecodeError, parse
from refiner.proposals import locate_anchor

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from refiner.ledger import Ledger, WritePage


@dataclass
class WriteReport:
    """What a write did.

    Attributes:
        pages: Paths of the pages that were written.
        proposals: Ids of the proposals whose edits are now in, or out.
        refused: Id and reason of what was left as it is.
        problems: What kept a whole page from being written, and what on review pages can't be
            understood.
    """

    pages: list[str] = field(default_factory=list)
    proposals: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    problems: list[RefinerError] = field(default_factory=list)


def read_for_writing(root: Path, page: str) -> bytes:
    """A page's bytes.

    Raises:
        PageError: It can't be read, or is not UTF-8.
    """
    data = read_file(root / page)
    try:
        parse(data)
    except DecodeError as error:
        raise PageError(page, f"{error}; nothing was written to it", line=error.line) from error
    return data


def write_pages(
    root: Path,
    ledger: Ledger,
    kind: Literal["apply", "undo"],
    writes: Sequence[WritePage],
    report: WriteReport,
) -> bool:
    """Write pages one by one, their old and new bytes in the ledger first.

    A crash in between is finished by the next command: see `recover`.

    Args:
        root: The graph's root.
        ledger: Its ledger.
        kind: What is done to the proposals.
        writes: The pages.
        report: Hears what was written, and what was not.

    Returns:
        False, and nothing is written, where somebody decided otherwise since they were composed.
    """
    if not writes:
        return True
    number = ledger.begin_write(kind, writes)
    if number is None:
        return False
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
    return True


def recover(root: Path, ledger: Ledger) -> list[str]:
    """Finish what a crash interrupted: each page becomes wholly new, or stays as somebody left it.

    Returns:
        The pages that were finished now.
    """
    finished: list[str] = []
    for write in ledger.begun_writes():
        written = []
        for page, old, new, backs in write.pages:
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
            # It may have been edited by hand since, as long as a block that was written stands.
            if found == new or any(locate_anchor(found, back) for back in backs):
                written.append(page)
        ledger.end_write(write.id, written)
    return finished
