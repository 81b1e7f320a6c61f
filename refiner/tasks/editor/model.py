"""What a model answers about a whole item: one model for cards, one for passages.

The schemas keep to what strict endpoints take: every property is required, objects are closed,
what may be missing is null. Lengths are checked here alone.

Source: OpenAI, Structured model outputs, "Supported schemas".
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

if TYPE_CHECKING:
    from collections.abc import Iterable

    from refiner.cards import ItemKind

CutCause = Literal[
    "mid-sentence",
    "dangling-reference",
    "colon",
    "unclosed",
    "listing",
    "stray-letters",
    "starts-mid-sentence",
]
CorrectionKind = Literal["spelling", "accent", "spacing", "grammar", "word"]
FlagName = Literal["no-answer", "swapped-sides", "several-questions", "too-long", "private-remark"]
Place = Literal["next-item", "item-before", "book"]
Worthless = Literal["caption", "heading", "code", "pointer", "talk", "story", "fragment"]

# Which task of ours a part of an answer serves, in the order in which the parts are asked for.
PARTS: dict[ItemKind, dict[str, str]] = {
    "card": {
        "question": "question",
        "corrections": "typo",
        "listings": "listing",
        "cut": "truncation",
        "flags": "flag",
    },
    "passage": {
        "corrections": "typo",
        "listings": "listing",
        "cut": "truncation",
        "worthless": "cloze",
        "clozes": "cloze",
    },
}


_NOT_TOLD = ("title", "description", "minLength", "maxLength", "minItems", "maxItems")


def _none_of_nothing(value: object) -> object:
    """Models in plain JSON mode leave an empty object, or a word, where null was meant."""
    return None if value in ({}, "", "null", "none") else value


def _list_of_nothing(value: object) -> object:
    return [] if value is None else value


def _bare(schema: dict[str, Any]) -> None:
    """A schema without titles, descriptions and lengths.

    The prompt says what is meant. Lengths are checked here alone: strict endpoints take none, and
    servers that make a grammar of the schema fail on long ones.
    """
    for key in _NOT_TOLD:
        schema.pop(key, None)
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    for field in (*inner, schema.get("items")):
        if isinstance(field, dict):
            _bare(field)


class Part(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra=_bare)


class NewQuestion(Part):
    """A question that the answer answers, in the place of a vague one.

    Attributes:
        why: Why the old one is vague.
        new: The new wording.
    """

    why: Annotated[str, Field(max_length=300)]
    new: Annotated[str, Field(min_length=6, max_length=320)]


class Correction(Part):
    """A slip and its least correction.

    Attributes:
        old: Text of the item, copied.
        new: What should stand in its place.
        kind: What is wrong.
    """

    old: Annotated[str, Field(min_length=1, max_length=200)]
    new: Annotated[str, Field(max_length=220)]
    kind: CorrectionKind


class Listing(Part):
    """Code that lost its lines or indentation, restored.

    Where it stands needs no copy: its characters name the place.

    Attributes:
        language: As a fence names it.
        code: The listing, its lines restored.
    """

    language: Annotated[str, Field(max_length=20)]
    code: Annotated[str, Field(min_length=8, max_length=6000)]


class Cut(Part):
    """Where the text stops, or begins, in the middle.

    Attributes:
        cause: How it shows.
        evidence: The item's last words, or its first ones.
        look: Where the rest may be found.
    """

    cause: CutCause
    evidence: Annotated[str, Field(min_length=1, max_length=160)]
    look: Place


class CardFlag(Part):
    """What only a person can mend.

    Attributes:
        name: What is wrong.
        split: For several questions or a card too long: the questions that it could be.
    """

    name: FlagName
    split: Annotated[
        list[Annotated[str, Field(max_length=240)]],
        Field(max_length=5),
        BeforeValidator(_list_of_nothing),
    ]


class Cloze(Part):
    """A sentence with what to hide in it.

    Attributes:
        sentence: A sentence of the passage, copied.
        terms: One to three terms of it, copied.
        hint: What kind of thing the terms are, or null.
    """

    sentence: Annotated[str, Field(min_length=8, max_length=600)]
    terms: Annotated[list[Annotated[str, Field(max_length=80)]], Field(max_length=3)]
    hint: Annotated[str | None, Field(max_length=40), BeforeValidator(_none_of_nothing)]


class ItemAnswer(BaseModel):
    """An answer about an item, of the parts that were asked for."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra=_bare)

    def part(self, name: str) -> Any:  # noqa: ANN401 - a part's own type
        """A part of the answer; None where it was not asked for."""
        return getattr(self, name, None)


FIELDS: dict[str, Any] = {
    "question": (Annotated[NewQuestion | None, BeforeValidator(_none_of_nothing)], ...),
    "corrections": (
        Annotated[list[Correction], Field(max_length=40), BeforeValidator(_list_of_nothing)],
        ...,
    ),
    "listings": (
        Annotated[list[Listing], Field(max_length=8), BeforeValidator(_list_of_nothing)],
        ...,
    ),
    "cut": (Annotated[Cut | None, BeforeValidator(_none_of_nothing)], ...),
    "flags": (
        Annotated[list[CardFlag], Field(max_length=5), BeforeValidator(_list_of_nothing)],
        ...,
    ),
    "worthless": (Annotated[Worthless | None, BeforeValidator(_none_of_nothing)], ...),
    "clozes": (
        Annotated[list[Cloze], Field(max_length=3), BeforeValidator(_list_of_nothing)],
        ...,
    ),
}
LISTS = frozenset({"corrections", "listings", "flags", "clozes"})


def parts_for(kind: ItemKind, tasks: Iterable[str]) -> tuple[str, ...]:
    """The parts of an answer that serve the chosen tasks."""
    chosen = set(tasks)
    return tuple(part for part, task in PARTS[kind].items() if task in chosen)


@lru_cache
def answer_model(kind: ItemKind, parts: tuple[str, ...]) -> type[ItemAnswer]:
    """The strict model of an answer with these parts and no others."""
    name = "_".join(("CardEdits" if kind == "card" else "PassageEdits", *parts))
    fields: dict[str, Any] = {part: FIELDS[part] for part in parts}
    model: type[ItemAnswer] = create_model(
        name,
        __base__=ItemAnswer,
        __module__=__name__,
        __doc__=f"What should be mended in a {kind}.",
        **fields,
    )
    return model


def __getattr__(name: str) -> type[ItemAnswer]:
    """The model of this name, so that one pickles like a class that stands here."""
    base, *parts = name.split("_")
    kinds: dict[str, ItemKind] = {"CardEdits": "card", "PassageEdits": "passage"}
    if base not in kinds or not parts or not set(parts) <= FIELDS.keys():
        raise AttributeError(name)
    return answer_model(kinds[base], tuple(parts))


def asked_of_large() -> frozenset[str]:
    """The tasks that a large model is asked for."""
    return frozenset(task for parts in PARTS.values() for task in parts.values())
