"""A person's own decisions as a private set: what was accepted or edited is right, the rest wrong.

The pages are split by a hash of their path, so that what is tuned or shown as an example on one
half is measured on the other. A decision is held against what a run proposes for the same item
now: the items come from the pages as they are, or as they were before what was accepted was
written.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from refiner.errors import PageError
from refiner.evals.asking import Asking
from refiner.evals.scorers.score import folded
from refiner.graph.files import read_file
from refiner.graph.target import Target, locate
from refiner.ledger import Ledger
from refiner.logseq import DecodeError
from refiner.pipeline.detect import read_book
from refiner.pipeline.options import plan_options
from refiner.pipeline.select import Selection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from refiner.proposals import Proposal, State
    from refiner.settings import Settings
    from refiner.tasks.model import TaskName

Part = Literal["dev", "held-out"]
PARTS: tuple[Part, ...] = ("dev", "held-out")
OPEN: tuple[State, ...] = ("pending", "accepted")
WORD = re.compile(r"\w+")
# Where wording is a matter of taste, nearness counts beside sameness.
WORDED = frozenset({"question", "cloze"})


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided about one proposal.

    Attributes:
        proposal: As it was made then.
        is_right: Whether they accepted it, or its edit in their own words.
        wording: Their own words, or None.
    """

    proposal: Proposal
    is_right: bool
    wording: str | None

    @property
    def part(self) -> Part:
        """Which half its page belongs to."""
        return part_of(self.proposal.page)

    @property
    def text(self) -> str:
        """The lines as the person saw or wanted them."""
        return self.wording if self.wording is not None else self.proposal.after


class Outcome(NamedTuple):
    """A decision, and what a run proposes now.

    Attributes:
        is_same: Whether it proposes what the person had before them, or what they wrote.
        nearness: 0 to 1: how much of the wording is shared by the nearest proposal of the task;
            0 where there is none.
    """

    decided: Decided
    is_same: bool
    nearness: float

    @property
    def is_as_decided(self) -> bool:
        """Whether what is right is proposed, or what is wrong is not."""
        return self.is_same == self.decided.is_right


def part_of(page: str) -> Part:
    """The half that a page belongs to, whatever else stands in the graph."""
    return PARTS[hashlib.sha256(page.encode()).digest()[0] % 2]


def decisions_of(ledger: Ledger, tasks: Sequence[str] = ()) -> list[Decided]:
    """A person's decisions, each once; of some tasks alone, if any is named."""
    found: dict[tuple[str, str], Decided] = {}
    for proposal, prior in ledger.judged():
        if not tasks or proposal.task in tasks:
            is_right = prior.decision == "accepted"
            decided = Decided(proposal, is_right, prior.wording if is_right else None)
            found.setdefault((proposal.item_hash, proposal.edit_hash), decided)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class PrivateSet:
    """Decisions whose items were found, and the pages that hold them.

    Attributes:
        decisions: In the order of their pages.
        pages: Path and bytes: as they are now, or were before something was applied.
        places: Path and line of each item.
        gone: How many decisions are about items that stand nowhere any more.
    """

    decisions: tuple[Decided, ...]
    pages: Mapping[str, bytes]
    places: frozenset[tuple[str, int]]
    gone: int

    def of(self, part: Part) -> PrivateSet:
        """One half of it."""
        decisions = tuple(one for one in self.decisions if one.part == part)
        wanted = {path: data for path, data in self.pages.items() if part_of(_page(path)) == part}
        places = frozenset(place for place in self.places if place[0] in wanted)
        return PrivateSet(decisions, wanted, places, 0)


