"""How far a run may go, and how far it is: requests, minutes, dollars."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from refiner.llm.model import Usage

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a run may go.

    Attributes:
        concurrency: Requests under way at once, at most; the embedded model takes one.
        timeout_s: For one try; `retry_s` for all tries of a request together.
        max_requests: Requests sent in all; None for no bound. `max_minutes` likewise.
        max_cost_usd: USD, where the price is known; `cost` tells what usage costs. What is under
            way counts with its longest answer and its re-ask, so that the bound is not passed.
        requests_per_minute: None for no bound; `tokens_per_minute` likewise.
    """

    concurrency: int = 8
    timeout_s: float = 120
    retry_s: float = 300
    max_requests: float | None = None
    max_minutes: float | None = None
    max_cost_usd: float | None = None
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    cost: Callable[[Usage], float | None] = lambda _usage: None


class Budget:
    """What a run has spent, what is under way, and whether one more request fits its limits.

    Attributes:
        limits: How far it may go.
        sent: Requests sent so far; `usage` what those that ended took.
        under_way: What those that did not end yet may take at most.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sent = 0
        self.usage = Usage()
        self.under_way = Usage()
        self._started = time.monotonic()
        self._ended = asyncio.Event()

    def begin(self, likely: Usage) -> None:
        """A request is sent that may take so much."""
        self.sent += 1
        self.under_way += likely

    def end(self, likely: Usage, usage: Usage) -> None:
        """It ended, and took so much."""
        self.under_way = self.under_way.less(likely)
        self.usage += usage
        self._ended.set()

    async def passed_by(self, likely: Usage) -> str | None:
        """The limit that one more request would pass, or None.

        What is under way mostly costs less than it may: the limit of cost waits for it to end.
        """
        limits = self.limits
        while True:
            if limits.max_requests is not None and self.sent >= limits.max_requests:
                return "--max-requests"
            if self.is_late():
                return "--max-minutes"
            if limits.max_cost_usd is None:
                return None
            cost = limits.cost(self.usage + self.under_way + likely)
            if cost is None or cost <= limits.max_cost_usd:
                return None
            if self.under_way == Usage():
                return "--max-cost"
            self._ended.clear()
            await self._ended.wait()

    def is_late(self) -> bool:
        """Whether the minutes are over."""
        minutes = (time.monotonic() - self._started) / 60
        return self.limits.max_minutes is not None and minutes >= self.limits.max_minutes
