"""Which proposals a command means, and what is accepted without a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refiner.errors import UserError
from refiner.graph.target import matches
from refiner.messages import count_of
from refiner.pipeline.record import fewest_for, kinds_of, lower_bound
from refiner.tasks import task_names

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from refiner.ledger.decisions import Decision
    from refiner.pipeline.session import Session
    from refiner.proposals import Proposal, State
    from refiner.settings import Settings


def choose(
    proposals: Sequence[Proposal],
    *,
    ids: Sequence[str] = (),
    tasks: Collection[str] = (),
    page: str | None = None,
    least_confidence: float = 0.0,
) -> list[Proposal]:
    """The proposals that ids or filters name.

    Raises:
        UserError: An id that is none of them, or that several begin with.
    """
    if ids:
        return [_by_id(proposals, id_) for id_ in ids]
    return [
        p
        for p in proposals
        if (not tasks or p.task in tasks)
        and (page is None or matches(p.page, p.page_title, page))
        and p.confidence >= least_confidence
    ]


def by_ids(
    session: Session, ids: Sequence[str], decision: Decision
) -> tuple[list[Proposal], list[Proposal]]:
    """The proposals of these ids that can be decided, and those that are decided so already.

    A twin, the same edit of the same text elsewhere, may have been decided along with another.

    Raises:
        UserError: An id that is none, or that several begin with.
    """
    open_ones = session.pending("pending", "accepted")
    done_states: tuple[State, ...] = (
        (decision,) if decision == "rejected" else (decision, "applied")
    )
    done = session.pending(*done_states)
    chosen: list[Proposal] = []
    already: list[Proposal] = []
    for id_ in ids:
        found = [p for p in done if id_ and p.id.startswith(id_.lower())]
        is_open = any(p.id.startswith(id_.lower()) and p.state != decision for p in open_ones)
        if len(found) == 1 and not is_open:
            already += found
        else:
            chosen.append(_by_id(open_ones, id_))
    return chosen, already


def auto_accept(session: Session, proposals: Sequence[Proposal], *, reapply: bool = False) -> int:
    """Accept what the settings let pass without a person; how many.

    A task's bound is compared with the person's own record: the share that they surely accept as
    proposed, of what one rule or model worded, decided one by one. Where a kind falls short, that
    is told once.

    Args:
        session: The graph's.
        proposals: What is pending.
        reapply: Accept what was accepted before, on a page that was exported anew.
    """
    bounds = session.settings.auto_accept
    standing: dict[tuple[str, str | None], tuple[int, int]] = {}
    for kind in kinds_of(session.ledger.tallies()):
        accepted, single = standing.get((kind.task, kind.model), (0, 0))
        standing[kind.task, kind.model] = accepted + kind.accepted, single + kind.single
    least = {key: lower_bound(*counts) for key, counts in standing.items()}
    sure: list[str] = []
    short: set[tuple[str, str | None]] = set()
    for p in proposals:
        key = (p.task, p.model)
        if p.state != "pending":
            continue
        if (reapply and p.note) or least.get(key, 0.0) >= bounds.get(p.task, 2.0):
            sure.append(p.id)
        elif p.task in bounds:
            short.add(key)
    for task, model in sorted(short, key=str):
        accepted, single = standing.get((task, model), (0, 0))
        bound = bounds[task]
        needed = fewest_for(bound)
        why = f"which is surely {least.get((task, model), 0.0):.0%} or more"
        if needed is None:
            why = "and no record is ever so sure"
        elif single < needed:
            why = f"too few to tell: it takes {needed} or more"
        session.tell(
            f"note: {task} by {model or 'rules'} is not accepted without you: you accepted "
            f"{accepted} of {count_of(single, 'single decision')} as proposed, {why}; "
            f"the setting wants {bound:.0%}"
        )
    return session.ledger.decide(sure, "accepted", "auto", is_bulk=True)


def with_auto(settings: Settings, auto: str | None) -> Settings:
    """The settings with the tasks of `--auto typo,whitespace` accepted at any confidence.

    Raises:
        UserError: A task that is unknown.
    """
    if not auto:
        return settings
    names = [name.strip() for name in auto.split(",") if name.strip()]
    known = task_names()
    for name in names:
        if name not in known:
            raise UserError(f"`--auto` names the task `{name}`, known are {', '.join(known)}")
    bounds: dict[str, float] = {str(k): v for k, v in settings.auto_accept.items()}
    bounds.update(dict.fromkeys(names, 0.0))
    return settings.model_copy(update={"auto_accept": bounds})


def _by_id(proposals: Sequence[Proposal], id_: str) -> Proposal:
    found = [p for p in proposals if p.id.startswith(id_.lower())]
    if len(found) == 1 and id_:
        return found[0]
    problem = "no proposal that can be decided begins with" if not found else "several begin with"
    raise UserError(
        f"{problem} `{id_}`; nothing was decided", hint="`refiner diff --json` lists the ids"
    )
