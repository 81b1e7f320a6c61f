"""What a measured model is asked: planned, written as a batch, answered from a file, or sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from refiner.llm.openai_api.batch import BatchResult, read_batch
from refiner.pipeline.options import Run
from refiner.pipeline.plan import plan_pages
from refiner.pipeline.refine import dry_run, refine
from refiner.pipeline.report import SILENT, Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from refiner.graph.target import Target
    from refiner.ledger import Ledger
    from refiner.llm.model import Request
    from refiner.pipeline.report import Progress
    from refiner.pipeline.select import Selection
    from refiner.settings import Settings

# The name under which requests are planned when no model is named.
RECORDED = "recorded"
# Nobody listens there, and nothing is sent to it.
NOWHERE = "http://127.0.0.1:9/v1"


@dataclass(frozen=True)
class Asking:
    """Items in a graph that was made for the run, and the model that is asked about them.

    Attributes:
        target: The graph.
        settings: The model and all else.
        ledger: Holds answers of this run, or of earlier ones.
        selections: Runs of the pipeline, one after the other.
    """

    target: Target
    settings: Settings
    ledger: Ledger
    selections: Sequence[Selection]

    def plan(self) -> dict[str, Request]:
        """All requests that have no answer yet, by key."""
        found: dict[str, Request] = {}
        for selection in self.selections:
            found |= dry_run(Run.of(self.target, self.settings, self.ledger, selection))[2]
        return found

    def by_item(self) -> dict[tuple[str, str], Request]:
        """The request about each item, answered or not, by the item's hash and the task."""
        found: dict[tuple[str, str], Request] = {}
        for selection in self.selections:
            again = replace(selection, is_fresh=True)
            run = Run.of(self.target, self.settings, self.ledger, again)
            for plan in plan_pages(run, Report()):
                for one, request in plan.planned:
                    if request is not None:
                        found[one.item.hash, one.task] = request
        return found

    def take(self, files: Iterable[Path]) -> BatchResult:
        """Take recorded answers, in the format of batch results; a re-ask's behind the first.

        Raises:
            UserError: A file can't be read, or a line is no batch result.
        """
        plan = self.plan()
        counts = [read_batch(file, plan, self.ledger) for file in files]
        return BatchResult(*(sum(column) for column in zip(*counts, strict=True)))

    def refine(self, progress: Progress = SILENT) -> Report:
        """Run the pipeline; what has no answer is sent, unless the settings allow no request."""
        total = Report()
        for selection in self.selections:
            report = refine(self.target, self.settings, self.ledger, selection, progress)
            _add(total, report)
        return total


def never_sending(settings: Settings) -> Settings:
    """The same settings for a run in which no request leaves the machine."""
    return settings.model_copy(update={"base_url": NOWHERE, "max_requests": 0})


def _add(total: Report, one: Report) -> None:
    """Add what a run tells to what those before it told."""
    total.requests += one.requests
    total.cached += one.cached
    total.usage += one.usage
    total.seconds += one.seconds
    total.failed += one.failed
    total.abstentions += one.abstentions
    total.notes += [note for note in one.notes if note not in total.notes]
