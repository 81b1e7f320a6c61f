"""How many requests are under way at once, and how many a minute.

The width is found as TCP finds its window: it begins at what is allowed, is halved when the
endpoint says that it is too much (429), and grows by one for each round of answers that went well.
Rates a minute are aiolimiter's.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiolimiter import AsyncLimiter


class Pace:
    """Lets requests through.

    Args:
        most: Never more than so many at once.
        requests_per_minute: None for no bound; `tokens_per_minute` likewise.
    """

    def __init__(
        self,
        most: int,
        requests_per_minute: int | None = None,
        tokens_per_minute: int | None = None,
    ) -> None:
        self.most = most
        self.width = float(most)
        self.under_way = 0
        self._free = asyncio.Condition()
        self._halved_at = float("-inf")
        self._requests = _limiter(requests_per_minute)
        self._tokens = _limiter(tokens_per_minute)

    @asynccontextmanager
    async def slot(self, tokens: int) -> AsyncIterator[None]:
        """Wait until one more request may go.

        Args:
            tokens: What it is likely to cost, prompt and answer.
        """
        async with self._free:
            await self._free.wait_for(lambda: self.under_way < max(1, int(self.width)))
            self.under_way += 1
        try:
            if self._requests is not None:
                await self._requests.acquire()
            if self._tokens is not None:
                await self._tokens.acquire(min(tokens, self._tokens.max_rate))
            yield
        finally:
            async with self._free:
                self.under_way -= 1
                self._free.notify_all()

    def went_well(self) -> None:
        """An answer came: a whole round of them widens by one."""
        self.width = min(self.most, self.width + 1 / self.width)

    def was_too_much(self, sent_at: float) -> None:
        """The endpoint refused a request as one too many.

        Args:
            sent_at: When it was sent, on the monotonic clock; requests that were under way when
                the width was last halved tell nothing new.
        """
        if sent_at > self._halved_at:
            self.width = max(1.0, self.width / 2)
            self._halved_at = time.monotonic()


def _limiter(per_minute: int | None) -> AsyncLimiter | None:
    if per_minute is None:
        return None
    from aiolimiter import AsyncLimiter

    # A minute's share in bursts of a second at most, so that no minute holds more than its share.
    seconds = max(1.0, 60 / per_minute)
    return AsyncLimiter(per_minute * seconds / 60, seconds)
