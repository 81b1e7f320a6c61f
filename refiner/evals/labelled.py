"""Labelled items of a graph through the real pipeline, on a copy: the graph is only read."""

from __future__ import annotations

import difflib
import shutil
import tempfile
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from refiner.errors import UserError
from refiner.evals.asking import Asking
from refiner.graph.files import read_file
from refiner.graph.target import Target, find_pages, locate
from refiner.ledger import Ledger
from refiner.pipeline.detect import read_book
from refiner.pipeline.options import plan_options
from refiner.pipeline.refine import refine
from refiner.pipeline.select import Selection
from refiner.tasks import task_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from refiner.cards import ExtractOptions
    from refiner.evals.labels import Label
    from refiner.proposals import Proposal, State
    from refiner.settings import Settings
    from refiner.tasks.model import TaskName

OPEN: tuple[State, ...] = ("pending", "accepted")
DECIDED = frozenset({"accepted", "rejected", "applied"})
SHOWN_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class LabelledItem:
    """An item with its label and what was proposed for it.

    Attributes:
        label: The reader's.
        page: The bytes of its page.
        start: First byte of the bullet's line; `end` is that behind the last line below it.
        proposals: Those whose edits stand between the two.
    """

    label: Label
    page: bytes
    start: int
    end: int
    proposals: tuple[Proposal, ...] = ()

    @property
    def text(self) -> str:
        """The item with all that stands below it, as written."""
        return self.page[self.start : self.end].decode()

    def of(self, *tasks: str) -> list[Proposal]:
        """The proposals of some tasks."""
        return [one for one in self.proposals if one.task in tasks]

    def flags(self, *names: str) -> list[Proposal]:
        """The proposals that set one of these flags."""
        return [one for one in self.proposals if one.flag and one.flag.name in names]

    def after(self, *tasks: str) -> str:
        """The text with the proposals of some tasks made; of no task named, with all."""
        chosen = self.of(*tasks) if tasks else self.proposals
        edits = [edit for one in chosen for edit in one.place.edits]
        part = self.page[self.start : self.end]
        for edit in sorted(edits, key=lambda edit: -edit.start):
            start, end = edit.start - self.start, edit.end - self.start
            if 0 <= start <= end <= len(part):
                part = part[:start] + edit.new.encode() + part[end:]
        return part.decode(errors="replace")


def find_items(
    labels: Mapping[int, Label], target: Target, settings: Settings, file: Path
) -> list[LabelledItem]:
    """The items that labels are about, without proposals.

    Args:
        labels: By the number of their line in `file`.
        target: The graph that holds them.
        settings: Whose tags make an item.
        file: Named where a label is about nothing.

    Raises:
        UserError: A page is not in the graph, or no item of the kind stands at the line.
    """
    extract = plan_options(settings).extract
    paths = {page.path for page in find_pages(target).pages}
    pages: dict[str, _Page] = {}
    found, problems = [], []
    for number, label in labels.items():
        if label.page not in paths:
            near = difflib.get_close_matches(label.page, paths, n=1, cutoff=0.8)
            guess = f"; did you mean `{near[0]}`?" if near else ""
            problem = f"which is not a page of the graph{guess}"
        else:
            if label.page not in pages:
                data = read_file(target.root / label.page)
                pages[label.page] = _Page(data, target.title(label.page), extract)
            page = pages[label.page]
            span = page.span(label)
            if span is not None:
                found.append(LabelledItem(label, page.data, *span))
                continue
            problem = page.problem(label)
        problems.append(f"`{file}:{number}` labels `{label.place}`, {problem}")
    if problems:
        more = len(problems) - SHOWN_PROBLEMS
        rest = [f"and {more} more"] if more > 0 else []
        raise UserError(
            "\n  ".join([*problems[:SHOWN_PROBLEMS], *rest, "nothing was scored"]),
            hint=f"`refiner cards --json {target.root}` lists each item with its page and line",
        )
    return found


