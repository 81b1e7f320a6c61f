"""Every fault between a request and its answer, alone and all at once."""

from __future__ import annotations

import random
import socket
import time
from collections import Counter
from dataclasses import replace
from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest
from werkzeug import Response

from refiner.errors import EndpointError
from refiner.ledger import Ledger
from refiner.llm.budget import Limits
from refiner.llm.dispatch import complete
from refiner.llm.endpoint import Endpoint
from refiner.llm.model import Abstained, Answered, Failed
from refiner.llm.openai_api.faults import retry_after_s
from tests.llm.played import (
    CUT_BODY,
    CUT_JSON,
    GOOD,
    HTML,
    KEY,
    NO_CHOICE,
    ODD_CHOICE,
    Dropped,
    Late,
    Memory,
    Server,
    make,
    refusal,
    refused,
    said,
)

if TYPE_CHECKING:
    from pathlib import Path

PASSING = {
    **{str(status): Response("no", status=status) for status in (429, 500, 502, 503, 504, 529)},
    "dropped": Dropped(),
    "late": Late(GOOD.data, content_type="application/json"),
    "body cut": CUT_BODY,
    "JSON cut": CUT_JSON,
    "no JSON": HTML,
    "no choice": NO_CHOICE,
    "odd choice": ODD_CHOICE,
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_trouble_that_passes_is_waited_out(server: Server, fault: Response) -> None:
    server.script = lambda number: fault if number == 0 else GOOD
    store = Memory()
    (outcome,) = server.run(make("a"), store=store, timeout_s=0.5)
    assert isinstance(outcome, Answered)
    assert len(server.asked) == 2
    assert not store.failures


def test_retry_after_is_kept_to_in_seconds(server: Server) -> None:
    late = Response("no", status=429, headers={"Retry-After": "1"})
    server.script = lambda number: late if number == 0 else GOOD
    started = time.monotonic()
    server.run(make("a"))
    assert time.monotonic() - started >= 1


def test_retry_after_is_kept_to_as_a_date(server: Server) -> None:
    def late(number: int) -> Response:
        date = formatdate(time.time() + 2.5, usegmt=True)
        return Response("no", status=503, headers={"Retry-After": date}) if number == 0 else GOOD

    server.script = late
    started = time.monotonic()
    server.run(make("a"))
    assert time.monotonic() - started >= 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), (formatdate(1_000_010, usegmt=True), 10), ("nonsense", None), ("-3", 0)],
)
def test_retry_after_is_read(header: str, seconds: float | None) -> None:
    assert retry_after_s({"retry-after": header}, 1_000_000) == seconds


def test_nobody_waits_longer_than_the_retries_may_take(server: Server) -> None:
    server.script = lambda _number: Response("no", status=429, headers={"Retry-After": "3600"})
    started = time.monotonic()
    (outcome,) = server.run(make("a"))
    assert isinstance(outcome, Failed)
    assert (outcome.kind, outcome.reason) == ("transport", "the endpoint answered 429")
    assert time.monotonic() - started < 5


ALONE = {
    "400": (Response("{}", status=400), "bad_request", "answered 400"),
    "too long": (
        refused(400, code="context_length_exceeded", message="context length is 8192"),
        "too_long",
        "too long for the model",
    ),
    "too long by llama.cpp": (
        refused(400, type="exceed_context_size_error", message="exceeds the context"),
        "too_long",
        "too long for the model",
    ),
    "filter of the question": (refused(400, code="content_filter"), "refused", "content filter"),
    "filter of the answer": (refusal("content_filter", None), "refused", "content filter"),
    "refusal": (refusal("stop", "I can't help"), "refused", "the model refused"),
    "cut": (said('{"word": "go', finish="length"), "truncated", "cut at 128 tokens"),
}


@pytest.mark.parametrize(("fault", "kind", "reason"), ALONE.values(), ids=ALONE.keys())
def test_what_is_wrong_with_one_item_fails_it_at_once_and_alone(
    server: Server, fault: Response, kind: str, reason: str
) -> None:
    server.script = lambda number: fault if number == 0 else GOOD
    store = Memory()
    first, second = server.run(make("a"), make("b"), store=store)
    assert isinstance(first, Failed)
    assert first.kind == kind
    assert reason in first.reason
    assert isinstance(second, Answered)
    assert len(server.asked) == 2
    assert set(store.failures) == {"a"}


def test_what_a_cut_answer_cost_is_counted(server: Server) -> None:
    server.script = lambda _number: said('{"word": "go', finish="length")
    (outcome,) = server.run(make("a"))
    assert outcome.usage.total == 12


