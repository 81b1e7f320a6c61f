"""The refinements: a module or package each, and this registry."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from refiner.tasks.model import Task

# In the order in which a card's proposals are shown.
TASK_NAMES = ("question", "typo", "whitespace", "cloze", "truncation", "listing", "flag")


@lru_cache
def get_task(name: str) -> Task:
    """The task of a name, as `TASK` in `refiner.tasks.<name>`; loaded when first asked for."""
    return cast("Task", import_module(f"refiner.tasks.{name}").TASK)
