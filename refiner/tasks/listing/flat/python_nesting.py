"""How statements of Python nest, told by their keywords and a writer's sense."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADERS = frozenset(
    ("def", "class", "if", "elif", "else", "for", "while", "try", "except", "finally", "with")
)
_JOINING = frozenset(("elif", "else", "except", "finally"))
_LOOPS = frozenset(("for", "while"))
_LEAVING = frozenset(("return", "raise", "break", "continue", "pass"))
_FOLLOWS = {
    "elif": frozenset(("if", "elif")),
    "else": frozenset(("if", "elif", "for", "while", "except")),
    "except": frozenset(("try", "except")),
    "finally": frozenset(("try", "except", "else")),
}
# Classes that frameworks want within another.
_INNER_CLASS = re.compile(r"class (?:Meta|Config|Media|Params)\b")
_MOST_WAYS = 64


class Statement(NamedTuple):
    """A statement: its text, first word (behind `async`), comment, and the code's end with it."""

    text: str
    word: str
    comment: str
    end: int


def nesting(statements: list[Statement]) -> tuple[int, ...] | None:
    """The depth of each statement, or None where they could be nested in two ways."""
    ways: list[tuple[int, ...]] = [(0,)] if statements[0].word not in _JOINING else []
    for number in range(1, len(statements)):
        ways = [(*way, depth) for way in ways for depth in _depths(statements, way, number)]
        if len(ways) > _MOST_WAYS:
            return None
    return ways[0] if len(ways) == 1 else None


def _depths(statements: list[Statement], way: tuple[int, ...], number: int) -> Iterator[int]:
    """The depths at which a statement may stand."""
    before, word = statements[number - 1], statements[number].word
    if before.text.startswith("@"):
        yield way[-1]
        return
    if before.word in HEADERS:
        yield way[-1] + 1
        return
    top = way[-1] - (before.word in _LEAVING)
    for depth in range(top, -1, -1):
        if _may_stand(statements, way, number, depth):
            yield depth
            if word in {"def", "class", "import", "from", "@"}:
                return


def _may_stand(statements: list[Statement], way: tuple[int, ...], number: int, depth: int) -> bool:
    one = statements[number]
    above = _headers_above(way, depth)
    last = next((statements[n].word for n in range(number - 1, -1, -1) if way[n] == depth), "")
    if one.word in _JOINING:
        return last in _FOLLOWS[one.word]
    if last == "try":
        return False
    words = [statements[n].word for n in above]
    if one.word in {"def", "@"}:
        return _is_place_of_def(one.text, words, depth)
    if _INNER_CLASS.match(one.text):
        return words == ["class"]
    if one.word in {"class", "import", "from"} or one.text.startswith(("if __name__", "@")):
        return depth == 0
    if one.word in {"return", "yield"} and "def" not in words:
        return False
    if one.word in {"break", "continue"} and not _LOOPS & set(words):
        return False
    # A loop that leaves in its first round is none.
    is_bare_leaving = one.word in {"return", "break", "raise"} and words[-1:] != []
    if is_bare_leaving and words[-1] in _LOOPS:
        return False
    return words[-1:] != ["class"] or one.text[:1] in "\"'" or "=" in one.text


def _is_place_of_def(text: str, words: list[str], depth: int) -> bool:
    """Methods stand in their class, functions at the top."""
    if re.search(r"\(\s*(?:self|cls)\b", text):
        return words == ["class"]
    return depth == 0


def _headers_above(way: tuple[int, ...], depth: int) -> list[int]:
    """The headers that hold a statement of a depth at the end of a way, outermost first."""
    return [max(n for n, d in enumerate(way) if d == wanted) for wanted in range(depth)]
