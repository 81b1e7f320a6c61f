"""Code that stands on one line inside prose: one finder for each family of languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.prose import holds_formula
from refiner.tasks.listing.flat.braces import find_braces
from refiner.tasks.listing.flat.dockerfile import find_dockerfile
from refiner.tasks.listing.flat.golang import find_go
from refiner.tasks.listing.flat.hcl import find_hcl
from refiner.tasks.listing.flat.json import find_json
from refiner.tasks.listing.flat.markup import find_markup
from refiner.tasks.listing.flat.model import Flattened
from refiner.tasks.listing.flat.properties import find_properties
from refiner.tasks.listing.flat.python import find_python
from refiner.tasks.listing.flat.ruby import find_ruby
from refiner.tasks.listing.flat.shell import find_shell
from refiner.tasks.listing.flat.shell_blocks import find_shell_blocks
from refiner.tasks.listing.flat.sql import find_sql
from refiner.tasks.listing.flat.yaml import find_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Flattened", "find_flattened"]

# The surest first: where two find the same place, the first that restores it is right.
FINDERS: tuple[Callable[[str], Iterator[Flattened]], ...] = (
    find_json,
    find_markup,
    find_dockerfile,
    find_yaml,
    find_shell_blocks,
    find_shell,
    find_sql,
    find_hcl,
    find_go,
    find_ruby,
    find_properties,
    find_braces,
    find_python,
)
_LEAST_LENGTH = 20
# What the word beside a listing shows when it is code, too.
_CODE_EDGE = re.compile(r"-+$|[{}<>=|\\]|^[\"'].*[\"']$|;+$|&&|/\*|\(\)")
_CODE_NEAR = re.compile(r"[{}=|\\$;]|&&|\*/|[\"']$|\):$|\*$")
_NEAR = 3


def find_flattened(line: str) -> list[Flattened]:
    """The code in a line, in order, none over another.

    Args:
        line: One line of a text, n characters.
    """
    if len(line) < _LEAST_LENGTH or holds_formula(line):
        return []
    blank = line.replace("\u00a0", " ").replace("\t", " ")
    found = [one for find in FINDERS for one in find(blank)]
    taken: list[Flattened] = []
    for one in sorted(found, key=lambda one: one.code is None):
        if all(one.end <= other.start or other.end <= one.start for other in taken):
            taken.append(one)
    return [one if _stands_alone(blank, one) else one._replace(code=None) for one in sorted(taken)]


def _stands_alone(line: str, one: Flattened) -> bool:
    """Whether words, or nothing, stand beside the code: more code there would be left out."""
    before = line[: one.start].split()
    after = line[one.end :].split()
    return not (
        (before and _CODE_EDGE.search(before[-1]))
        or (after and _CODE_EDGE.match(after[0]))
        or any(_CODE_NEAR.search(word) for word in before[-_NEAR:])
    )
