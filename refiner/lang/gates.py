"""What a text must hold for a pattern to match it: a cheap look before a dear one.

A line of prose is compared with a hundred forms of words, of which hardly one is in it. Each form
has a word or one of a few words in every text that it matches; looking for these is ten times
faster than the pattern.
"""

from __future__ import annotations

from typing import NamedTuple

_LEAST = 2
_MOST = 60
_OPEN_ENDED = ("?", "*", "{0")


class _Part(NamedTuple):
    """A part of a pattern: a literal letter, the gate of a group, or anything else."""

    letter: str
    gate: tuple[str, ...]
    end: int


def gate(pattern: str) -> tuple[str, ...]:
    """Lower-case strings of which every text that the pattern matches holds one.

    Args:
        pattern: A regular expression without flags.

    Returns:
        The strings; none where nothing is sure.
    """
    alternatives = _split(pattern)
    if len(alternatives) > 1:
        gates = [gate(one) for one in alternatives]
        return tuple(dict.fromkeys(sum(gates, ()))) if all(gates) else ()
    found: list[tuple[str, ...]] = []
    run = ""
    at = 0
    while at < len(pattern):
        part = _read(pattern, at)
        is_open_ended = pattern.startswith(_OPEN_ENDED, part.end)
        if part.letter and not is_open_ended:
            run += part.letter
        else:
            found.append((run,))
            run = ""
            if part.gate and not is_open_ended:
                found.append(part.gate)
        at = part.end
    found.append((run,))
    usable = [one for one in found if min(map(len, one)) >= _LEAST and len(one) <= _MOST]
    return max(usable, key=lambda one: (min(map(len, one)) > _LEAST, -len(one)), default=())


def _read(pattern: str, at: int) -> _Part:
    """The part that begins at a place of a pattern without alternatives."""
    char = pattern[at]
    if char == "\\":
        return _Part("", (), at + 2)
    if char == "[":
        end = pattern.index("]", at + 2) + 1
        inside = pattern[at + 1 : end - 1].lower()
        letter = inside[0] if inside[0].isalpha() and set(inside) == {inside[0]} else ""
        return _Part(letter, (), end)
    if char == "(":
        end = _close(pattern, at)
        inside = pattern[at + 1 : end - 1]
        if inside.startswith("?:"):
            return _Part("", gate(inside[2:]), end)
        if inside.startswith("?P<"):
            return _Part("", gate(inside[inside.index(">") + 1 :]), end)
        return _Part("", gate(inside) if not inside.startswith("?") else (), end)
    if char == "{":
        return _Part("", (), pattern.index("}", at) + 1)
    return _Part(char.lower() if char.isalpha() else "", (), at + 1)


def _close(pattern: str, at: int) -> int:
    """The place behind the bracket that closes the group at a place."""
    depth = 0
    while True:
        char = pattern[at]
        if char == "\\":
            at += 1
        elif char == "[":
            at = pattern.index("]", at + 2)
        elif char in "()":
            depth += 1 if char == "(" else -1
            if not depth:
                return at + 1
        at += 1


def _split(pattern: str) -> list[str]:
    """The alternatives of a pattern."""
    found, start, at = [], 0, 0
    while at < len(pattern):
        char = pattern[at]
        if char == "|":
            found.append(pattern[start:at])
            start = at + 1
        at = (
            at + 2 if char == "\\"
            else pattern.index("]", at + 2) + 1 if char == "["
            else _close(pattern, at) if char == "("
            else at + 1
        )  # fmt: skip
    return [*found, pattern[start:]]
