"""One client against a real server that plays an OpenAI endpoint and misbehaves on command."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from werkzeug import Request as WebRequest
from werkzeug import Response

from refiner.errors import EndpointError
from refiner.llm.client import Limits, complete, retry_after_s
from refiner.llm.endpoint import Endpoint
from refiner.llm.model import Abstained, Answered, Failed, Message, Request
from refiner.llm.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_httpserver import HTTPServer

    from refiner.llm.model import Outcome
    from refiner.llm.store import StoredAnswer

KEY = "sk-secret-key"


class Word(BaseModel):
    """An answer of one word, which must stand in the item."""

    model_config = ConfigDict(extra="forbid", strict=True)

    word: str

    @field_validator("word")
    @classmethod
    def _stands_there(cls, word: str, info: ValidationInfo) -> str:
        if info.context is None or word not in info.context["text"]:
            raise ValueError("exact: copy the word")
        return word


@dataclass
class Memory:
    """A store that forgets nothing while the test runs."""

    answers: dict[str, StoredAnswer] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def answer(self, key: str) -> StoredAnswer | None:
        return self.answers.get(key)

    def save_answer(self, request: Request, stored: StoredAnswer) -> None:
        assert request.key not in self.answers
        self.answers[request.key] = stored

    def save_failure(self, request: Request, kind: str, reason: str) -> None:
        self.failures[request.key] = f"{kind}: {reason}"


def make(key: str, text: str = "good {{cloze x}} word") -> Request:
    messages = (Message("user", f"{key}: {text}"),)
    return Request(key, "question", "question@1", "m", messages, Word, {"text": text})


def said(content: str, finish: str = "stop") -> Response:
    message = {"role": "assistant", "content": content}
    body = {
        "id": "1", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12},
    }  # fmt: skip
    return Response(json.dumps(body), content_type="application/json")


GOOD = said('{"word": "good"}')


class Server:
    """Answers by a script: for each request, by its order."""

    def __init__(self, server: HTTPServer) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.script: Callable[[int], Response] = lambda _number: GOOD
        server.expect_request("/v1/chat/completions").respond_with_handler(self._answer)
        self.endpoint = Endpoint(server.url_for("/v1"), "m", KEY, mode="json_schema")

    def _answer(self, request: WebRequest) -> Response:
        self.asked.append(json.loads(request.data))
        self.keys.append(request.headers["Authorization"])
        return self.script(len(self.asked) - 1)

    def run(self, *requests: Request, store: Memory | None = None, **limits: Any) -> list[Outcome]:  # noqa: ANN401 - limits
        outcomes: list[Outcome] = []
        own = Limits(**{"concurrency": 1, "retry_s": 20, **limits})
        complete(requests, self.endpoint, store or Memory(), own, outcomes.append)
        return outcomes


@pytest.fixture
def server(httpserver: HTTPServer) -> Server:
    return Server(httpserver)


def test_an_answer_passes_the_guards_with_the_item_before_them(server: Server) -> None:
    (outcome,) = server.run(make("a"))
    assert isinstance(outcome, Answered)
    assert outcome.usage.prompt_tokens == 10
    assert server.asked[0]["messages"][0]["content"].endswith("good {{cloze x}} word")


def test_a_guard_s_complaint_goes_back_once(server: Server) -> None:
    server.script = lambda number: said('{"word": "bad"}') if number == 0 else GOOD
    (outcome,) = server.run(make("a"))
    assert isinstance(outcome, Answered)
    assert "exact: copy the word" in json.dumps(server.asked[1]["messages"])


def test_two_wrong_answers_are_an_abstention_that_is_kept(server: Server) -> None:
    server.script = lambda _number: said('{"word": "bad"}')
    store = Memory()
    (outcome,) = server.run(make("a"), store=store)
    assert isinstance(outcome, Abstained)
    assert outcome.violations == ("exact: copy the word", "exact: copy the word")
    assert outcome.usage.prompt_tokens == 20
    assert len(server.asked) == 2
    server.run(make("a"), store=store)
    assert len(server.asked) == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 529])
def test_trouble_that_passes_is_waited_out(server: Server, status: int) -> None:
    server.script = lambda number: Response("no", status=status) if number == 0 else GOOD
    (outcome,) = server.run(make("a"))
    assert isinstance(outcome, Answered)


def test_retry_after_is_kept_to(server: Server) -> None:
    late = Response("no", status=429, headers={"Retry-After": "1"})
    server.script = lambda number: late if number == 0 else GOOD
    started = time.monotonic()
    server.run(make("a"))
    assert time.monotonic() - started >= 1


def test_retry_after_may_be_a_date() -> None:
    assert retry_after_s({"retry-after": formatdate(1_000_010, usegmt=True)}, 1_000_000) == 10
    assert retry_after_s({"retry-after": "nonsense"}, 0) is None


def test_a_bad_request_fails_its_item_alone(server: Server) -> None:
    server.script = lambda number: Response("{}", status=400) if number == 0 else GOOD
    store = Memory()
    first, second = server.run(make("a"), make("b"), store=store)
    assert isinstance(first, Failed)
    assert first.kind == "bad_request"
    assert isinstance(second, Answered)
    assert store.failures == {"a": "bad_request: the endpoint answered 400"}


@pytest.mark.parametrize("status", [401, 403, 404])
def test_where_no_request_can_succeed_the_run_stops(server: Server, status: int) -> None:
    server.script = lambda _number: Response("{}", status=status)
    with pytest.raises(EndpointError, match=str(status)) as caught:
        server.run(make("a"), make("b"), make("c"))
    assert len(server.asked) == 1
    assert KEY not in str(caught.value)


def test_an_answer_cut_at_its_bound_is_a_fault_of_its_own(server: Server) -> None:
    server.script = lambda _number: said('{"word": "go', finish="length")
    (outcome,) = server.run(make("a"))
    assert isinstance(outcome, Failed)
    assert outcome.kind == "truncated"


def test_a_dead_endpoint_is_said_soon() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        endpoint = Endpoint(
            f"http://127.0.0.1:{taken.getsockname()[1]}/v1", "m", KEY, mode="json_schema"
        )
        started = time.monotonic()
        with pytest.raises(EndpointError, match="can't be reached"):
            complete([make("a")], endpoint, Memory(), Limits(), lambda _outcome: None)
    assert time.monotonic() - started < 30


def test_equal_requests_are_sent_once_and_the_key_is_never_shown(server: Server) -> None:
    outcomes = server.run(make("a"), make("a"))
    assert len(outcomes) == len(server.asked) == 1
    assert server.keys == [f"Bearer {KEY}"]
    assert KEY not in repr(server.endpoint)


def test_sending_stops_before_a_limit_is_passed(server: Server) -> None:
    outcomes = server.run(make("a"), make("b"), make("c"), max_requests=2)
    kinds = [outcome.kind for outcome in outcomes if isinstance(outcome, Failed)]
    assert (len(server.asked), kinds) == (2, ["limit"])


def refusal(finish: str, text: str | None) -> Response:
    response = said("{}", finish)
    body = json.loads(response.data)
    body["choices"][0]["message"] = {"role": "assistant", "content": None, "refusal": text}
    return Response(json.dumps(body), content_type="application/json")


@pytest.mark.parametrize(("finish", "text"), [("stop", "I can't help"), ("content_filter", None)])
def test_a_refusal_is_not_asked_again(server: Server, finish: str, text: str | None) -> None:
    server.script = lambda _number: refusal(finish, text)
    store = Memory()
    (outcome,) = server.run(make("a"), store=store)
    assert isinstance(outcome, Failed)
    assert outcome.kind == "refused"
    assert len(server.asked) == 1
    assert not store.answers


def test_an_item_that_is_too_long_is_said_to_be(server: Server) -> None:
    body = {"error": {"code": "context_length_exceeded", "message": "context length is 8192"}}
    server.script = lambda _number: Response(
        json.dumps(body), status=400, content_type="application/json"
    )
    (outcome,) = server.run(make("a"))
    assert isinstance(outcome, Failed)
    assert outcome.kind == "too_long"


def test_a_body_that_is_cut_is_asked_for_again(server: Server) -> None:
    cut = Response(GOOD.data[:40], content_type="application/json")
    server.script = lambda number: cut if number == 0 else GOOD
    (outcome,) = server.run(make("a"))
    assert isinstance(outcome, Answered)


def test_an_endpoint_without_json_schema_is_asked_by_what_it_takes(server: Server) -> None:
    def by_tools(_number: int) -> Response:
        asked = server.asked[-1]
        if "tools" not in asked:
            return Response("unknown field", status=400)
        is_probe = asked["tools"][0]["function"]["name"] == "Probe"
        arguments = '{"answer": "yes"}' if is_probe else '{"word": "good"}'
        name = asked["tools"][0]["function"]["name"]
        call = {"id": "1", "type": "function", "function": {"name": name, "arguments": arguments}}
        body = json.loads(GOOD.data)
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
        body["choices"][0] |= {"message": message, "finish_reason": "tool_calls"}
        return Response(json.dumps(body), content_type="application/json")

    server.script = by_tools
    server.endpoint = Endpoint(server.endpoint.base_url, "m", KEY)
    outcomes = server.run(*(make(str(number)) for number in range(6)))
    assert all(isinstance(outcome, Answered) for outcome in outcomes)
    probes = [
        asked for asked in server.asked if "Reply with JSON" in asked["messages"][0]["content"]
    ]
    assert 1 <= len(probes) <= 3


def test_the_money_under_way_counts(server: Server) -> None:
    requests = [make(str(number)) for number in range(20)]
    outcomes = server.run(
        *requests,
        concurrency=8,
        max_cost_usd=600.0,
        cost=lambda usage: float(usage.prompt_tokens + usage.completion_tokens),
    )
    answered = [outcome for outcome in outcomes if isinstance(outcome, Answered)]
    assert len(outcomes) == 20
    assert 0 < len(answered) == len(server.asked) < 20
    assert sum(o.usage.total for o in answered) <= 600


FAULTS = (
    [lambda: GOOD] * 6
    + [
        lambda status=status: Response("no", status=status)
        for status in (429, 500, 502, 503, 504, 529)
    ]
    + [
        lambda: Response("no", status=429, headers={"Retry-After": "0.05"}),
        lambda: Response("bad", status=400),
        lambda: Response(GOOD.data[:30], content_type="application/json"),
        lambda: Response("<html>proxy</html>", content_type="text/html"),
        lambda: said('{"word": "bad"}'),
        lambda: said('{"word": '),
        lambda: said("no JSON at all"),
        lambda: said('{"wo', "length"),
        lambda: refusal("stop", "no"),
        lambda: refusal("content_filter", None),
    ]
)


def test_five_hundred_items_under_every_fault_at_once(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each ends answered, failed with its reason, or abstained; none twice, none lost."""
    rng = random.Random(5)  # noqa: S311 - reproducible, not secret
    lock = threading.Lock()

    def faulty(_number: int) -> Response:
        with lock:
            return rng.choice(FAULTS)()

    server.script = faulty
    monkeypatch.setattr("refiner.llm.client.BACKOFF_MAX_S", 0.05)
    requests = [make(str(number)) for number in range(500)]
    store = Memory()
    outcomes = server.run(*requests, store=store, concurrency=16, retry_s=60)
    ended = Counter(outcome.request.key for outcome in outcomes)
    assert ended == Counter(request.key for request in requests)
    answered = {o.request.key for o in outcomes if isinstance(o, Answered)}
    abstained = {o.request.key for o in outcomes if isinstance(o, Abstained)}
    failed = {o.request.key: o for o in outcomes if isinstance(o, Failed)}
    assert set(store.answers) == answered | abstained
    assert {key for key, stored in store.answers.items() if stored.answer} == answered
    assert set(store.failures) == set(failed)
    assert {o.kind for o in failed.values()} == {"refused", "bad_request", "truncated"}
    assert len(answered) > 200
    assert all(o.reason for o in failed.values())
    again = server.run(*requests, store=store, concurrency=16, retry_s=60)
    asked_again = {o.request.key for o in again if not getattr(o, "is_cached", False)}
    assert asked_again == set(failed)


