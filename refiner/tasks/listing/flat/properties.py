"""Settings on one line: `.properties`, INI and TOML; a key before `=` begins a line."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from refiner.analysis.prose import is_sentence, sentence_start, without_strings
from refiner.tasks.listing.flat.model import Flattened

if TYPE_CHECKING:
    from collections.abc import Iterator

_DOTTED = re.compile(r"(?<![^\s\"'])(?!self\.|this\.)[a-z][\w-]*(?:\.[\w-]+)+\s?=(?![=>])\s?(?=\S)")
_SECTION = re.compile(r"(?<!\S)\[{1,2}[A-Za-z][\w.: -]{0,40}\]{1,2}(?=\s)")
_PAIR = re.compile(r"(?<!\S)[\w.-]+\s?=(?![=>])\s?(?=\S)")
_FIRST_VALUE = re.compile(r"(?:\"[^\"]*\"|'[^']*'|\[[^\[\]]*\]|\{[^{}]*\}|\S+)")
_COMMENT = re.compile(r"(?<!\S)[#;]\s*\S")
_CODE = re.compile(r"[{}]|\)\s*[;.]|;(?:\s|$)|&&|\|\|")
_OPTION = re.compile(r"(?:^|\s)(?:--?[\w-]*|set|export|SET|WHERE|AND|and|or|if|with)\s*$")
# Where a section with one key is a listing: at the beginning, or announced.
_LONE = re.compile(r"^\s*$|[:.]\s*$")
_JOINED = re.compile(r"\s(?:AND|OR|and|or)$")
_LEAST = 2
_LEAST_TOLD = 6
_MOST_WORDS = 10


def find_properties(line: str) -> Iterator[Flattened]:
    """Keys with dots, or a section in brackets with its keys.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    if "=" not in line:
        return
    bare = without_strings(line)
    yield from _sections(line, bare) or _dotted(line, bare)


def _dotted(line: str, bare: str) -> list[Flattened]:
    keys = list(_DOTTED.finditer(bare))
    if len(keys) < _LEAST or _OPTION.search(bare[: keys[0].start()]):
        return []
    starts = [key.start() for key in keys]
    return _found(line, bare, starts, "properties")


def _sections(line: str, bare: str) -> list[Flattened]:
    sections = [one for one in _SECTION.finditer(bare) if _opens(bare, one.end())]
    if not sections:
        return []
    first = sections[0]
    pairs = list(_PAIR.finditer(bare, first.end()))
    starts = sorted(match.start() for match in [*pairs, *sections])
    is_lone = len(starts) == _LEAST and _LONE.search(bare[: first.start()]) is not None
    if len(starts) <= _LEAST and not is_lone:
        return []
    is_toml = re.search(r"=\s*(?:\"|\[|true|false)|^\[\[", bare[first.start() :]) is not None
    return _found(line, bare, starts, "toml" if is_toml and '"' in line else "ini")


def _opens(bare: str, end: int) -> bool:
    """Whether a section's name stands before a key or another section."""
    rest = bare[end:].lstrip()
    return bool(_PAIR.match(rest) or _SECTION.match(rest))


def _talks(value: str) -> bool:
    """Whether a value is a sentence: a path and a name of few words are none."""
    return is_sentence(value) and len(value.split()) >= _LEAST_TOLD


def _found(line: str, bare: str, starts: list[int], lang: str) -> list[Flattened]:
    last = bare.index("=", starts[-1]) + 1
    last += len(bare[last:]) - len(bare[last:].lstrip())
    value = _FIRST_VALUE.match(bare, last)
    if value is None:
        return []
    end = value.end()
    rest = bare[end:].strip()
    if rest and not (rest[0].isupper() and is_sentence(rest)):
        end = sentence_start(bare, end) or len(bare.rstrip())
    rows = [line[a:b].strip() for a, b in pairwise([*starts, len(line[:end].rstrip())])]
    if any(len(row.split()) > _MOST_WORDS or _talks(row.partition("=")[2]) for row in rows):
        return []
    if _CODE.search(bare, starts[0], end) or any(_JOINED.search(row) for row in rows):
        return []
    is_sure = not _COMMENT.search(bare, starts[0], end)
    code = "\n".join(" ".join(row.split()) for row in rows)
    return [Flattened(starts[0], len(line[:end].rstrip()), lang, code if is_sure else None)]
