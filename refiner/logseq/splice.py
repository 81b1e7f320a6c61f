"""Edits of a page's bytes: all or none, and no byte outside their spans."""

from __future__ import annotations

from typing import NamedTuple


class Edit(NamedTuple):
    """Puts `new` in the place of the bytes start to end, which read `old`.

    An insertion has start == end and old == "".
    """

    start: int
    end: int
    old: str
    new: str