def private_set(
    target: Target, ledger: Ledger, settings: Settings, tasks: Sequence[str] = ()
) -> PrivateSet:
    """Find the items of a person's decisions, in pages of today or from before an apply.

    Args:
        target: The graph; it is only read.
        ledger: The graph's own.
        settings: Whose tags make an item.
        tasks: Decisions on these alone; empty for all.
    """
    by_page: defaultdict[str, list[Decided]] = defaultdict(list)
    for decided in decisions_of(ledger, tasks):
        by_page[decided.proposal.page].append(decided)
    before = ledger.pages_before()
    extract = plan_options(settings).extract
    pages: dict[str, bytes] = {}
    places: set[tuple[str, int]] = set()
    kept: list[Decided] = []
    for page, decisions in sorted(by_page.items()):
        wanted = {decided.proposal.item_hash for decided in decisions}
        missing = set(wanted)
        for number, data in enumerate([*_now(target, page), *before.get(page, ())]):
            try:
                _, book = read_book(data, target.title(page), extract)
            except DecodeError:
                continue
            path = _path(number, page)
            here = [(path, item.line) for item in book.items if item.hash in missing]
            if here:
                pages[path] = data
                places.update(here)
                missing -= {item.hash for item in book.items}
        kept += [one for one in decisions if one.proposal.item_hash not in missing]
    total = sum(map(len, by_page.values()))
    return PrivateSet(tuple(kept), pages, frozenset(places), total - len(kept))


def _path(number: int, page: str) -> str:
    """Where a page lies in the graph of a run: one of several states, under its own name."""
    return f"pages/{number}/{page}"


def _page(path: str) -> str:
    return path.split("/", 2)[2]


def _now(target: Target, page: str) -> list[bytes]:
    try:
        return [read_file(target.root / page)]
    except PageError:
        return []


@contextmanager
def asking(
    private: PrivateSet, settings: Settings, known: Ledger, tasks: Sequence[TaskName] = ()
) -> Iterator[Asking]:
    """The items of a private set in a graph made for the run, and the model that is asked.

    Args:
        private: The items.
        settings: The model and all else, but for the ledger.
        known: The person's own ledger; what is answered there is not asked again, and nothing is
            written to it.
        tasks: Those that are run; empty for all of the settings.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "graph"
        (root / "pages").mkdir(parents=True)
        for path, data in private.pages.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
        selection = Selection(tasks=tuple(tasks) or None, items=private.places, is_fresh=True)
        with Ledger(Path(folder) / "ledger.db") as ledger:
            asked = Asking(locate([root]), settings, ledger, [selection] if private.pages else [])
            for key, request in asked.plan().items():
                stored = known.answer(key)
                if stored is not None:
                    ledger.save_answer(request, stored)
            yield asked


@contextmanager
def blank_ledger() -> Iterator[Ledger]:
    """A ledger that knows nothing: a model that is asked with examples answers anew."""
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / "ledger.db") as ledger:
        yield ledger


def outcomes(private: PrivateSet, asked: Asking) -> list[Outcome]:
    """What a run proposes on each decision, once the items are refined."""
    made: defaultdict[tuple[str, str], list[Proposal]] = defaultdict(list)
    for proposal in asked.ledger.proposals(OPEN):
        made[proposal.item_hash, proposal.task].append(proposal)
    return [
        _outcome(one, made[one.proposal.item_hash, one.proposal.task]) for one in private.decisions
    ]


def _outcome(decided: Decided, made: Sequence[Proposal]) -> Outcome:
    nearness = max((shared_words(decided.text, one.after) for one in made), default=0.0)
    return Outcome(decided, any(_is_same(decided, one) for one in made), nearness)


def _is_same(decided: Decided, made: Proposal) -> bool:
    """Whether a proposal sets the same flag, or makes the lines that the person had before them."""
    before = decided.proposal
    if before.flag is not None and decided.wording is None:
        return made.flag is not None and made.flag.name == before.flag.name
    if made.edit_hash == before.edit_hash and decided.wording is None:
        return True
    return _bare(made.after) == _bare(decided.text)


def shared_words(one: str, other: str) -> float:
    """Dice's overlap of two wordings, each word as often as it stands; 0 to 1."""
    own, theirs = Counter(WORD.findall(folded(one))), Counter(WORD.findall(folded(other)))
    total = own.total() + theirs.total()
    return 2 * (own & theirs).total() / total if total else 1.0


def _bare(text: str) -> str:
    return " ".join(text.split())
