"""What is right and wrong about the proposals of a labelled item, task by task.

The flags `continuation` and `private-remark` also say that a card asks nothing; `ghost-answer` and
`no-answer` also say that its answer is cut. What is borderline or was not judged counts neither way.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refiner.evals.labelled import LabelledItem
    from refiner.proposals import Proposal

Kind = Literal["harmed", "false alarm", "wrong", "missed", "to read", "right"]
KINDS: tuple[Kind, ...] = ("harmed", "false alarm", "wrong", "missed", "to read")
ASKS_NOTHING = ("continuation", "private-remark")
CUT_TOO = ("ghost-answer", "no-answer")
FLAGS = {
    "no_answer": "no-answer",
    "swapped": "swapped-sides",
    "several_questions": "several-questions",
}
# A cloze adds, white space is not seen, and a duplicate is no fault of the item's own text.
NO_FAULT_TASKS = frozenset({"cloze", "whitespace"})
TERM = re.compile(r"\{\{cloze (.*?)(?:\s*\\\\.*?)?\}\}")
FAULTLESS = "faultless"


@dataclass(frozen=True, slots=True)
class Fault:
    """What was missed, or is wrong or to be read, on one item.

    Attributes:
        task: A task's name, or `harm` or `faultless`.
        kind: In which way; a rewrite is `to read` beside the questions that would be good.
        remark: The terms, words or parts that it is about.
    """

    task: str
    kind: Kind
    remark: str = ""


@dataclass(frozen=True, slots=True)
class LabelScore:
    """An item's counts by task, and its faults."""

    item: LabelledItem
    counts: dict[str, Counter[str]]
    faults: tuple[Fault, ...]


@dataclass
class _Tally:
    """Counts and faults of the item that is being scored."""

    item: LabelledItem
    counts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    faults: list[Fault] = field(default_factory=list)

    def judge(self, task: str, part: str, truth: object, *, is_found: bool) -> None:
        """Count whether something was found that is there, or is not."""
        if not isinstance(truth, bool):
            return
        name = ("tp" if truth else "fp") if is_found else ("fn" if truth else "tn")
        self.counts[task][part + name] += 1
        if truth != is_found:
            self.faults.append(Fault(task, "missed" if truth else "false alarm"))


def score_labelled(item: LabelledItem) -> LabelScore:
    """Count what is right and wrong about an item's proposals."""
    tally = _Tally(item)
    for one in (_question, _truncation, _listing, _typo, _cloze, _flag, _harm):
        one(tally)
    return LabelScore(item, dict(tally.counts), tuple(tally.faults))


def _question(tally: _Tally) -> None:
    item, label = tally.item, tally.item.label
    if label.kind != "card":
        return
    rewrites = item.of("question")
    is_found = bool(rewrites or item.flags(*ASKS_NOTHING))
    tally.judge("question", "", label.vague, is_found=is_found)
    if label.vague is True and label.good_questions:
        tally.counts["question"]["rewritten" if rewrites else "not_rewritten"] += 1
        if rewrites:
            tally.faults.append(Fault("question", "to read", " / ".join(label.good_questions)))


def _truncation(tally: _Tally) -> None:
    item, label = tally.item, tally.item.label
    is_found = bool(item.of("truncation") or item.flags(*CUT_TOO))
    tally.judge("truncation", f"{label.kind}_", label.truncated, is_found=is_found)


def _listing(tally: _Tally) -> None:
    item, label = tally.item, tally.item.label
    is_found = bool(item.of("listing"))
    tally.judge("listing", f"{label.kind}_", label.flattened_code, is_found=is_found)
    if label.restored:
        made = [line.strip("\t").removeprefix("  ") for line in item.after("listing").split("\n")]
        is_right = label.restored.strip("\n") in "\n".join(made)
        tally.counts["listing"]["restored" if is_right else "not_restored"] += 1
        if is_found and not is_right:
            tally.faults.append(Fault("listing", "wrong", "not restored as it should stand"))


