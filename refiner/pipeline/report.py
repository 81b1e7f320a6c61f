"""What a run tells while it goes and when it ends."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from refiner.llm.model import Abstained, Answered, Failed, Usage

if TYPE_CHECKING:
    from refiner.llm.model import Outcome
    from refiner.pipeline.forecast import Asking
    from refiner.pipeline.plan import PagePlan
    from refiner.settings import Settings


@dataclass
class Report:
    """What a run did; `as_json` is what is kept of it in the ledger.

    Attributes:
        pages: Pages that were found; `pages_planned` of them had something to do.
        items: Cards and passages on them.
        findings: By task, what its rules saw; `proposals` likewise what waits now.
        abstentions: By reason, what was not proposed; `rejections` by task and guard, what guards
            said against answers.
        requests: Requests that were answered; `cached` were answered in an earlier run.
        failed: By kind, requests without an answer.
        usage: Tokens in all; `by_task` likewise by task.
        cost_usd: None where no price is known.
        seconds: How long it took.
        skipped: Path and reason of what could not be looked at.
        reasons: By reason, pages that had something to do.
        muted: What the setting `mute` dropped, by rule.
        notes: What the person should know.
        gone: Paths of pages that are no longer there.
    """

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
    muted: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    @property
    def sent(self) -> int:
        """How many requests were sent, answered or not."""
        return self.requests + self.failed.total() - self.failed["limit"]

    def note(self, text: str) -> None:
        """Add what the person should know, once."""
        if text not in self.notes:
            self.notes.append(text)

    def planned(self, plan: PagePlan) -> None:
        """Add a page that has something to do."""
        self.skipped += [(f"{plan.file.path}:{line}", why) for line, why in plan.book.left_out]
        self.reasons[plan.reason] += 1
        self.pages_planned += 1
        self.items += len(plan.book.items)
        for found, _ in plan.planned:
            self.findings.update(finding.task for finding in found.findings)
            self.muted.update(found.muted)

    def add(self, part: Report) -> None:
        """Add what was found on pages that another process looked at."""
        self.pages_planned += part.pages_planned
        self.items += part.items
        self.skipped += part.skipped
        for name in ("findings", "abstentions", "rejections", "reasons", "muted"):
            getattr(self, name).update(getattr(part, name))

    def asked(self, outcome: Outcome) -> None:
        """Add a request that was sent, or held back, and what it took."""
        if isinstance(outcome, Failed):
            self.failed[outcome.kind] += 1
            self.note(outcome.reason)
        else:
            self.requests += 1
        task = outcome.request.task
        self.usage += outcome.usage
        self.by_task[task] = self.by_task.get(task, Usage()) + outcome.usage

    def heard(self, task: str, outcome: Outcome | None) -> None:
        """Add what guards said against an answer, also against one that was recalled."""
        if isinstance(outcome, Answered | Abstained):
            self.rejections.update(f"{task}: {_guard(text)}" for text in outcome.violations)
        if isinstance(outcome, Abstained):
            last = outcome.violations[-1] if outcome.violations else None
            self.abstentions["no answer" if last is None else _guard(last)] += 1

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
    """One task's part of a plan, for a dry run.

    Attributes:
        items: Items on which its rules saw something.
        requests: Requests that would be sent; `cached` are answered already.
        prompt_tokens: About how many these take; `completion_tokens` how many they may give.
    """

    items: int = 0
    requests: int = 0
    cached: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Progress:
    """Hears how far a run is; the default does nothing.

    Attributes:
        is_watched: Whether anybody wants to know how long it will take, which is looked up first.
    """

    is_watched = False

    def planning(self, done: int, total: int, page: str) -> None:
        """A page is being planned."""

    def asking(self, state: Asking) -> None:
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


def _guard(violation: str) -> str:
    """The guard's name, which stands before its complaint; `schema` where pydantic speaks."""
    name, colon, _ = violation.partition(":")
    return name if colon and " " not in name else "schema"


SILENT = Progress()
