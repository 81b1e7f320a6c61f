"""Words of messages that several parts of the tool share."""

from __future__ import annotations


def count_of(number: int, noun: str, plural: str | None = None) -> str:
    """A count with its noun: `1 page`, `2 pages`, `1,200 proposals`.

    Args:
        number: How many.
        noun: For one.
        plural: For none or several, where it is not the noun with an `s`.
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
