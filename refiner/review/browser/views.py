"""What the pages show: filters, counts by page, and a proposal with its card."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from refiner.review.browser.markup import rendered
from refiner.review.card import card_key
from refiner.review.show import changed_words, place_parts, source_of, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from refiner.proposals import Proposal
    from refiner.review.browser.desk import Desk
    from refiner.review.show import Words

PAGE_SIZE = 50
FOLDED = 12


@dataclass(frozen=True)
class Filters:
    """Which of the pending proposals are shown; an empty field is no filter."""

    task: str = ""
    page: str = ""
    rule: str = ""
    lang: str = ""
    confidence: str = ""
    q: str = ""

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Filters:
        """The filters that an address or a form holds."""
        return cls(**{f.name: values.get(f.name, "")[:200] for f in fields(cls)})

    @property
    def query(self) -> str:
        """As the query of an address."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    @property
    def items(self) -> list[tuple[str, str]]:
        """Names and values of those that are set, as a form's hidden fields."""
        return [(name, value) for name, value in asdict(self).items() if value]

    def on(self, **changes: str) -> str:
        """The query with some of them changed."""
        return replace(self, **changes).query

    def chosen(self, proposals: Iterable[Proposal]) -> list[Proposal]:
        """The proposals that are meant."""
        return [p for p in proposals if self._means(p)]

    def _means(self, p: Proposal) -> bool:
        words = self.q.casefold().split()
        text = ""
        if words:
            text = f"{p.before}\n{p.after}\n{p.reason}\n{p.page_title}\n{p.id}".casefold()
        return (
            self.task in {"", p.task}
            and self.page in {"", p.page}
            and self.rule in {"", p.rule}
            and self.lang in {"", p.lang or "?"}
            and p.confidence >= _share(self.confidence)
            and all(word in text for word in words)
        )


class PageRow(NamedTuple):
    """One page of the list.

    Attributes:
        path: In the graph.
        title: For the person.
        waiting: How many of its proposals wait, after filters; `tasks` by task.
        decided: How many of all its proposals are decided or written.
        total: How many there are.
    """

    path: str
    title: str
    waiting: int
    tasks: list[tuple[str, int]]
    decided: int
    total: int


class Choices(NamedTuple):
    """What the filters offer: values with their counts."""

    task: list[tuple[str, int]]
    rule: list[tuple[str, int]]
    lang: list[tuple[str, int]]


class Part(NamedTuple):
    """One screen of a long list.

    Attributes:
        name: Of its place in an address.
        number: Which it is, from 0.
        start: How many stand before it.
        end: How many there are up to its last one.
        total: How many there are in all.
    """

    name: str
    number: int
    start: int
    end: int
    total: int

    @classmethod
    def of(cls, name: str, number: int, count: int) -> Part:
        """The part of a number, or the last where there are fewer."""
        number = min(number, max(count - 1, 0) // PAGE_SIZE)
        start = number * PAGE_SIZE
        return cls(name, number, start, min(start + PAGE_SIZE, count), count)


def page_rows(desk: Desk, chosen: Sequence[Proposal]) -> list[PageRow]:
    """The pages on which something waits."""
    waiting: dict[str, Counter[str]] = {}
    titles: dict[str, str] = {}
    for p in chosen:
        waiting.setdefault(p.page, Counter())[p.task] += 1
        titles[p.page] = p.page_title
    decided: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for page, _, state, count in desk.ledger.counts():
        if state != "stale":
            total[page] += count
            decided[page] += count * (state != "pending")
    return [
        PageRow(
            page,
            visible(titles[page] or page),
            tasks.total(),
            tasks.most_common(),
            decided[page],
            total[page],
        )
        for page, tasks in waiting.items()
    ]


def choices_of(proposals: Sequence[Proposal]) -> Choices:
    """The values that the filters can take."""
    return Choices(
        Counter(p.task for p in proposals).most_common(),
        Counter(p.rule for p in proposals).most_common(),
        Counter(p.lang or "?" for p in proposals).most_common(),
    )


def card_view(desk: Desk, proposal: Proposal) -> dict[str, Any]:
    """A proposal with its card, for the template."""
    card = desk.reader.card(proposal)
    wording = desk.ledger.wording(proposal.id)
    after = proposal.after if wording is None else wording
    return {
        "proposal": proposal,
        "place": place_parts(proposal),
        "reason": visible(proposal.reason),
        "source": source_of(proposal),
        "is_gone": card is None,
        "above": rendered(card.above) if card else [],
        "below": rendered(card.below) if card else [],
        "folded": FOLDED,
        "words": shown_words(proposal.before, after),
        "after": after,
        "wording": wording,
        "surface": "",
    }


def shown_words(before: str, after: str) -> list[tuple[str, str]]:
    """Old and new words, safe for the eye: kind and text."""
    return _for_the_eye(changed_words(before, after, None))


def short_words(proposal: Proposal) -> list[tuple[str, str]]:
    """As `shown_words`, long text that stays cut around what changes."""
    return _for_the_eye(changed_words(proposal.before, proposal.after))


def _for_the_eye(words: Iterable[Words]) -> list[tuple[str, str]]:
    return [(word.change, visible(word.text)) for word in words]


def on_card(proposals: Iterable[Proposal], proposal: Proposal) -> list[Proposal]:
    """The proposals of the same card."""
    return [p for p in proposals if card_key(p) == card_key(proposal)]


def _share(text: str) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
