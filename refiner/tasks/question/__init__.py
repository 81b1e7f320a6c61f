"""`question`: a card's question that asks nothing becomes one that its answer answers."""

from refiner.tasks.question.task import TASK

__all__ = ["TASK"]
