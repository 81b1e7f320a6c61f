"""`cloze`: which terms of a passage to hide."""

from refiner.tasks.cloze.task import TASK

__all__ = ["TASK"]
