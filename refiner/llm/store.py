"""Where answers are kept, so that none is paid for twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from refiner.llm.model import Request, Usage


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What came of a request.

    Attributes:
        answer: The answer as JSON; "" where the guards refused it.
        violations: Why the guards refused it, in the order of the tries.
        usage: Its tokens; `latency_s` the seconds it took.
    """

    answer: str
    violations: tuple[str, ...]
    usage: Usage
    latency_s: float


class Store(Protocol):
    """Keeps what came of requests; each call is one transaction."""

    def answer(self, key: str) -> StoredAnswer | None:
        """What came of a request, or None where it was not answered yet."""

    def save_answer(self, request: Request, stored: StoredAnswer) -> None:
        """Keep an answer, before anybody hears of it."""

    def refused(self, key: str) -> StoredAnswer | None:
        """The answer of a batch that the guards refused, and that waits for its re-ask, or None."""

    def save_refused(self, request: Request, stored: StoredAnswer) -> None:
        """Keep an answer that the guards refuse, with what they say, for its re-ask."""

    def save_failure(self, request: Request, kind: str, reason: str) -> None:
        """Keep why a request failed; the next run asks again."""
