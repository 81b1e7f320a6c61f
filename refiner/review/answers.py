"""What a person's answer does: accept, reject, edit, undo, bulk; the same for every surface.

Each answer is one transaction of the ledger. A surface says in which state it showed a proposal:
where something else decided meanwhile, in another tab, in Logseq or by a command, that stands, and
the answer says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from refiner.errors import UserError
from refiner.messages import count_of
from refiner.review.show import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from refiner.ledger import Ledger
    from refiner.ledger.decisions import Decision, Surface
    from refiner.proposals import Proposal, State

By = Literal["task", "page", "rule"]
FENCE = re.compile(r"[ \t]*(?:```|~~~)")
BULLET = re.compile(r"- ")
ID_LINE = re.compile(r"^[ \t]*id::[ \t]*\S+[ \t]*$", re.MULTILINE)
TAG = re.compile(r"(?<![\w&#])#(?:\[\[[^\]]+\]\]|[^\s#,.;:!?\[\](){}\"'`]+)")
FORMS = {"accepted": "accepted", "rejected": "rejected", "pending": "taken back"}


class Answer(NamedTuple):
    """What came of an answer.

    Attributes:
        decision: The state that was asked for.
        ids: Whose state changed.
        missed: Proposals that were not as they were shown, with their state of now; `gone` where
            the ledger no longer holds them.
    """

    decision: State
    ids: tuple[str, ...]
    missed: tuple[tuple[str, str], ...] = ()

    @property
    def message(self) -> str:
        """One sentence for the person."""
        said = []
        if self.ids or not self.missed:
            said.append(f"{FORMS[self.decision]}: {count_of(len(self.ids), 'proposal')}")
        if len(self.missed) == 1:
            said.append(f"it was {was_meanwhile(self.missed[0][1])}, and stays so")
        elif self.missed:
            said.append(f"{count_of(len(self.missed), 'proposal')} changed meanwhile and stay so")
        return "; ".join(said)


class WordingError(UserError):
    """A person's own wording can't stand in the page."""


def was_meanwhile(state: str) -> str:
    """How a state came about that a surface did not expect."""
    return {
        "pending": "opened again elsewhere",
        "stale": "overtaken: its text changed on the page",
        "gone": "removed: a run no longer finds it",
        "applied": "written to its page already",
    }.get(state, f"{state} elsewhere")


def decide(
    ledger: Ledger,
    proposals: Sequence[Proposal],
    decision: Decision,
    surface: Surface,
    *,
    is_bulk: bool | None = None,
) -> Answer:
    """Accept or reject proposals as they were shown, with the person's own wording if there is one.

    Args:
        ledger: Takes the answer at once.
        proposals: As they were shown: one, or all of a kind.
        decision: What the person decided.
        surface: Where.
        is_bulk: Whether it was one answer for all; None where their number tells it.
    """
    seen: tuple[State, ...] = ("pending", "accepted")
    if len({p.state for p in proposals}) == 1:
        seen = (proposals[0].state,)
    ids = [p.id for p in proposals]
    ledger.decide(ids, decision, surface, is_bulk=is_bulk, seen=seen)
    return _answer(ledger, ids, decision)


def edit(ledger: Ledger, proposal: Proposal, wording: str, surface: Surface) -> Answer:
    """Accept a proposal in the person's own words.

    Raises:
        WordingError: The page can't hold them so; the proposal stays as it was.
    """
    wording = tidied(wording)
    problems = wording_problems(proposal, wording)
    if problems:
        raise WordingError(f"{problems[0]}; the proposal stays {proposal.state}")
    ledger.decide([proposal.id], "accepted", surface, wording=wording, seen=(proposal.state,))
    answer = _answer(ledger, [proposal.id], "accepted")
    if answer.ids and (ledger.wording(proposal.id) or proposal.after) != wording:
        return Answer("accepted", (), ((proposal.id, "accepted"),))
    return answer


def undo(ledger: Ledger, ids: Iterable[str]) -> Answer:
    """Make decided proposals pending again; what was applied stays, `refiner undo` takes it back."""
    chosen = list(ids)
    ledger.reopen(chosen)
    return _answer(ledger, chosen, "pending")


def same_kind(
    proposals: Iterable[Proposal], like: Proposal, by: By, without: Collection[str] = ()
) -> list[Proposal]:
    """The proposals that one answer for all decides: of one task, page or rule.

    Args:
        proposals: Those that wait.
        like: The one that the person looks at.
        by: `task` and `rule` are those of its page; `page` is all of its page.
        without: Ids that are left out.
    """
    return [
        p
        for p in proposals
        if p.id not in without
        and p.page == like.page
        and (by != "task" or p.task == like.task)
        and (by != "rule" or p.rule == like.rule)
    ]


def tidied(wording: str) -> str:
    """A wording as a page holds it: line feeds alone, no blanks at lines' ends or around all."""
    lines = [
        line.rstrip() for line in wording.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ]
    return "\n".join(lines).strip("\n")


def wording_problems(proposal: Proposal, wording: str) -> list[str]:
    """Why a person's own wording can't stand in the page, a clause each; empty where it can."""
    problems = []
    lines = wording.split("\n")
    if not wording.strip():
        problems.append("the wording is empty; to keep the old text, reject")
    if wording == tidied(proposal.before):
        problems.append("the wording is the old text; to keep it, reject")
    hidden = HIDDEN.search(wording)
    if hidden and hidden[0] not in proposal.before:
        problems.append(
            f"the wording holds the character U+{ord(hidden[0]):04X}, which nobody sees"
        )
    if sum(bool(FENCE.match(line)) for line in lines) % 2 != _open_fences(proposal):
        problems.append("a code fence is not closed, and would swallow the blocks below")
    lost = [
        line.strip() for line in ID_LINE.findall(proposal.before) if line.strip() not in wording
    ]
    if lost:
        problems.append(f"`{lost[0]}` is missing, and references to the block would break")
    if lines and BULLET.match(lines[0]):
        problems.append("the first line begins with a bullet, which the page has already")
    return problems


def wording_notes(proposal: Proposal, wording: str) -> list[str]:
    """What a person may want to know about a wording that can stand."""
    kept = set(TAG.findall(wording))
    lost = [tag for tag in dict.fromkeys(TAG.findall(proposal.before)) if tag not in kept]
    return [f"the tag `{tag}` is no longer in it" for tag in lost]


def _open_fences(proposal: Proposal) -> int:
    """1 where the lines themselves hold one end of a fence only."""
    return sum(bool(FENCE.match(line)) for line in proposal.before.split("\n")) % 2


def _answer(ledger: Ledger, ids: Sequence[str], decision: State) -> Answer:
    changed, missed = [], []
    for id_ in ids:
        found = ledger.proposal(id_)
        state = "gone" if found is None else found.state
        if state == decision:
            changed.append(id_)
        else:
            missed.append((id_, state))
    return Answer(decision, tuple(changed), tuple(missed))