def _typo(tally: _Tally) -> None:
    item, label, counts = tally.item, tally.item.label, tally.counts["typo"]
    if label.typos is None:
        return
    edits = [
        edit
        for one in item.of("typo", "whitespace")
        for edit in one.place.edits
        if _visible(edit.old) != _visible(edit.new)
    ]
    new, old = spaced(item.after("typo", "whitespace", "question")), spaced(item.text)
    found = 0
    for typo in label.typos:
        wrong, right = spaced(typo.wrong), spaced(typo.right)
        is_gone = new.count(wrong) < old.count(wrong) or (wrong in right and right in new)
        counts["tp" if is_gone else "fn"] += 1
        found += is_gone
        if not is_gone:
            tally.faults.append(Fault("typo", "missed", f"{typo.wrong!r} → {typo.right!r}"))
    extra = max(0, len(edits) - found)
    counts["fp"] += extra
    if extra:
        told = ", ".join(f"{edit.old!r} → {edit.new!r}" for edit in edits)
        tally.faults.append(Fault("typo", "false alarm", told))
    if not label.typos:
        counts["clean"] += 1
        counts["clean_changed"] += bool(edits)


def _cloze(tally: _Tally) -> None:
    item, label, counts = tally.item, tally.item.label, tally.counts["cloze"]
    made = item.of("cloze")
    if label.kind == "passage" and isinstance(label.cloze_worthless, bool):
        # What is found here is a passage that is worth nothing, by leaving it alone.
        is_worthless, is_left = label.cloze_worthless, not made
        name = ("tp" if is_worthless else "fp") if is_left else ("fn" if is_worthless else "tn")
        counts[f"left_{name}"] += 1
    if label.cloze_worthless is True and made:
        tally.faults.append(Fault("cloze", "false alarm", ", ".join(_terms(made))))
    if label.cloze_worthless is not False:
        return
    counts["hidden" if made else "not_hidden"] += 1
    wanted = [target.lower() for target in label.cloze_targets]
    terms = list(_terms(made))
    good = [
        any(term.lower() in target or target in term.lower() for target in wanted) for term in terms
    ]
    counts["good"] += sum(good)
    counts["bad"] += len(good) - sum(good)
    if not all(good):
        told = f"{', '.join(terms)}; wanted {', '.join(label.cloze_targets)}"
        tally.faults.append(Fault("cloze", "wrong", told))


def _flag(tally: _Tally) -> None:
    item, label = tally.item, tally.item.label
    if label.kind != "card":
        return
    for key, name in FLAGS.items():
        truth = getattr(label, key)
        tally.judge("flag", f"{name}_", truth, is_found=bool(item.flags(name)))


def _harm(tally: _Tally) -> None:
    item, label, counts = tally.item, tally.item.label, tally.counts["all"]
    new = spaced(item.after())
    harmed = [part for part in label.must_keep if spaced(part) not in new]
    counts["harmed"] += len(harmed)
    tally.faults += [Fault("harm", "harmed", repr(part)) for part in harmed]
    if label.is_faultless:
        touching = [one for one in item.proposals if _says_fault(one)]
        counts["touched" if touching else "untouched"] += 1
        if touching:
            told = ", ".join(sorted({one.task for one in touching}))
            tally.faults.append(Fault(FAULTLESS, "false alarm", told))


def _says_fault(proposal: Proposal) -> bool:
    is_duplicate = proposal.flag is not None and proposal.flag.name == "duplicate"
    return proposal.task not in NO_FAULT_TASKS and not is_duplicate


def _terms(clozes: list[Proposal]) -> Iterator[str]:
    yield from TERM.findall("\n".join(edit.new for one in clozes for edit in one.place.edits))


def spaced(text: str) -> str:
    """The text with each run of white space as one space."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


def _visible(text: str) -> str:
    return re.sub(r"\s", "", text)
