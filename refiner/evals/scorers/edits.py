"""`typo` and `whitespace`: corrections at span level.

A correction is right where the text at the target's place reads as one of the acceptable ones.
Another text there is a missed target and a false edit; any change elsewhere is a false edit.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from refiner.proposals.flags import FLAG_LINE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from refiner.evals.run import Result
    from refiner.logseq import Edit
    from refiner.proposals import Proposal

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
# Spaces and hyphenation are a kind of their own: neither task is missed where the other mends.
MIXED = ("typo", "whitespace")


class Change(NamedTuple):
    """What an edit really changes, token by token: bytes, the text before and after, its rule."""

    start: int
    end: int
    old: str
    new: str
    rule: str


class Wanted(NamedTuple):
    """A stretch of the page, in bytes, and the texts that may stand there."""

    start: int
    end: int
    old: str
    news: tuple[str, ...]


@dataclass
class Place:
    """Targets that changes tie together, mostly one."""

    wanted: list[Wanted]
    changes: list[Change] = field(default_factory=list)


def score_edits(result: Result) -> tuple[Counter[str], str]:
    """Count targets that were met, and changes that nobody asked for."""
    page = result.sample.page
    own = result.of(sample_task := result.sample.task)
    others = [proposal for proposal in result.of(*MIXED) if proposal.task != sample_task]
    changes = list(_changes(own + others))
    places = [Place([one]) for one in _wanted(result)]
    stray = []
    for change in changes:
        touched = [p for p in places if any(_touches(change, one) for one in p.wanted)]
        if not touched:
            stray.append(change)
            continue
        joined = Place([one for p in touched for one in p.wanted])
        joined.changes = [*(c for p in touched for c in p.changes), change]
        places = [p for p in places if p not in touched] + [joined]
    counts: Counter[str] = Counter(fp=len(stray))
    remarks = [f"changed {c.old!r} to {c.new!r}" for c in stray]
    for change in stray:
        counts[f"fp@{change.rule}"] += 1
    for place in sorted(places, key=lambda p: p.wanted[0].start):
        _count_place(counts, remarks, page, place)
    is_clean = result.sample.is_clean
    kind = ("fp" if is_clean else "tp") if changes else ("tn" if is_clean else "fn")
    counts[f"item_{kind}"] = 1
    if is_clean:
        counts["clean"] = 1
        counts["false_clean"] = counts["fp"]
    return counts, "; ".join(remarks)


def _count_place(counts: Counter[str], remarks: list[str], page: bytes, place: Place) -> None:
    done = _done(page, place)
    rules = {change.rule for change in place.changes}
    if done is None:
        counts["fp"] += 1
        counts["fn"] += len(place.wanted)
        counts.update(f"fp@{rule}" for rule in rules)
        remarks.append(
            f"made {place.wanted[0].old!r} into {_read(page, place.changes, *_hull(place))!r}"
        )
        return
    counts["tp"] += sum(done)
    counts["fn"] += len(done) - sum(done)
    if any(done):
        counts.update(f"tp@{rule}" for rule in rules)
    missed = (one for one, is_done in zip(place.wanted, done, strict=True) if not is_done)
    remarks += [f"missed {one.old!r}" for one in missed]


def _done(page: bytes, place: Place) -> tuple[bool, ...] | None:
    """Which targets are met; None where the text is none that was wanted."""
    start, end = _hull(place)
    text = _read(page, place.changes, start, end)
    choices = (((one.old, False), *((new, True) for new in one.news)) for one in place.wanted)
    found = []
    for chosen in product(*choices):
        changes = [
            Change(one.start, one.end, one.old, new, "")
            for one, (new, _) in zip(place.wanted, chosen, strict=True)
        ]
        if _read(page, changes, start, end) == text:
            found.append(tuple(is_done for _, is_done in chosen))
    return max(found, key=sum, default=None)


def _hull(place: Place) -> tuple[int, int]:
    parts: list[Wanted | Change] = [*place.wanted, *place.changes]
    return min(part.start for part in parts), max(part.end for part in parts)


def _read(page: bytes, changes: Iterable[Change], start: int, end: int) -> str:
    """The text between two bytes with changes made, overlapping ones but once."""
    parts = []
    at = start
    for change in sorted(changes, key=lambda c: (c.start, c.end)):
        if change.start >= at:
            parts += [page[at : change.start].decode(), change.new]
            at = change.end
    return "".join([*parts, page[at:end].decode()])


def _touches(change: Change, wanted: Wanted) -> bool:
    if change.start == change.end:
        return wanted.start <= change.start <= wanted.end
    return change.start < wanted.end and wanted.start < change.end


def _wanted(result: Result) -> Iterator[Wanted]:
    page, block = result.sample.page, result.item.block
    for target in result.sample.target.get("edits", []):
        old = target["old"].encode()
        at = block.start - 1
        for _ in range(target.get("nth", 0) + 1):
            at = page.find(old, at + 1, block.subtree_end)
        if at < 0:
            raise ValueError(f"{result.sample.name}: {target['old']!r} does not stand in the item")
        yield Wanted(at, at + len(old), target["old"], tuple(target["new"]))


def _changes(proposals: Iterable[Proposal]) -> Iterator[Change]:
    """The changes of all edits; where two edits overlap, the later one is not made."""
    made: list[Edit] = []
    for proposal in proposals:
        for edit in proposal.place.edits:
            if proposal.flag is not None and FLAG_LINE in edit.new:
                continue  # a mark beside the correction, no correction
            if all(edit.start >= other.end or edit.end <= other.start for other in made):
                made.append(edit)
                yield from _tokens_changed(edit, proposal.rule)


def _tokens_changed(edit: Edit, rule: str) -> Iterator[Change]:
    old, new = TOKEN.findall(edit.old), TOKEN.findall(edit.new)
    starts = [edit.start]
    for token in old:
        starts.append(starts[-1] + len(token.encode()))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag != "equal":
            yield Change(starts[i], starts[j], "".join(old[i:j]), "".join(new[k:m]), rule)
