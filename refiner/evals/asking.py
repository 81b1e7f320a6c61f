"""What a measured model is asked: planned, written as a batch, answered from a file, or sent."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
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
# What is told around an item, in a request about all of it.
_AROUND = re.compile(
    r"^(?:Book|Before|After|Settled): <data>.*?</data>[^\n]*\n", re.MULTILINE | re.DOTALL
)


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

        An answer is addressed by its request's key, or by the `item_key`: then it is taken whatever
        the rules have settled meanwhile.

        Raises:
            UserError: A file can't be read, or a line is no batch result.
        """
        plan = self.plan()
        alike: dict[str, list[Request]] = defaultdict(list)
        for request in plan.values():
            alike[item_key(request)].append(request)
        most = max(map(len, alike.values()), default=0)
        rounds = [plan | {key: same[0] for key, same in alike.items()}]
        rounds += [
            {key: same[turn] for key, same in alike.items() if len(same) > turn}
            for turn in range(1, most)
        ]
        files = tuple(files)
        first, *others = ([read_batch(f, part, self.ledger) for f in files] for part in rounds)
        counts = [*first, *(again._replace(unknown=0) for more in others for again in more)]
        return BatchResult(*(sum(column) for column in zip(*counts, strict=True)))

    def refine(self, progress: Progress = SILENT) -> Report:
        """Run the pipeline; what has no answer is sent, unless the settings allow no request."""
        total = Report()
        for selection in self.selections:
            report = refine(self.target, self.settings, self.ledger, selection, progress)
            _add(total, report)
        return total


def item_key(request: Request) -> str:
    """32 hex digits over the item that a request is about, and what is asked about it.

    What stands around the item, and what rules have settled, is left out.
    """
    text = _AROUND.sub("", request.messages[-1].content)
    name = request.prompt.partition("@")[0]
    return hashlib.blake2b(f"{name}\n{text}".encode(), digest_size=16).hexdigest()


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
