"""What a run tells while it goes and when it ends."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from refiner.llm.model import Usage

if TYPE_CHECKING:
    from refiner.settings import Settings


@dataclass
class Report:
    """What a run did: `as_json` is what is kept of it in the ledger."""

    pages: int = 0
    pages_planned: int = 0
    items: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    proposals: Counter[str] = field(default_factory=Counter)
    abstentions: Counter[str] = field(default_factory=Counter)
    rejections: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    cached: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    usage: Usage = field(default_factory=Usage)
    by_task: dict[str, Usage] = field(default_factory=dict)
    cost_usd: float | None = None
    seconds: float = 0.0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    @property
    def sent(self) -> int:
        """How many requests were sent, answered or not."""
        return self.requests + self.failed.total() - self.failed["limit"]

    def spent(self, task: str, usage: Usage) -> None:
        """Add what one request cost."""
        self.usage += usage
        self.by_task[task] = self.by_task.get(task, Usage()) + usage

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "pages": self.pages,
            "pages_planned": self.pages_planned,
            "items": self.items,
            "findings": dict(self.findings),
            "proposals": dict(self.proposals),
            "abstentions": dict(self.abstentions),
            "rejections": dict(self.rejections),
            "requests": self.requests,
            "cached": self.cached,
            "failed": dict(self.failed),
            "by_task": {task: asdict(usage) for task, usage in self.by_task.items()},
            "prompt_tokens": self.usage.prompt_tokens,
            "completion_tokens": self.usage.completion_tokens,
            "cost_usd": self.cost_usd,
            "seconds": round(self.seconds, 3),
        }


@dataclass
class PlannedRequests:
    """One task's part of a plan, for a dry run."""

    items: int = 0
    requests: int = 0
    cached: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Watcher:
    """Hears how far a run is; the default does nothing."""

    def planning(self, done: int, total: int, page: str) -> None:
        """A page is being planned."""

    def asking(self, done: int, total: int, task: str) -> None:
        """A request has ended."""

    def tell(self, text: str) -> None:
        """Something takes long."""


def cost_usd(settings: Settings, model: str, usage: Usage) -> float | None:
    """What usage costs by the settings' prices, or None where no price is known."""
    price = settings.prices.get(model)
    if price is None:
        return None
    cached_price = price.input if price.cached is None else price.cached
    fresh = usage.prompt_tokens - usage.cached_tokens
    return (
        fresh * price.input
        + usage.cached_tokens * cached_price
        + usage.completion_tokens * price.output
    ) / 1e6


SILENT = Watcher()
