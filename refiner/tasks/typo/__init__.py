"""`typo`: slips of spelling, grammar and layout in words."""

from refiner.tasks.typo.task import TASK

__all__ = ["TASK"]
