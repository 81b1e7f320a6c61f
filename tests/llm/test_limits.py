"""Sending stops before a limit is passed; what was answered is kept, what is left is said."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from refiner.llm.model import Answered, Failed
from tests.llm.played import Memory, Server, make, said

if TYPE_CHECKING:
    from werkzeug import Response

    from refiner.llm.model import Outcome, Usage


def tokens(usage: Usage) -> float:
    """A price of one a token."""
    return float(usage.total)


def left(outcomes: list[Outcome]) -> list[str]:
    return [o.reason for o in outcomes if isinstance(o, Failed) and o.kind == "limit"]


def test_requests_are_sent_up_to_their_limit(server: Server) -> None:
    store = Memory()
    outcomes = server.run(make("a"), make("b"), make("c"), store=store, max_requests=2)
    assert (len(server.asked), len(store.answers)) == (2, 2)
    assert left(outcomes) == ["--max-requests is reached; the next run goes on"]
    assert not store.failures


def test_money_is_spent_up_to_its_limit(server: Server) -> None:
    """Each request may cost 400 and costs 12: they wait for each other, not for the money."""
    requests = [make(str(number)) for number in range(60)]
    outcomes = server.run(*requests, concurrency=8, max_cost_usd=600.0, cost=tokens)
    answered = [o for o in outcomes if isinstance(o, Answered)]
    assert len(answered) == len(server.asked)
    spent = sum(o.usage.total for o in answered)
    assert 600 - 410 < spent <= 600
    assert set(left(outcomes)) == {"--max-cost is reached; the next run goes on"}
    assert len(left(outcomes)) == 60 - len(answered)


def test_money_that_re_asks_cost_counts(server: Server) -> None:
    server.script = lambda _number: said('{"word": "bad"}')
    requests = [make(str(number)) for number in range(60)]
    server.run(*requests, concurrency=8, max_cost_usd=600.0, cost=tokens)
    assert 600 - 410 < 12 * len(server.asked) <= 600


def test_no_money_sends_nothing(server: Server) -> None:
    outcomes = server.run(make("a"), max_cost_usd=0.0, cost=tokens)
    assert (server.asked, len(left(outcomes))) == ([], 1)


def test_minutes_are_kept_to(server: Server) -> None:
    def slow(_number: int) -> Response:
        time.sleep(0.1)
        return said('{"word": "good"}')

    server.script = slow
    outcomes = server.run(*(make(str(n)) for n in range(40)), max_minutes=0.5 / 60)
    assert 1 <= len(server.asked) <= 6
    assert set(left(outcomes)) == {"--max-minutes is reached; the next run goes on"}