@pytest.mark.parametrize("status", [401, 403, 404])
def test_where_no_request_can_succeed_the_run_stops(server: Server, status: int) -> None:
    server.script = lambda _number: refused(status, message=f"Incorrect API key: {KEY}")
    with pytest.raises(EndpointError, match=str(status)) as caught:
        server.run(make("a"), make("b"), make("c"))
    assert len(server.asked) == 1
    assert KEY not in f"{caught.value!r} {caught.value} {caught.value.hint}"
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("status", [403, 404])
def test_once_somebody_has_answered_a_refusal_is_of_its_item(server: Server, status: int) -> None:
    server.script = lambda number: Response("no", status=status) if number == 1 else GOOD
    outcomes = server.run(make("a"), make("b"), make("c"))
    assert [type(outcome) for outcome in outcomes] == [Answered, Failed, Answered]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_dead_endpoint_is_said_soon() -> None:
    endpoint = Endpoint(f"http://127.0.0.1:{free_port()}/v1", "m", KEY, mode="json_schema")
    started = time.monotonic()
    with pytest.raises(EndpointError, match="can't be reached"):
        complete([make("a")], endpoint, Memory(), Limits(), lambda _outcome: None)
    assert time.monotonic() - started < 30


def test_an_endpoint_that_dies_stops_the_run_and_keeps_what_it_gave(server: Server) -> None:
    server.script = lambda number: GOOD if number == 0 else Dropped()
    store = Memory()
    with pytest.raises(EndpointError, match="can't be reached"):
        server.run(*(make(str(number)) for number in range(20)), store=store, retry_s=0.1)
    assert set(store.answers) == {"0"}


def test_a_web_page_in_the_place_of_an_endpoint_is_said_soon(server: Server) -> None:
    server.script = lambda _number: HTML
    with pytest.raises(EndpointError, match="not as an OpenAI-compatible endpoint"):
        server.run(make("a"), make("b"), retry_s=0.2)


def test_a_bug_in_a_guard_is_no_abstention(server: Server) -> None:
    store = Memory()
    request = replace(make("a"), context={"no text": ""})
    with pytest.raises(ExceptionGroup) as caught:
        server.run(request, store=store)
    assert caught.group_contains(KeyError)
    assert (store.answers, store.failures) == ({}, {})


FAULTS = (
    [GOOD] * 8
    + [*PASSING.values()]
    + [
        Response("no", status=429, headers={"Retry-After": "0.05"}),
        Response("bad", status=400),
        refused(400, code="context_length_exceeded"),
        said('{"word": "bad"}'),
        said('{"word": '),
        said("no JSON at all"),
        said('{"wo', "length"),
        refusal("stop", "no"),
        refusal("content_filter", None),
    ]
)


def test_five_hundred_items_under_every_fault_at_once(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each ends answered, failed with its reason, or abstained; none twice, none lost."""
    rng = random.Random(5)  # noqa: S311 - reproducible, not secret
    server.script = lambda _number: rng.choice(FAULTS)
    monkeypatch.setattr("refiner.llm.openai_api.faults.BACKOFF_MAX_S", 0.05)
    requests = [make(str(number)) for number in range(500)]
    with Ledger(tmp_path / "ledger.db") as ledger:
        outcomes = server.run(*requests, store=ledger, concurrency=16, retry_s=60, timeout_s=0.5)
        ended = Counter(outcome.request.key for outcome in outcomes)
        assert ended == Counter(request.key for request in requests)
        answered = {o.request.key for o in outcomes if isinstance(o, Answered)}
        abstained = {o.request.key for o in outcomes if isinstance(o, Abstained)}
        failed = {o.request.key: o for o in outcomes if isinstance(o, Failed)}
        kept = {r.key: ledger.answer(r.key) for r in requests}
        assert {key for key, stored in kept.items() if stored} == answered | abstained
        assert {key for key, stored in kept.items() if stored and stored.answer} == answered
        assert ledger.failed_keys() == set(failed)
        assert {o.kind for o in failed.values()} == {
            "refused", "bad_request", "truncated", "too_long",
        }  # fmt: skip
        assert all(o.reason for o in failed.values())
        assert len(answered) > 200
        ((task, model, count, usage),) = ledger.usage()
        assert (task, model, count) == ("question", "m", len(answered | abstained))
        assert usage.total == sum(o.usage.total for o in outcomes if not isinstance(o, Failed))
        assert ledger.check() == "ok"
        sent = len(server.asked)
        again = server.run(*requests, store=ledger, concurrency=16, retry_s=60, timeout_s=0.5)
    asked_again = {o.request.key for o in again if not getattr(o, "is_cached", False)}
    assert asked_again == set(failed)
    told = {asked["messages"][0]["content"].partition(":")[0] for asked in server.asked[sent:]}
    assert told == set(failed)
