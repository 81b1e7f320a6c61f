"""Every task there is, in the order in which a card's proposals are shown.

A new task is a module or package with a `TASK`, one entry here, and `prompts/<name>.md` if it asks;
a new rule of a task has its name in the task's entry.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from refiner.tasks.model import Task


class Entry(NamedTuple):
    """One task.

    Attributes:
        name: In settings, prompts, golden samples and on the command line.
        module: Holds it as `TASK`; loaded when the task is first used.
        rules: Every rule that a proposal of it can stand on, a large model's included.
        asks: Whether it may ask a model: then another model or prompt has its pages looked at anew.
    """

    name: str
    module: str
    rules: tuple[str, ...]
    asks: bool = False


REGISTRY = (
    Entry(
        "question",
        "refiner.tasks.question",
        (
            "about",
            "bare-topic",
            "continuation",
            "example-of",
            "figure-only",
            "image-placeholder",
            "parts-of",
            "types-of",
            "url-only",
            "vague",
        ),
        asks=True,
    ),
    Entry(
        "typo",
        "refiner.tasks.typo",
        (
            "accent",
            "contraction",
            "cut-word",
            "doubled-word",
            "footnote",
            "ghost-letters",
            "glued",
            "grammar",
            "hyphenation",
            "misspelling",
            "question-form",
            "spacing",
            "word",
        ),
    ),
    Entry(
        "whitespace",
        "refiner.tasks.whitespace",
        ("doubled-space", "hyphenation", "no-break-space"),
    ),
    Entry("cloze", "refiner.tasks.cloze", ("fact",), asks=True),
    Entry(
        "truncation",
        "refiner.tasks.truncation",
        (
            "colon",
            "dangling-reference",
            "listing",
            "mid-sentence",
            "starts-mid-sentence",
            "stray-letters",
            "unclosed",
        ),
    ),
    Entry(
        "listing",
        "refiner.tasks.listing",
        ("lost-indentation", "one-line", "split", "unfenced"),
    ),
    Entry(
        "flag",
        "refiner.tasks.flag",
        (
            "continuation",
            "duplicate",
            "ghost-answer",
            "no-answer",
            "private-remark",
            "several-questions",
            "swapped-sides",
            "too-long",
        ),
    ),
)


def task_names() -> tuple[str, ...]:
    """The names of all tasks."""
    return tuple(entry.name for entry in REGISTRY)


def rule_names() -> tuple[str, ...]:
    """The names of all rules, in the order of their tasks; some tasks share one."""
    return tuple(dict.fromkeys(rule for entry in REGISTRY for rule in entry.rules))


def asking_tasks() -> frozenset[str]:
    """The names of the tasks that may ask a model."""
    return frozenset(entry.name for entry in REGISTRY if entry.asks)


def get_task(name: str) -> Task:
    """The task of a name.

    Raises:
        KeyError: There is none.
    """
    modules = {entry.name: entry.module for entry in REGISTRY}
    return _load(modules[name])


@lru_cache
def _load(module: str) -> Task:
    return cast("Task", import_module(module).TASK)
