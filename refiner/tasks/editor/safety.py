"""What no text of a model may bring onto a page, whatever part of an answer holds it."""

from __future__ import annotations

from refiner.analysis.injection import gives_orders
from refiner.tasks.guards import forbidden_part


def unsafe(new: str, old: str, *, may_order: bool = False) -> str | None:
    """What a new text brings in that the old one did not have, or None.

    Args:
        new: What a model wrote.
        old: All of the text that it may copy from.
        may_order: Whether it may read like an order to a model, as a question about what to
            "answer only" does: where its card holds no order, it carries none on.
    """
    brought = forbidden_part(new, old)
    if brought is None and not may_order and gives_orders(new):
        return "an order"
    return brought
