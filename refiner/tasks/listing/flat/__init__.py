"""Code that stands on one line inside prose: one finder for each family of languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.prose import holds_formula, is_rest_prose, without_strings
from refiner.tasks.listing.flat.braces import find_braces
from refiner.tasks.listing.flat.dockerfile import find_dockerfile
from refiner.tasks.listing.flat.golang import find_go
from refiner.tasks.listing.flat.groovy import find_groovy
from refiner.tasks.listing.flat.hcl import find_hcl
from refiner.tasks.listing.flat.json import find_json
from refiner.tasks.listing.flat.literal import find_literal
from refiner.tasks.listing.flat.markup import find_markup
from refiner.tasks.listing.flat.model import Flattened
from refiner.tasks.listing.flat.properties import find_properties
from refiner.tasks.listing.flat.python import find_python
from refiner.tasks.listing.flat.repl import find_repl
from refiner.tasks.listing.flat.ruby import find_ruby
from refiner.tasks.listing.flat.script import find_script
from refiner.tasks.listing.flat.shell import find_shell
from refiner.tasks.listing.flat.shell_blocks import find_shell_blocks
from refiner.tasks.listing.flat.sql import find_sql
from refiner.tasks.listing.flat.yaml import find_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Flattened", "find_flattened"]

# The surest first: where two find the same place, the first that restores it is right.
FINDERS: tuple[Callable[[str], Iterator[Flattened]], ...] = (
    find_repl,
    find_json,
    find_markup,
    find_dockerfile,
    find_yaml,
    find_shell_blocks,
    find_shell,
    find_sql,
    find_hcl,
    find_groovy,
    find_go,
    find_ruby,
    find_properties,
    find_script,
    find_braces,
    find_python,
    find_literal,
)
_LEAST_LENGTH = 20
# What the word beside a listing shows when it is code, too.
_CODE_EDGE = re.compile(r"-+$|[{}<>=|\\]|[\"'(\[],?$|^[.]{3}$|^[\"'].*[\"']$|;+$|&&|/\*|\(\)")
_CODE_NEAR = re.compile(r"[{}=|\\$;]|&&|\*/|[\"']$|\):$|\*$|^https?://")
_NEAR = 3
_BLANKS = str.maketrans("\u00a0\t", "  ")
# What a book sets where code has a key's own sign.
_TYPED = str.maketrans("\u2010\u2011“”„‘’", '--"""\'\'')
_SIGN = re.compile(r"[={<$]|\w\(|\s--?[a-z]")
_SHELLS = frozenset(("bash", "console"))
_PROMPT_BEFORE = re.compile(r"(?<!\S)\$\s+[a-z./][^.!?:]*(?:\.[\w/][^.!?:]*)*$")
_COMMENT_BEFORE = re.compile(r"(?<!\S)(?://(?=\s)|#(?=\s)|#!/|/\*)")
# What shows that the words behind a listing are code, too.
_CODE_AHEAD = re.compile(r"[{};]|[\w>]\(|=[^\s=]|\s:?=\s|->|=>|</|^\s*[)\]]|^\s*\.\w|^\s*\.\.\.")
_AHEAD = 60


def find_flattened(line: str) -> list[Flattened]:
    """The code in a line, in order, none over another.

    Args:
        line: One line of a text, n characters.
    """
    if len(line) < _LEAST_LENGTH or holds_formula(line):
        return []
    blank = line.translate(_BLANKS)
    found = _found(blank)
    typed = blank.translate(_TYPED)
    if (
        typed == blank
        or (found and all(one.code is not None for one in found))
        or not _SIGN.search(typed)
    ):
        return found
    return [
        one._replace(code=one.code and _as_set(one.code, blank[one.start : one.end]))
        for one in _found(typed)
    ]


def _as_set(code: str, written: str) -> str:
    """The code with its characters as they are written: a book's own quotes and hyphens."""
    solid = iter(char for char in written if not char.isspace())
    return "".join(char if char.isspace() else next(solid, char) for char in code)


def _found(blank: str) -> list[Flattened]:
    found = [one for find in FINDERS for one in find(blank)]
    taken: list[Flattened] = []
    for one in sorted(found, key=lambda one: one.code is None):
        if all(one.end <= other.start or other.end <= one.start for other in taken):
            taken.append(one)
    return [one if _stands_alone(blank, one) else one._replace(code=None) for one in sorted(taken)]


def _goes_on(rest: str) -> bool:
    """Whether more code follows: no sentence, and the signs of code among its first words."""
    first = rest[:_AHEAD]
    return not is_rest_prose(rest) and _CODE_AHEAD.search(without_strings(first)) is not None


def _stands_alone(line: str, one: Flattened) -> bool:
    """Whether words, or nothing, stand beside the code: more code there would be left out."""
    before = line[: one.start].split()
    after = line[one.end :].split()
    return not (
        _COMMENT_BEFORE.search(line, 0, one.start)
        or (one.lang not in _SHELLS and _PROMPT_BEFORE.search(line[: one.start]))
        or (before and _CODE_EDGE.search(before[-1]))
        or (after and _CODE_EDGE.match(after[0]))
        or (after and _goes_on(line[one.end :]))
        or any(_CODE_NEAR.search(word) for word in before[-_NEAR:])
    )
