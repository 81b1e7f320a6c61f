"""The vocabularies of `manifests.toml`: which keys stand in which map of a YAML file."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

KindName = Literal["word", "text", "map", "list"]


class Kind(NamedTuple):
    """What a key may hold: a word, a text, a map of a type, a list of a type's maps or of texts."""

    kind: KindName
    type: str = ""


class Schema(NamedTuple):
    """A vocabulary: the keys of each type, and whether a list stands deeper than its key."""

    types: dict[str, dict[str, tuple[Kind, ...]]]
    lists_deeper: bool


@cache
def schemas() -> tuple[Schema, ...]:
    """The vocabularies of `manifests.toml`."""
    data = files(__package__).joinpath("manifests.toml").read_text(encoding="utf-8")
    return tuple(
        Schema(
            {name: _fields(written) for name, written in one["types"].items()},
            one["lists_deeper"],
        )
        for one in tomllib.loads(data).values()
    )


def _fields(written: str) -> dict[str, tuple[Kind, ...]]:
    found: dict[str, tuple[Kind, ...]] = {}
    for field in written.split():
        names, _, kinds = field.partition(":")
        for name in names.split(","):
            found[name] = tuple(_kind(kind) for kind in kinds.split("|"))
    return found


def _kind(written: str) -> Kind:
    if written in {"", "~"}:
        return Kind("text" if written else "word")
    if written.startswith("["):
        return Kind("list", written[1:-1])
    return Kind("map", written)
