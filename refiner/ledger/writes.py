"""What an apply or an undo is about to write: kept in the ledger before a page is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from refiner.logseq import Edit
    from refiner.proposals import Anchored


class WritePage(NamedTuple):
    """One page of a write.

    Attributes:
        page: Path in the graph.
        old: Its bytes before; `new` after.
        edits: What leads from one to the other, in bytes of `old`.
        proposals: Id of each proposal, with what takes its edits back again, in bytes of `new`.
        gone: Ids of proposals whose block is gone: they go stale.
    """

    page: str
    old: bytes
    new: bytes
    edits: tuple[Edit, ...]
    proposals: tuple[tuple[str, Anchored], ...]
    gone: tuple[str, ...] = ()


class Write(NamedTuple):
    """A write that was begun: `apply` or `undo`, and its pages."""

    id: int
    kind: Literal["apply", "undo"]
    pages: tuple[tuple[str, bytes, bytes], ...]
