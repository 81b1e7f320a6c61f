"""`listing`: code that lost its lines or stands unfenced."""

from refiner.tasks.listing.task import TASK

__all__ = ["TASK"]
