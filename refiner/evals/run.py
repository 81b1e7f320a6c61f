"""Samples through the real pipeline: each is a page of a graph made for the run."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from refiner.errors import UserError
from refiner.evals.asking import Asking
from refiner.graph.target import locate
from refiner.ledger import Ledger
from refiner.pipeline.detect import read_book
from refiner.pipeline.options import Run, model_choice, plan_options
from refiner.pipeline.plan import plan_pages
from refiner.pipeline.report import SILENT, Report
from refiner.pipeline.select import Selection
from refiner.tasks import asking_tasks, get_task

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refiner.cards import Item
    from refiner.evals.samples import Sample
    from refiner.llm.store import StoredAnswer
    from refiner.pipeline.report import Progress
    from refiner.proposals import Proposal
    from refiner.settings import Settings
    from refiner.tasks.model import TaskName


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a sample.

    Attributes:
        sample: The sample.
        item: The tagged block that it is about.
        rules: Rules of its task that saw something.
        proposals: Those made for the item, of all tasks.
        beside: Those made for the other items of the page.
        answers: What the model said about the item, by task, now or in an earlier run.
    """

    sample: Sample
    item: Item
    rules: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    beside: tuple[Proposal, ...] = ()
    answers: dict[str, StoredAnswer] = field(default_factory=dict)

    def of(self, *tasks: str) -> list[Proposal]:
        """The proposals of some tasks."""
        return [proposal for proposal in self.proposals if proposal.task in tasks]


def run(
    samples: Sequence[Sample], settings: Settings, progress: Progress = SILENT
) -> tuple[list[Result], Report]:
    """Refine all samples; answers are kept for the run alone, or in the settings' ledger.

    Raises:
        UserError: A sample has no item of the number that it names.
    """
    with asking(samples, settings) as asked:
        report = asked.refine(progress)
        return results(samples, asked), report


@contextmanager
def asking(samples: Sequence[Sample], settings: Settings) -> Iterator[Asking]:
    """A graph of the samples, a page each; those of a task are refined together.

    The tasks that ask a model work on their own samples only, all others on every sample; a large
    model is asked once for all that they are about.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        pages = root / "graph" / "pages"
        pages.mkdir(parents=True)
        for sample in samples:
            (pages / _file(sample)).write_bytes(sample.page)
        selections = [
            Selection(glob=f"pages/{task}-*", tasks=_tasks_beside(task, settings))
            for task in sorted({sample.task for sample in samples})
        ]
        with Ledger(settings.ledger or root / "ledger.db") as ledger:
            # Answers may come from earlier runs, proposals may not.
            ledger.drop_pages("pages/" + _file(sample) for sample in samples)
            yield Asking(locate([root / "graph"]), settings, ledger, selections)


def results(samples: Sequence[Sample], asked: Asking) -> list[Result]:
    """What came of each sample, once they are refined.

    Raises:
        UserError: A sample has no item of the number that it names.
    """
    made: defaultdict[str, list[Proposal]] = defaultdict(list)
    for proposal in asked.ledger.proposals():
        made[proposal.page].append(proposal)
    answers = _answers(asked)
    extract = plan_options(asked.settings).extract
    found = []
    for sample in samples:
        _, book = read_book(sample.page, sample.name, extract)
        if sample.item >= len(book.items):
            raise UserError(
                f"the sample `{sample.name}` has {len(book.items)} items, and is about number "
                f"{sample.item}"
            )
        item = book.items[sample.item]
        rules = tuple(finding.rule for finding in get_task(sample.task).detect(item, book))
        path = "pages/" + _file(sample)
        mine = tuple(p for p in made[path] if p.item_hash == item.hash)
        beside = tuple(p for p in made[path] if p.item_hash != item.hash)
        found.append(Result(sample, item, rules, mine, beside, answers.get((path, item.index), {})))
    return found


def _tasks_beside(task: str, settings: Settings) -> tuple[TaskName, ...]:
    if model_choice(settings).is_large:
        return settings.tasks
    return tuple(name for name in settings.tasks if name == task or name not in asking_tasks())


def _answers(asked: Asking) -> dict[tuple[str, int], dict[str, StoredAnswer]]:
    """What was answered about each item, by page and the item's number, then by task."""
    choice = model_choice(asked.settings)
    found: dict[tuple[str, int], dict[str, StoredAnswer]] = {}
    if choice.is_none:
        return found
    for selection in asked.selections:
        again = replace(selection, is_fresh=True)
        run = Run.of(asked.target, asked.settings, asked.ledger, again, choice)
        for plan in plan_pages(run, Report()):
            for planned, request in plan.planned:
                stored = None if request is None else asked.ledger.answer(request.key)
                if stored is not None:
                    place = plan.file.path, planned.item.index
                    found.setdefault(place, {})[planned.task] = stored
    return found


def _file(sample: Sample) -> str:
    return sample.name.replace("/", "-") + ".md"
