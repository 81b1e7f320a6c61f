"""The grammar of a `refiner-flag::` value: what is wrong with a block, one flag behind another.

    refiner-flag:: truncated — stops at "as described"; duplicate — the same question as on line 4

Every flag is a name, and most have a detail. Values that are read may also hold the joint of
earlier versions, ` · `; new flags are always joined by `; `.
"""

from __future__ import annotations

import re
from typing import NamedTuple

FLAG_KEY = "refiner-flag"
FLAG_LINE = f"{FLAG_KEY}:: "
JOINT = "; "

_BEHIND_NAME = " — "
# A joint stands before a name; `; ` inside a detail does not.
_JOINTS = re.compile(r"\s*[;·]\s+(?=[a-z][a-z-]*(?:\s+—\s|\s*[;·]\s|\s*$))")
# What would make a tag, ref or macro of a property's value.
_MARKUP = re.compile(r"[\[\](){}]{2,}|#(?=\S)|`")


class WrittenFlag(NamedTuple):
    """One flag as it stands in a property's value; `detail` may be empty."""

    name: str
    detail: str


def parse_flags(value: str) -> tuple[WrittenFlag, ...]:
    """The flags of a property's value, in order."""
    flags = []
    for part in _JOINTS.split(value.strip()):
        name, _, detail = part.partition(_BEHIND_NAME)
        if name.strip():
            flags.append(WrittenFlag(name.strip(), detail.strip()))
    return tuple(flags)


def has_flag(value: str, name: str) -> bool:
    """Whether a property's value holds a flag of this name."""
    return any(flag.name == name for flag in parse_flags(value))


def flag_value(name: str, detail: str) -> str:
    """One flag as it is written: nothing in its detail reads as markup or as another flag."""
    bare = _MARKUP.sub("", " ".join(detail.split()))
    bare = re.sub(r"\s*[;·](?=\s)", ",", bare).strip()
    return f"{name}{_BEHIND_NAME}{bare}" if bare else name


def join_flags(*values: str) -> str:
    """Property values put into one, in order; empty ones are left out."""
    return JOINT.join(value for value in values if value)
