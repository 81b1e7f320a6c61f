"""A reader's labels of items on whole pages: what is wrong with each, and what has to stay.

JSON lines, one item a line (docs/labelling.md). `null`, or a key that is left out, says that
nobody judged it; `"borderline"` that both answers are fair. Neither is scored.
"""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from refiner.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic_core import ErrorDetails

# How pydantic names the two sides of a verdict in an error's place.
VERDICT_KINDS: frozenset[int | str] = frozenset({"bool", "literal['borderline']"})
HINT = "docs/labelling.md has every key; `refiner eval --graph FOLDER --labels FILE --init N` makes a skeleton"


Verdict = bool | Literal["borderline"] | None


class LabelledTypo(BaseModel):
    """One fault of spelling or grammar.

    Attributes:
        wrong: As it stands, with enough around it to be found.
        right: The same stretch put right.
        where: `question`, `answer` or `passage`.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    wrong: str = Field(min_length=1)
    right: str
    where: Literal["question", "answer", "passage"] | None = None


class Label(BaseModel):
    """What a reader said about one item.

    Attributes:
        page: Path in the graph, with `/`.
        line: 1-based line of the item's bullet.
        kind: `card` or `passage`.
        lang: Of the item, ISO 639; `zxx` where it has none.
        vague: Whether a card does not say what it asks.
        good_questions: Questions that would be good; none where the card can't carry one.
        typos: All of them; empty where there is none, None where nobody looked.
        truncated: Whether the text is cut; `truncated_cause` says how.
        flattened_code: Whether a listing lost its lines.
        code_language: Of that listing; `restored` is how it should stand.
        no_answer: Whether a card has no answer.
        swapped: Whether a card's question stands in the answer.
        several_questions: Whether a card asks several things; `too_long`: too much at once.
        cloze_worthless: Whether nothing in a passage is worth hiding.
        cloze_targets: Terms worth hiding, best first.
        must_keep: Parts that no proposal may change.
        note: What was doubtful.
        text: The item as a skeleton shows it, for the reader alone.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    page: str = Field(min_length=1)
    line: int = Field(ge=1)
    kind: Literal["card", "passage"]
    lang: str = ""
    vague: Verdict = None
    good_questions: list[str] | None = None
    typos: list[LabelledTypo] | None = None
    truncated: Verdict = None
    truncated_cause: str | None = None
    flattened_code: Verdict = None
    code_language: str | None = None
    restored: str | None = None
    no_answer: Verdict = None
    swapped: Verdict = None
    several_questions: Verdict = None
    too_long: Verdict = None
    cloze_worthless: Verdict = None
    cloze_targets: list[str] = []
    must_keep: list[str] = []
    note: str = ""
    text: str = Field(default="", exclude=True)

    @property
    def place(self) -> str:
        """Page and line, for a person."""
        return f"{self.page}:{self.line}"

    @property
    def is_faultless(self) -> bool:
        """Whether a reader looked at everything and found nothing to mend."""
        return (
            self.typos == []
            and not self.vague
            and self.truncated is False
            and self.flattened_code is False
            and not (self.no_answer or self.swapped or self.several_questions or self.too_long)
        )


KEYS = (*Label.model_fields, *LabelledTypo.model_fields)


def read_labels(path: Path) -> dict[int, Label]:
    """Read a file of labels.

    Returns:
        Each label by the 1-based number of its line.

    Raises:
        UserError: It can't be read, holds no label, or a line is none or labels an item again.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problem = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UserError(
            f"`{path}` can't be read: {problem}; nothing was scored", hint=HINT
        ) from error
    found: dict[int, Label] = {}
    seen: dict[str, int] = {}
    for number, label in _labels(path, text):
        before = seen.setdefault(label.place, number)
        if before != number:
            raise UserError(
                f"`{path}:{number}` labels `{label.place}` again, as line {before} does; expected "
                "one label for each item; nothing was scored"
            )
        found[number] = label
    if not found:
        raise UserError(f"`{path}` holds no label; nothing was scored", hint=HINT)
    return found


def _labels(path: Path, text: str) -> Iterator[tuple[int, Label]]:
    # JSON escapes the newlines of its strings, and of no other separator.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield number, Label.model_validate_json(line)
        except ValidationError as error:
            problem = _problem(error.errors(include_url=False)[0])
            raise UserError(
                f"`{path}:{number}` is not a label: {problem}; nothing was scored", hint=HINT
            ) from None


def _problem(error: ErrorDetails) -> str:
    """What is wrong with a line, in the words of the format."""
    place = ".".join(str(part) for part in error["loc"] if part not in VERDICT_KINDS)
    if error["type"] == "json_invalid" or not place:
        return "expected one JSON object"
    if error["type"] == "missing":
        return f"the key `{place}` is missing"
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(place.rpartition(".")[2], KEYS, n=1)
        guess = f"; did you mean `{near[0]}`?" if near else ""
        return f"the key `{place}` is unknown{guess}"
    found = json.dumps(error["input"], ensure_ascii=False)
    if VERDICT_KINDS & set(error["loc"]):
        return f'`{place}` is {found}; expected true, false, null or "borderline"'
    return f"`{place}` is {found}: {error['msg'][0].lower()}{error['msg'][1:]}"