class _Page:
    """A page's items by the line of their bullet."""

    def __init__(self, data: bytes, title: str, extract: ExtractOptions) -> None:
        self.data = data
        page, book = read_book(data, title, extract)
        self._items = {item.line: item for item in book.items}
        self._bullets = {page.line_of(block.mark) for block in page.blocks}

    def span(self, label: Label) -> tuple[int, int] | None:
        """Where the item of a label stands, or None."""
        item = self._items.get(label.line)
        if item is None or item.kind != label.kind:
            return None
        return span_of(self.data, item.block.start, item.block.subtree_end)

    def problem(self, label: Label) -> str:
        """What stands at the line of a label instead of its item."""
        if label.line in self._items:
            return f"which is a {self._items[label.line].kind}, not a {label.kind}"
        if label.line in self._bullets:
            return "a bullet without a tag that makes it a card or passage"
        near = min(self._items, key=lambda line: abs(line - label.line), default=None)
        guess = "" if near is None else f"; the nearest item begins at line {near}"
        return f"where no bullet stands{guess}"


def span_of(data: bytes, start: int, end: int) -> tuple[int, int]:
    """From the first byte of a block's line to its last line's end, blank lines left out."""
    first = data.rfind(b"\n", 0, start) + 1
    lines = data[first:end].split(b"\n")
    while len(lines) > 1 and not lines[-1].decode().strip():
        lines.pop()
    return first, first + len(b"\n".join(lines))


@contextmanager
def asking(
    items: Sequence[LabelledItem],
    target: Target,
    settings: Settings,
    *,
    tasks: Sequence[TaskName] = (),
    ledger_file: Path | None = None,
) -> Iterator[Asking]:
    """A copy of a graph, refined by rules as a run of `refine` would; the model comes next.

    It is asked about the labelled items alone.

    Args:
        items: Without proposals.
        target: The graph; it is only read.
        settings: The model and all else, but for the ledger.
        tasks: Those that may ask the model; empty for all of the settings.
        ledger_file: Where answers are kept from run to run; None for this run alone.

    Raises:
        UserError: The ledger holds a person's decisions.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = _copy(target, Path(folder) / "graph")
        with Ledger(ledger_file or Path(folder) / "ledger.db") as ledger:
            if any(state in DECIDED for _, _, state, _ in ledger.counts()):
                raise UserError(
                    f"the ledger `{ledger_file}` holds decisions on a graph; nothing was scored",
                    hint="name another file: `--ledger answers.db` makes it",
                )
            # Answers may come from earlier runs, proposals may not.
            ledger.drop_pages(list(ledger.pages()))
            rules = settings.model_copy(update={"model": "none", "tasks": task_names()})
            refine(copy, rules, ledger)
            places = frozenset((item.label.page, item.label.line) for item in items)
            pages = tuple(sorted({page for page, _ in places}))
            selection = Selection(tasks=tuple(tasks) or None, items=places, is_fresh=True)
            selections = [] if settings.model == "none" else [selection]
            yield Asking(replace(copy, pages=pages), settings, ledger, selections)


def _copy(target: Target, root: Path) -> Target:
    """A graph's pages and configuration at another place."""
    (root / "pages").mkdir(parents=True)
    for path in (*(page.path for page in find_pages(target).pages), "logseq/config.edn"):
        if (target.root / path).is_file():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(target.root / path, root / path)
    return locate([root])


def with_proposals(items: Sequence[LabelledItem], asked: Asking) -> list[LabelledItem]:
    """The items with their proposals, once the copy is refined.

    A proposal goes to the first item, in the labels' order, that holds one of its edits.
    """
    by_page: defaultdict[str, list[int]] = defaultdict(list)
    for number, item in enumerate(items):
        by_page[item.label.page].append(number)
    given: defaultdict[int, list[Proposal]] = defaultdict(list)
    for proposal in asked.ledger.proposals(OPEN):
        for number in by_page.get(proposal.page, ()):
            item = items[number]
            if any(item.start <= edit.start <= item.end for edit in proposal.place.edits):
                given[number].append(proposal)
                break
    return [replace(item, proposals=tuple(given[n])) for n, item in enumerate(items)]
