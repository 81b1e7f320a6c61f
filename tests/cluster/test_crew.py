"""Requests shared out to workers that die: nothing is lost, and no answer is asked for twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from refiner.cluster.crew import Crew, WorkerDiedError
from refiner.errors import EndpointError, RefinerError, UserError
from refiner.llm.asking import Asked
from refiner.llm.budget import Limits
from refiner.llm.dispatch import send
from refiner.llm.model import Answered, Failed, Usage
from refiner.llm.store import StoredAnswer
from tests.llm.played import Memory, make

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.llm.model import Outcome, Request

GOOD = StoredAnswer('{"word": "good"}', (), Usage(10, 0, 2), 0.0)


@dataclass
class Desk:
    """What all workers of a test did."""

    asked: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)


class Fake:
    """A worker that answers in turn, and dies on its own numbers of requests."""

    def __init__(
        self,
        desk: Desk,
        dies_at: Sequence[int] = (),
        poison: str = "",
        starts: int = 99,
        problem: RefinerError | None = None,
    ) -> None:
        self.desk, self.dies_at, self.poison = desk, dies_at, poison
        self.starts, self.problem = starts, problem
        self.count = self.started = 0
        self.is_up = False
        self.heard: list[bool] = []

    async def start(self) -> None:
        if self.is_up:
            return
        await asyncio.sleep(0)
        if self.problem is not None:
            raise self.problem
        if self.started >= self.starts:
            raise WorkerDiedError
        self.started += 1
        self.is_up = True

    async def ask(
        self, request: Request, refused: StoredAnswer | None, *, has_answered: bool
    ) -> Asked:
        del refused
        life = self.started
        self.count += 1
        self.heard.append(has_answered)
        self.desk.asked[request.key] += 1
        if self.count in self.dies_at or request.key == self.poison:
            self.is_up = False
        await asyncio.sleep(0)
        if not self.is_up or life != self.started:
            raise WorkerDiedError
        self.desk.answered[request.key] += 1
        return Asked(GOOD, GOOD.usage)


def run(workers: Sequence[Fake], count: int = 40, **limits: Any) -> tuple[list[Outcome], Memory]:  # noqa: ANN401 - limits
    outcomes: list[Outcome] = []
    store = Memory()
    own = Limits(**{"concurrency": 8, **limits})
    requests = [make(f"k{number}") for number in range(count)]
    send(requests, lambda: Crew(workers, own), store, own, outcomes.append)
    assert len(outcomes) == count
    return outcomes, store


def test_requests_are_shared_out_evenly() -> None:
    desk = Desk()
    workers = [Fake(desk), Fake(desk)]
    outcomes, store = run(workers)
    assert all(isinstance(outcome, Answered) for outcome in outcomes)
    assert len(store.answers) == 40
    assert abs(workers[0].count - workers[1].count) <= 2
    assert set(desk.asked.values()) == {1}
    assert workers[0].heard[0] is False
    assert workers[1].heard[-1] is True


def test_a_worker_that_dies_loses_nothing_and_comes_back() -> None:
    desk = Desk()
    workers = [Fake(desk, dies_at=(6, 13)), Fake(desk)]
    outcomes, store = run(workers)
    assert all(isinstance(outcome, Answered) for outcome in outcomes)
    assert len(store.answers) == 40
    assert set(desk.answered.values()) == {1}
    assert 1 <= sum(desk.asked.values()) - 40 <= 8
    assert workers[0].started == 3


def test_a_request_that_kills_its_workers_fails_alone() -> None:
    desk = Desk()
    outcomes, store = run([Fake(desk, poison="k7"), Fake(desk, poison="k7")], concurrency=1)
    failed = [outcome for outcome in outcomes if isinstance(outcome, Failed)]
    assert [outcome.request.key for outcome in failed] == ["k7"]
    assert store.failures["k7"].startswith("transport: the worker that asked died, 3 times")
    assert desk.asked["k7"] == 3
    assert len(store.answers) == 39


def test_where_no_worker_comes_back_what_was_answered_is_kept() -> None:
    desk, store = Desk(), Memory()
    workers = [Fake(desk, dies_at=(5,), starts=1), Fake(desk, dies_at=(6,), starts=1)]
    limits = Limits(concurrency=2)
    requests = [make(f"k{number}") for number in range(20)]
    with pytest.raises(EndpointError, match="no worker of the cluster is left"):
        send(requests, lambda: Crew(workers, limits), store, limits, lambda _outcome: None)
    assert set(store.answers) == set(desk.answered)
    assert store.answers


def test_a_machine_that_can_t_work_says_why(caplog: pytest.LogCaptureFixture) -> None:
    other = UserError("another version")
    with pytest.raises(UserError, match="another version"):
        run([Fake(Desk(), problem=other), Fake(Desk(), starts=0)])
    desk = Desk()
    caplog.clear()
    outcomes, _ = run([Fake(desk, problem=other), Fake(desk)])
    assert caplog.messages == ["a machine of the cluster can't ask: another version"]
    assert all(isinstance(outcome, Answered) for outcome in outcomes)


def test_one_budget_holds_for_all_workers() -> None:
    desk = Desk()
    outcomes, _ = run([Fake(desk), Fake(desk)], max_requests=15)
    assert sum(isinstance(outcome, Answered) for outcome in outcomes) == 15
    assert sum(desk.asked.values()) == 15
    assert {o.kind for o in outcomes if isinstance(o, Failed)} == {"limit"}


def test_what_a_dead_worker_may_have_spent_counts_against_the_cost() -> None:
    desk = Desk()
    limits = {"max_cost_usd": 5000.0, "cost": lambda usage: float(usage.total)}
    spent = [
        sum(isinstance(outcome, Answered) for outcome in run(workers, 400, **limits)[0])
        for workers in ([Fake(desk), Fake(desk)], [Fake(desk, dies_at=(9,)), Fake(desk)])
    ]
    assert spent[1] < spent[0] < 400
