"""Samples through the real pipeline: each is a page of a graph made for the run."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from refiner import pipeline
from refiner.errors import UserError
from refiner.ledger import Ledger
from refiner.page_plans import plan_options
from refiner.planning import read_book
from refiner.report import SILENT
from refiner.targets import locate
from refiner.tasks import get_task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.cards import Item
    from refiner.evals.samples import Sample
    from refiner.proposals import Proposal
    from refiner.report import Report, Watcher
    from refiner.settings import Settings


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a sample.

    Attributes:
        sample: The sample.
        item: The tagged block that it is about.
        rules: Rules of its task that saw something.
        proposals: Those made for the item, of all tasks.
    """

    sample: Sample
    item: Item
    rules: tuple[str, ...]
    proposals: tuple[Proposal, ...]

    def of(self, *tasks: str) -> list[Proposal]:
        """The proposals of some tasks."""
        return [proposal for proposal in self.proposals if proposal.task in tasks]


def run(
    samples: Sequence[Sample], settings: Settings, watcher: Watcher = SILENT
) -> tuple[list[Result], Report]:
    """Refine all samples in one run; answers are kept for the run alone.

    Raises:
        UserError: A sample has no item of the number that it names.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        pages = root / "graph" / "pages"
        pages.mkdir(parents=True)
        for sample in samples:
            (pages / _file(sample)).write_bytes(sample.page)
        with Ledger(settings.ledger or root / "ledger.db") as ledger:
            # Answers may come from earlier runs, proposals may not.
            ledger.drop_pages("pages/" + _file(sample) for sample in samples)
            report = pipeline.refine(locate([root / "graph"]), settings, ledger, watcher=watcher)
            made: defaultdict[tuple[str, str], list[Proposal]] = defaultdict(list)
            for proposal in ledger.proposals():
                made[proposal.page, proposal.item_hash].append(proposal)
    extract = plan_options(settings).extract
    results = []
    for sample in samples:
        _, book = read_book(sample.page, sample.name, extract)
        if sample.item >= len(book.items):
            raise UserError(
                f"the sample `{sample.name}` has {len(book.items)} items, and is about number "
                f"{sample.item}"
            )
        item = book.items[sample.item]
        rules = tuple(finding.rule for finding in get_task(sample.task).detect(item, book))
        mine = tuple(made["pages/" + _file(sample), item.hash])
        results.append(Result(sample, item, rules, mine))
    return results, report


def _file(sample: Sample) -> str:
    return sample.name.replace("/", "-") + ".md"
