"""How long a run will take is told from what it did so far."""

from __future__ import annotations

import pytest

from refiner.llm.model import Answered, Failed, Message, Outcome, Request, Usage
from refiner.pipeline.forecast import Forecast
from tests.llm.played import Word


def make(number: int, letters: int = 360, task: str = "question", stable: int = 3600) -> Request:
    messages = (Message("system", "s" * stable), Message("user", "x" * letters))
    return Request(f"{task}{number}", task, f"{task}@1", "m", messages, Word, max_tokens=60)


def answered(request: Request, seconds: float) -> Outcome:
    usage = Usage(prompt_tokens=1100, cached_tokens=1000, completion_tokens=20)
    return Answered(request, Word.model_construct(word="x"), usage, seconds, is_cached=False)


def test_before_the_first_answer_nothing_is_known() -> None:
    state = Forecast([make(1)]).now("question")
    assert (state.done, state.total, state.seconds_left, state.tokens_per_s) == (0, 1, None, None)


def test_what_is_left_takes_as_long_as_what_was_done() -> None:
    requests = [make(number) for number in range(10)]
    forecast = Forecast(requests)
    for request in requests[:4]:
        forecast.ended(answered(request, 3.0))
    state = forecast.now("question")
    assert (state.done, state.total) == (4, 10)
    assert state.seconds_left == pytest.approx(18.0)
    assert state.tokens_per_s == pytest.approx(40.0)


def test_a_longer_item_takes_longer() -> None:
    long = make(9, letters=360 + 360 + 180)  # 250 tokens to read, and an answer worth 50
    forecast = Forecast([make(1), long])
    forecast.ended(answered(make(1), 3.0))
    assert forecast.now("question").seconds_left == pytest.approx(6.0)


def test_a_prompt_that_the_model_has_not_read_is_reckoned_with() -> None:
    requests = [make(1), make(2), make(3, task="cloze")]
    forecast = Forecast(requests, lambda _request: False)
    forecast.ended(answered(make(1), 3.0))
    assert forecast.now("question").seconds_left == pytest.approx(6.0 + 20.0)
    forecast.ended(answered(make(3, task="cloze"), 3.0))
    assert forecast.now("cloze").seconds_left == pytest.approx(3.0)


def test_a_slower_machine_counts_more_than_a_fast_past() -> None:
    requests = [make(number) for number in range(200)]
    forecast = Forecast(requests)
    for request in requests[:50]:
        forecast.ended(answered(request, 1.0))
    for request in requests[50:150]:
        forecast.ended(answered(request, 4.0))
    left = forecast.now("question").seconds_left
    assert left is not None
    assert left > 0.9 * 50 * 4.0


def test_a_failure_ends_a_request_and_tells_nothing_of_its_pace() -> None:
    forecast = Forecast([make(1), make(2)])
    forecast.ended(Failed(make(1), "limit", "--max-requests is reached"))
    assert (forecast.now("question").done, forecast.now("question").seconds_left) == (1, None)


def test_requests_at_once_have_no_forecast() -> None:
    forecast = Forecast([make(1), make(2)], is_timed=False)
    forecast.ended(answered(make(1), 3.0))
    assert forecast.now("question").seconds_left is None
