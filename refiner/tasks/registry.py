"""Every task there is, in the order in which a card's proposals are shown.

A new task is a module or package with a `TASK`, one entry here, and `prompts/<name>.md` if it asks.
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
        asks: Whether it may ask a model: then another model or prompt has its pages looked at anew.
    """

    name: str
    module: str
    asks: bool = False


REGISTRY = (
    Entry("question", "refiner.tasks.question", asks=True),
    Entry("typo", "refiner.tasks.typo"),
    Entry("whitespace", "refiner.tasks.whitespace"),
    Entry("cloze", "refiner.tasks.cloze", asks=True),
    Entry("truncation", "refiner.tasks.truncation"),
    Entry("listing", "refiner.tasks.listing"),
    Entry("flag", "refiner.tasks.flag"),
)


def task_names() -> tuple[str, ...]:
    """The names of all tasks."""
    return tuple(entry.name for entry in REGISTRY)


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
