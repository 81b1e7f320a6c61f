"""`truncation`: texts that stop or begin in the middle."""

from refiner.tasks.truncation.task import TASK

__all__ = ["TASK"]