def test_the_pace_halves_at_429_and_grows_again() -> None:
    async def play() -> list[float]:
        pace = Pace(8)
        widths = []
        async with pace.slot(1):
            sent_at = time.monotonic()
        pace.was_too_much(sent_at)
        widths.append(pace.width)
        pace.was_too_much(sent_at)
        widths.append(pace.width)
        for _ in range(5):
            pace.went_well()
        widths.append(pace.width)
        for _ in range(40):
            pace.went_well()
        widths.append(pace.width)
        return widths

    halved, still, grown, full = asyncio.run(play())
    assert halved == still == 4.0
    assert 5.0 < grown < 6.0
    assert full == 8.0


def test_no_more_than_the_width_are_under_way(server: Server) -> None:
    lock = threading.Lock()
    now = most = 0

    def slow(number: int) -> Response:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.02)
        with lock:
            now -= 1
        return Response("no", status=429, headers={"Retry-After": "0.01"}) if number < 4 else GOOD

    server.script = slow
    outcomes = server.run(*(make(str(number)) for number in range(30)), concurrency=4)
    assert all(isinstance(outcome, Answered) for outcome in outcomes)
    assert most <= 4


def test_requests_a_minute_are_kept_to(server: Server) -> None:
    started = time.monotonic()
    server.run(*(make(str(number)) for number in range(4)), concurrency=4, requests_per_minute=60)
    assert time.monotonic() - started >= 2.5
