"""One client: what it asks, what it takes for an answer, and how fast it goes."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING

import pytest
from werkzeug import Response

from refiner.llm.endpoint import Endpoint
from refiner.llm.model import Abstained, Answered, Usage
from refiner.llm.pace import Pace
from refiner.llm.store import StoredAnswer
from tests.llm.played import (
    GOOD,
    KEY,
    Memory,
    Server,
    Slow,
    called,
    make,
    refused,
    said,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def test_an_answer_passes_the_guards_with_the_item_before_them(server: Server) -> None:
    (outcome,) = server.run(make("a"))
    assert isinstance(outcome, Answered)
    assert outcome.usage.prompt_tokens == 10
    assert server.asked[0]["messages"][0]["content"].endswith("good {{cloze x}} word")


def test_a_guard_s_complaint_goes_back_once(server: Server) -> None:
    server.script = lambda number: said('{"word": "bad"}') if number == 0 else GOOD
    (outcome,) = server.run(make("a"))
    assert isinstance(outcome, Answered)
    assert outcome.violations == ("exact: copy the word",)
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


def test_a_re_ask_that_meets_a_fault_goes_on_where_it_was(server: Server) -> None:
    script = [said('{"word": "bad"}'), Response("no", status=503), GOOD]
    server.script = lambda number: script[number]
    (outcome,) = server.run(make("a"))
    assert isinstance(outcome, Answered)
    assert outcome.usage.prompt_tokens == 20
    assert server.asked[1] == server.asked[2]
    assert len(server.asked[2]["messages"]) == 3


def test_an_answer_that_a_batch_gave_and_the_guards_refused_is_only_re_asked(
    server: Server,
) -> None:
    store = Memory()
    stored = StoredAnswer('{"word": "bad"}', ("exact: copy the word",), Usage(7, 0, 3), 0.0)
    store.save_refused(make("a"), stored)
    (outcome,) = server.run(make("a"), store=store)
    assert isinstance(outcome, Answered)
    assert outcome.usage == Usage(17, 0, 5)
    (asked,) = server.asked
    assert asked["messages"][1] == {"role": "assistant", "content": '{"word": "bad"}'}
    assert "exact: copy the word" in asked["messages"][2]["content"]


def test_equal_requests_are_sent_once(server: Server) -> None:
    outcomes = server.run(make("a"), make("a"))
    assert len(outcomes) == len(server.asked) == 1
    assert server.keys == [f"Bearer {KEY}"]


def test_a_schema_is_sent_as_a_strict_one(server: Server) -> None:
    server.run(make("a"))
    schema = server.asked[0]["response_format"]["json_schema"]
    assert (schema["name"], schema["strict"]) == ("Word", True)
    assert schema["schema"]["additionalProperties"] is False


def by_tools(server: Server) -> Response:
    asked = server.asked[-1]
    if "tools" not in asked:
        return Response("unknown field", status=400)
    name = asked["tools"][0]["function"]["name"]
    return called(name, '{"answer": "yes"}' if name == "Probe" else '{"word": "good"}')


def by_json(server: Server) -> Response:
    asked = server.asked[-1]
    if asked.get("response_format") != {"type": "json_object"}:
        return Response("unknown field", status=422)
    is_probe = "Reply with JSON" in asked["messages"][0]["content"]
    return said('{"answer": "yes"}') if is_probe else GOOD


@pytest.mark.parametrize("play", [by_tools, by_json])
def test_an_endpoint_is_asked_in_the_structured_mode_that_it_takes(
    server: Server, play: Callable[[Server], Response]
) -> None:
    server.script = lambda _number: play(server)
    server.endpoint = Endpoint(server.endpoint.base_url, "m", KEY)
    outcomes = server.run(*(make(str(number)) for number in range(6)))
    assert all(isinstance(outcome, Answered) for outcome in outcomes)
    probes = [a for a in server.asked if "Reply with JSON:" in a["messages"][0]["content"]]
    assert 1 <= len(probes) <= 3
    assert len(server.asked) == 1 + len(probes) + 6


def by_tools_else_a_fault(server: Server) -> Response:
    """As a server does that calls a way of asking that it does not know a fault of its own."""
    if "response_format" in server.asked[-1]:
        return Response("validation error: ('body', 'response_format', 'type')", status=500)
    return by_tools(server)


def test_a_refusal_that_comes_as_a_fault_of_the_server_is_one(server: Server) -> None:
    server.script = lambda _number: by_tools_else_a_fault(server)
    server.endpoint = Endpoint(server.endpoint.base_url, "m", KEY)
    outcomes = server.run(*(make(str(number)) for number in range(3)))
    assert all(isinstance(outcome, Answered) for outcome in outcomes)
    assert all("tools" in asked for asked in server.asked[-3:])


def test_a_model_that_calls_no_tool_is_asked_again(server: Server) -> None:
    server.endpoint = Endpoint(server.endpoint.base_url, "m", KEY, mode="tools")
    script = [said("The word is good."), called("Word", '{"word": "good"}')]
    server.script = lambda number: script[number]
    (outcome,) = server.run(make("a"))
    assert isinstance(outcome, Answered)
    assert len(outcome.violations) == 1


def newer(server: Server) -> Response:
    """Refuse as OpenAI's thinking models do."""
    asked = server.asked[-1]
    if "max_tokens" in asked:
        said = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead."
        )
        return refused(400, message=said, param="max_tokens", code="unsupported_parameter")
    if asked.get("temperature", 1) != 1:
        said = "Unsupported value: 'temperature' does not support 0 with this model."
        return refused(400, message=said, param="temperature", code="unsupported_value")
    return GOOD


def test_a_model_that_takes_neither_max_tokens_nor_temperature_is_asked_without(
    server: Server,
) -> None:
    server.script = lambda _number: newer(server)
    server.endpoint = Endpoint(server.endpoint.base_url, "m", KEY)
    outcomes = server.run(*(make(str(number)) for number in range(5)))
    assert all(isinstance(outcome, Answered) for outcome in outcomes)
    assert len(server.asked) == 2 + 5
    last = server.asked[-1]
    assert last["max_completion_tokens"] > make("a").max_tokens
    assert "strict" in last["response_format"]["json_schema"]


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
    busy = Slow("no", status=429, headers={"Retry-After": "0.01"})
    slow = Slow(GOOD.data, content_type="application/json")
    server.script = lambda number: busy if number < 4 else slow
    outcomes = server.run(*(make(str(number)) for number in range(30)), concurrency=4)
    assert all(isinstance(outcome, Answered) for outcome in outcomes)
    assert 1 < server.most <= 4


def test_requests_a_minute_are_kept_to(server: Server) -> None:
    started = time.monotonic()
    server.run(*(make(str(number)) for number in range(4)), concurrency=4, requests_per_minute=60)
    assert time.monotonic() - started >= 2.5


def test_tokens_a_minute_are_kept_to(server: Server) -> None:
    started = time.monotonic()
    server.run(*(make(str(number)) for number in range(3)), concurrency=3, tokens_per_minute=6000)
    assert time.monotonic() - started >= 1
