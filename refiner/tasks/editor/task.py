"""All tasks of an item as one: what rules see is told, and one request asks for the rest."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from refiner.tasks import get_task
from refiner.tasks.editor.ask import ask_about
from refiner.tasks.editor.model import ItemAnswer
from refiner.tasks.editor.overlaps import settled
from refiner.tasks.editor.propose import drafts_of
from refiner.tasks.editor.view import ItemView

if TYPE_CHECKING:
    from pydantic import BaseModel

    from refiner.cards import Book, Item
    from refiner.tasks.model import Abstention, Ask, Draft, Finding, TaskName, TaskOptions


class EditorTask:
    """The chosen tasks, with one request for each item.

    Args:
        tasks: Names of the tasks that it stands for.
    """

    name: TaskName = "editor"

    def __init__(self, tasks: tuple[TaskName, ...]) -> None:
        self.tasks = tasks

    def detect(self, item: Item, book: Book) -> list[Finding]:
        """What the rules of all these tasks see."""
        return [found for name in self.tasks for found in get_task(name).detect(item, book)]

    def ask(self, item: Item, book: Book, findings: list[Finding]) -> Ask | None:
        """The one request about the item; one without any finding is read too."""
        return ask_about(item, book, findings, self.tasks)

    def propose(
        self,
        item: Item,
        book: Book,
        findings: list[Finding],
        answer: BaseModel | None,
        options: TaskOptions,
    ) -> list[Draft | Abstention]:
        """What rules and answer propose; without an answer, the rules alone."""
        has_answer = isinstance(answer, ItemAnswer)
        by_rules: list[Draft | Abstention] = []
        for name in self.tasks:
            own = [found for found in findings if found.task == name]
            if not own or (has_answer and name == "cloze"):
                continue
            by_rules += get_task(name).propose(item, book, own, None, options)
        if not isinstance(answer, ItemAnswer):
            return by_rules
        view = ItemView(item, book, tuple(found for found in findings if found.is_sure))
        drafts = drafts_of(answer, view, findings, options)
        return settled(by_rules, drafts)


@lru_cache
def editor(tasks: tuple[TaskName, ...]) -> EditorTask:
    """The editor of some tasks."""
    return EditorTask(tasks)
