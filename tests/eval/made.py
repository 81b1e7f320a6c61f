"""Samples and proposals made by hand, and what a scorer counts on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refiner.evals.labelled import LabelledItem, span_of
from refiner.evals.labels import Label
from refiner.evals.run import Result
from refiner.evals.samples import Sample
from refiner.evals.scorers import Score, score
from refiner.evals.scorers.labelled import LabelScore, score_labelled
from refiner.logseq import Edit, Span, child_edit, parse
from refiner.pipeline.detect import read_book
from refiner.pipeline.options import plan_options
from refiner.proposals import Draft, Flag, PlacedDraft, Proposal, make_proposals
from refiner.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.cards import Item

RULES_ALONE = Settings(model="none")


def sample(page: str, task: str = "typo", **target: object) -> Sample:
    clean = not target
    return Sample(f"{task}/dev/x", task, "dev", "en", clean, 0, "", dict(target), page.encode())


def item_of(one: Sample) -> Item:
    _, book = read_book(one.page, one.name, plan_options(RULES_ALONE).extract)
    return book.items[one.item]


def replacement(one: Sample, old: str, new: str) -> Edit:
    at = one.page.index(old.encode())
    return Edit(at, at + len(old.encode()), old, new)


def child(one: Sample, line: str) -> Edit:
    page = parse(one.page)
    block = next(b for b in page.blocks if b.start == item_of(one).block.start)
    return child_edit(page, block, [line])


def proposal(
    one: Sample,
    edits: Sequence[Edit],
    task: str | None = None,
    flag: Flag | None = None,
    item: Item | None = None,
) -> Proposal:
    item = item or item_of(one)
    placed = PlacedDraft(
        draft=Draft(task or one.task, "rule", tuple(edits), "A reason.", "rule", 0.9, flag),
        item_hash=item.hash,
        line=item.line,
        kind=item.kind,
        block=Span(item.block.start, item.block.subtree_end),
        page_title="Title",
        chapter=(),
    )
    (made,) = make_proposals(one.page, "pages/x.md", [placed])
    return made


def scored(one: Sample, *proposals: Proposal, rules: tuple[str, ...] = ()) -> Score:
    return score(Result(one, item_of(one), rules, proposals))


def mark(one: Sample, cause: str, at: str, name: str = "truncated", detail: str = "") -> Proposal:
    """A mark behind the line that holds a text."""
    end = one.page.index(b"\n", one.page.index(at.encode()))
    edit = Edit(end, end, "", f"\n\t  refiner-flag:: {name}")
    return proposal(one, [edit], flag=Flag(name, cause, detail))


def labelled(page: str, *proposals: Proposal, **said: object) -> LabelScore:
    """A label's score on the first item of a page, at the line where it stands."""
    one = sample(page)
    item = item_of(one)
    label = Label.model_validate(
        {"page": "pages/x.md", "line": item.line, "kind": item.kind, **said}
    )
    start, end = span_of(one.page, item.block.start, item.block.subtree_end)
    return score_labelled(LabelledItem(label, one.page, start, end, proposals))
