"""The refinements: a module or package each, all of them listed in `registry`."""

from refiner.tasks.registry import asking_tasks, get_task, rule_names, task_names

__all__ = ["asking_tasks", "get_task", "rule_names", "task_names"]
