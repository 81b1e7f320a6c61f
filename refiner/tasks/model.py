"""What a task takes and gives. Each task has the same four parts.

`detect` sees what is wrong, by rules; `ask` says what a model must be asked, if anything;
the answer model holds the guards; `propose` turns findings and answer into edits. All four
are pure: values in, values out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias, TypeVar

from refiner.proposals.draft import Abstention, Draft, Flag, Source

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationInfo

    from refiner.cards import Book, Item, Side

__all__ = [
    "Abstention",
    "Ask",
    "Checked",
    "Draft",
    "Finding",
    "Flag",
    "PartGuards",
    "Source",
    "Task",
    "TaskName",
    "TaskOptions",
    "facts_of",
]
FACTS = "facts"  # where a request's validation context holds `Ask.facts`
TaskName: TypeAlias = str  # as the registry has it


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule saw on one side of an item.

    Attributes:
        task: The task whose rule it is.
        rule: The rule's name, as in the golden samples (`figure-only`, `misspelling`, …).
        side: Where; `part` is the number of the text among `item.sides()`.
        start: First character in that text; `end` is half-open; (0, 0) for the whole side.
        detail: What was seen, in a few words, for the person.
        is_sure: Whether the rule decides alone; if not, the model is asked, or it is dropped.
        fix: The text that a rule alone would put there, or None.
    """

    task: TaskName
    rule: str
    side: Side
    part: int
    start: int
    end: int
    detail: str
    is_sure: bool = True
    fix: str | None = None


class Checked(NamedTuple):
    """An answer of several parts, past the guards of each.

    Attributes:
        kept: The answer with what passed; the rest is empty.
        complaints: What the guards say against the rest, each with the guard's name first.
        again: The model of the parts to ask for again; None where all passed.
    """

    kept: BaseModel
    complaints: tuple[str, ...]
    again: type[BaseModel] | None


class PartGuards(Protocol):
    """The guards of an answer whose parts are kept or refused one by one."""

    def check(self, answer: BaseModel) -> Checked:
        """Part an answer into what passes and what has to be asked for again."""

    def joined(self, kept: BaseModel, second: BaseModel) -> BaseModel:
        """What was kept of a first answer, with what the second try brought past the guards."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question for the model.

    Attributes:
        variables: What the prompt's placeholders get, all of it from the item itself: with the
            prompt's version and the model this identifies the request, so that the same item
            is never asked about twice, on whatever page it stands.
        background: More placeholders (title, chapter, neighbours) that inform the answer but
            do not identify the request. Text from the graph is only ever in these two.
        answer_model: A strict pydantic model; its validators are the guards, and raise
            `ValueError("guard-name: what is wrong, said to the model")`.
        facts: What the answer model's validators compare with: the task's own frozen dataclass,
            which they read with `facts_of`.
        lang: Language of the few-shot examples to use.
        max_tokens: Longest answer that makes sense.
        prompt: The prompt's name; "" for the task's own.
        parts: The parts of prompt and answer that are wanted; empty for all there is.
        guards: For an answer of several parts: what keeps or refuses each of them.
        images: What a figure of the item links to, as written on its page.
    """

    variables: dict[str, str]
    answer_model: type[BaseModel]
    background: dict[str, str] = field(default_factory=dict)
    facts: object | None = None
    lang: str = "en"
    max_tokens: int = 128
    prompt: str = ""
    parts: tuple[str, ...] = ()
    guards: PartGuards | None = None
    images: tuple[str, ...] = ()


FactsT = TypeVar("FactsT")


def facts_of(info: ValidationInfo, kind: type[FactsT]) -> FactsT:
    """What a guard compares with; its defaults where an answer is validated by itself.

    Args:
        info: The validator's.
        kind: The task's own class, whose fields all have defaults.

    Raises:
        TypeError: The request carries another task's values.
    """
    value = (info.context or {}).get(FACTS)
    if value is None:
        return kind()
    if not isinstance(value, kind):
        raise TypeError(f"expected {kind.__name__} in the validation context, found {value!r}")
    return value


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """The settings that tasks look at."""

    cloze_tag: str = "card"
    cloze_place: Literal["child", "inline"] = "child"
    card_tags: tuple[str, ...] = ("car", "card", "flashcard")
    passage_tags: tuple[str, ...] = ("ñspace",)


class Task(Protocol):
    """One kind of refinement; the registry lists all."""

    @property
    def name(self) -> TaskName:
        """The task's name: in settings, prompts, golden samples and on the command line."""

    def detect(self, item: Item, book: Book) -> list[Finding]:
        """What the rules see in the item, in page order."""

    def ask(self, item: Item, book: Book, findings: list[Finding]) -> Ask | None:
        """What to ask the model about these findings (all of one item), or None for nothing."""

    def propose(
        self,
        item: Item,
        book: Book,
        findings: list[Finding],
        answer: BaseModel | None,
        options: TaskOptions,
    ) -> list[Draft | Abstention]:
        """Drafts, and reasons for what is not proposed.

        Args:
            item: The item that the findings are of.
            book: The page around it.
            findings: What `detect` gave for the item.
            answer: What the model said, past the guards; None when nothing was asked, no
                model is there, or it failed: then rules alone decide.
            options: The settings that tasks look at.
        """
