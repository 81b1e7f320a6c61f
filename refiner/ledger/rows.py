"""Proposals as rows of the ledger, and back."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from refiner.errors import LedgerError
from refiner.logseq import Edit
from refiner.proposals import Anchored, Flag, Proposal

if TYPE_CHECKING:
    import sqlite3

KEPT = 4096
COLUMNS = ("id", "page", "task", "item_hash", "edit_hash", "state")
FIELDS = tuple(field.name for field in fields(Proposal) if field.name not in COLUMNS)


def to_data(proposal: Proposal) -> str:
    """What of a proposal stands in no column of its own, as JSON."""
    values = {name: getattr(proposal, name) for name in FIELDS}
    if proposal.flag is not None:
        values["flag"] = asdict(proposal.flag)
    return json.dumps(values, ensure_ascii=False)


def to_row(proposal: Proposal) -> tuple[Any, ...]:
    """A proposal's columns: id, page, task, item_hash, edit_hash, state, position, data."""
    columns = tuple(getattr(proposal, name) for name in COLUMNS)
    return (*columns, proposal.place.edits[0].start, to_data(proposal))


def from_row(row: sqlite3.Row) -> Proposal:
    """The proposal that a row holds.

    Raises:
        LedgerError: What it holds is damaged.
    """
    try:
        return _proposal(tuple(row[name] for name in COLUMNS), row["data"])
    except (ValueError, TypeError, KeyError) as error:
        raise LedgerError(
            f"the ledger's proposal `{row['id']}` is damaged: {error}; no page was touched",
            hint="`refiner doctor` looks into the ledger; restore it from a backup",
        ) from error


@lru_cache(maxsize=KEPT)
def _proposal(columns: tuple[Any, ...], data: str) -> Proposal:
    """A proposal from its columns; kept, since a surface reads all that waits after each answer."""
    values: dict[str, Any] = json.loads(data)
    values["place"] = to_anchored(values["place"])
    values["chapter"] = tuple(values["chapter"])
    if values["flag"] is not None:
        values["flag"] = Flag(**values["flag"])
    return Proposal(**dict(zip(COLUMNS, columns, strict=True)), **values)


def to_anchored(values: list[Any]) -> Anchored:
    """Edits with their block, from JSON."""
    start, end, digest, edits = values
    return Anchored(start, end, digest, tuple(Edit(*edit) for edit in edits))


def replaced(row: sqlite3.Row, place: Anchored, line: int) -> str:
    """A row's data with another place."""
    return to_data(replace(from_row(row), place=place, line=line))
