"""How long what is left to ask will take, from what was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from refiner.llm.model import Failed
from refiner.pipeline.request import CHARS_PER_TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from refiner.llm.model import Outcome, Request

# A token that is written takes as long as some that are read.
# Measured with the embedded model: 17 to 35 tokens/s written, 40 to 95 read.
READ_PER_WRITTEN = 2.5
ANSWER_SHARE = 1 / 3  # of the longest answer that is allowed
# What a request weighs against the one after it: the load changes, an early one tells little.
MEMORY = 0.97


class Asking(NamedTuple):
    """How far a run's asking is.

    Attributes:
        done: Requests that ended; `total` how many there are.
        task: What was asked last.
        seconds_left: None where it is not known.
        tokens_per_s: Read and written, cached ones not counted; None likewise.
    """

    done: int
    total: int
    task: str
    seconds_left: float | None = None
    tokens_per_s: float | None = None


@dataclass
class Work:
    """Work in tokens that are read, and the seconds that it took."""

    tokens: float = 0.0
    seconds: float = 0.0

    def add(self, tokens: float, seconds: float) -> None:
        """Add a request; what was before counts a little less."""
        self.tokens = self.tokens * MEMORY + tokens
        self.seconds = self.seconds * MEMORY + seconds


class Forecast:
    """What a run asks one request after the other, and how long that takes.

    Args:
        requests: All that will be asked, each once.
        is_read: Whether the model has read a request's stable part before.
        is_timed: Whether they are asked one after the other: else the seconds are not known.
    """

    def __init__(
        self,
        requests: Iterable[Request],
        is_read: Callable[[Request], bool] = lambda _request: True,
        *,
        is_timed: bool = True,
    ) -> None:
        self._is_timed = is_timed
        self.total = 0
        self.done = 0
        self._left = 0.0
        self._unread: dict[tuple[str, str], float] = {}
        self._asked = Work()
        self._told = Work()
        for request in requests:
            group = (request.task, request.lang)
            self.total += 1
            self._left += _cost(request)
            if group not in self._unread:
                self._unread[group] = 0.0 if is_read(request) else _stable_tokens(request)

    def ended(self, outcome: Outcome) -> None:
        """A request was answered, or failed."""
        request, usage = outcome.request, outcome.usage
        self.done += 1
        self._left -= _cost(request)
        self._unread[request.task, request.lang] = 0.0
        if not isinstance(outcome, Failed):
            fresh = usage.total - usage.cached_tokens
            self._asked.add(_cost(request), outcome.latency_s)
            self._told.add(fresh, outcome.latency_s)

    def now(self, task: str) -> Asking:
        """How far it is."""
        total = max(self.total, self.done)
        if not self._is_timed or self._asked.seconds <= 0:
            return Asking(self.done, total, task)
        left = max(0.0, self._left) + sum(self._unread.values())
        pace = self._asked.seconds / self._asked.tokens
        tokens_per_s = self._told.tokens / self._told.seconds
        return Asking(self.done, total, task, left * pace, tokens_per_s)


def _cost(request: Request) -> float:
    """What a request takes, in tokens that are read: its own text, and a usual answer."""
    written = ANSWER_SHARE * request.max_tokens
    return len(request.messages[-1].content) / CHARS_PER_TOKEN + written * READ_PER_WRITTEN


def _stable_tokens(request: Request) -> float:
    return sum(len(message.content) for message in request.messages[:-1]) / CHARS_PER_TOKEN
