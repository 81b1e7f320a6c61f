"""An endpoint that lies, floods, drips or sends elsewhere: a fault of its item, or of itself."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from refiner.errors import EndpointError, UsageError
from refiner.llm.budget import Limits
from refiner.llm.choice import ModelChoice, check_url
from refiner.llm.dispatch import complete
from refiner.llm.endpoint import Endpoint
from refiner.llm.model import Abstained, Answered, Failed
from refiner.llm.open import remote
from refiner.llm.openai_api.batch import read_batch
from refiner.llm.openai_api.client import SIZE_BYTES_AT_MOST
from refiner.llm.openai_api.faults import redacted
from tests.llm.played import GOOD, HTML, KEY, Memory, Server, completion, make, refused, said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from werkzeug import Response

    from refiner.llm.model import Outcome, Request

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
QUICK = {"timeout_s": 1.0, "retry_s": 1.0}


@contextmanager
def raw(answer: Callable[[socket.socket, int], None]) -> Iterator[Endpoint]:
    """A server that answers each connection, by its order, with whatever bytes it likes."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for number in count():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection, number), daemon=True).start()

    def one(connection: socket.socket, number: int) -> None:
        with connection:
            try:
                connection.recv(1_000_000)
                answer(connection, number)
            except OSError:
                return

    serving = threading.Thread(target=serve, daemon=True)
    serving.start()
    port = listening.getsockname()[1]
    try:
        yield Endpoint(f"http://127.0.0.1:{port}/v1", "m", KEY, mode="json_schema")
    finally:
        # Closed alone, it would go on accepting, on whatever socket gets its number next.
        listening.shutdown(socket.SHUT_RDWR)
        serving.join()
        listening.close()


def ask(endpoint: Endpoint, *requests: Request, **limits: Any) -> list[Outcome]:  # noqa: ANN401 - limits
    outcomes: list[Outcome] = []
    own = Limits(**{"concurrency": 1, **QUICK, **limits})
    complete(requests, endpoint, Memory(), own, outcomes.append)
    return outcomes


def good() -> bytes:
    body = bytes(GOOD.data)
    return HEAD + f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


def flood(connection: socket.socket) -> int:
    """Send a body that never ends; how much was taken."""
    connection.sendall(HEAD + b"Connection: close\r\n\r\n")
    sent = 0
    while sent < 40 * SIZE_BYTES_AT_MOST:
        connection.sendall(b" " * 65536)
        sent += 65536
    return sent


def test_a_body_without_end_fails_its_item_and_is_not_read_on() -> None:
    taken = []

    def answer(connection: socket.socket, number: int) -> None:
        if number == 0:
            connection.sendall(good())
            return
        try:
            taken.append(flood(connection))
        except OSError:
            taken.append(0)

    with raw(answer) as endpoint:
        outcomes = ask(endpoint, make("a"), make("b"))
    assert isinstance(outcomes[0], Answered)
    assert isinstance(outcomes[1], Failed)
    assert outcomes[1].reason == "the answer has no end"
    assert taken in ([], [0])


def test_an_endpoint_that_only_floods_is_told_once() -> None:
    with (
        raw(lambda connection, _: void(flood(connection))) as endpoint,
        pytest.raises(EndpointError, match="answers without end"),
    ):
        ask(endpoint, *(make(key) for key in "abcdefgh"), concurrency=4)


def void(_value: object) -> None:
    """Only that it was sent counts."""


def test_a_body_that_drips_ends_with_the_whole_answer_s_time() -> None:
    def answer(connection: socket.socket, _number: int) -> None:
        connection.sendall(HEAD + b"Connection: close\r\n\r\n")
        for _ in range(200):
            connection.sendall(b" ")
            time.sleep(0.1)

    started = time.monotonic()
    with raw(answer) as endpoint, pytest.raises(EndpointError, match="can't be reached"):
        ask(endpoint, make("a"), timeout_s=0.5, retry_s=1)
    assert time.monotonic() - started < 10


def test_headers_that_drip_end_likewise() -> None:
    def answer(connection: socket.socket, _number: int) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in range(200):
            connection.sendall(f"X-{number}: y\r\n".encode())
            time.sleep(0.1)

    with raw(answer) as endpoint, pytest.raises(EndpointError):
        ask(endpoint, make("a"), timeout_s=0.5, retry_s=1)


def test_a_compressed_answer_is_refused_unread() -> None:
    body = b"\x1f\x8b" + bytes(100)
    head = HEAD + f"Content-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with (
        raw(lambda connection, _: connection.sendall(head + body)) as endpoint,
        pytest.raises(EndpointError, match="compressed"),
    ):
        ask(endpoint, make("a"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    met = []

    def elsewhere(connection: socket.socket, _number: int) -> None:
        met.append(1)
        connection.sendall(good())

    with raw(elsewhere) as other:

        def answer(connection: socket.socket, _number: int) -> None:
            head = f"HTTP/1.1 {status} Moved\r\nLocation: {other.base_url}/chat/completions\r\n"
            connection.sendall(f"{head}Content-Length: 0\r\n\r\n".encode())

        with raw(answer) as endpoint, pytest.raises(EndpointError, match="redirects elsewhere"):
            ask(endpoint, make("a"), make("b"))
    assert met == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_that_always_fails_stops_the_run_with_one_message(
    server: Server, status: int
) -> None:
    server.script = lambda _number: refused(status, message="later")
    started = time.monotonic()
    with pytest.raises(EndpointError, match="fails again and again"):
        server.run(*(make(key) for key in "abcdefgh"), retry_s=1)
    assert time.monotonic() - started < 20


def test_a_server_that_fails_for_good_after_a_while_stops_the_run(server: Server) -> None:
    server.script = lambda number: GOOD if number < 2 else refused(503, message="later")
    with pytest.raises(EndpointError, match="fails again and again"):
        server.run(*(make(key) for key in "abcdefgh"), retry_s=0.5)


DEEP = "[" * 50_000
USAGES = [
    "many",
    ["a"],
    {"prompt_tokens": "ten", "completion_tokens": [1], "total_tokens": None},
    {"prompt_tokens": 10**40, "completion_tokens": -5, "total_tokens": 1},
    {"prompt_tokens": True, "completion_tokens": 2.5, "prompt_tokens_details": "none"},
    {"prompt_tokens": 7, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": "x"}},
]


@pytest.mark.parametrize("usage", USAGES, ids=range(len(USAGES)))
def test_odd_usage_counts_for_nothing(server: Server, usage: object) -> None:
    body = {**json.loads(GOOD.data), "usage": usage}
    answer = completion({})
    answer.data = json.dumps(body)
    server.script = lambda _number: answer
    (outcome,) = server.run(make("a"))
    assert isinstance(outcome, Answered)
    assert outcome.usage.total in {0, 2, 8}


ODD: list[Response] = [
    said(f'{{"word": {DEEP}'),
    said('{"word": ' + "[" * 50_000 + "]" * 50_000 + "}"),
    completion({"content": 5}),
    completion({"content": ["good"]}),
    completion({"content": {"word": "good"}}),
]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_content_is_the_fault_of_its_item(server: Server, odd: Response) -> None:
    server.script = lambda number: GOOD if number == 0 else odd
    first, second = server.run(make("a"), make("b"), retry_s=0.5)
    assert isinstance(first, Answered)
    assert isinstance(second, Failed | Abstained)


def test_a_body_nested_fifty_thousand_deep_is_no_answer(server: Server) -> None:
    deep = completion({})
    deep.data = f'{{"choices": {DEEP}'
    server.script = lambda number: GOOD if number == 0 else deep
    first, second = server.run(make("a"), make("b"), retry_s=0.5)
    assert isinstance(first, Answered)
    assert isinstance(second, Failed)
    server.script = lambda _number: HTML
    with pytest.raises(EndpointError, match="not as an OpenAI-compatible"):
        server.run(make("c"), retry_s=0.5)


MESSAGES = [5, "text", None, ["good"], {"content": 7}, {}]


@pytest.mark.parametrize("message", MESSAGES, ids=range(len(MESSAGES)))
def test_an_odd_message_of_a_batch_fails_its_item(tmp_path: Path, message: object) -> None:
    lines = [
        {"custom_id": "a", "response": {"status_code": 200, "body": {"choices": [{"message": message}]}}},
        {"custom_id": "b", "response": {"status_code": [200], "body": 3}},
        {"custom_id": "c", "error": {"code": {"deep": 1}}},
    ]  # fmt: skip
    path = tmp_path / "results.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    store = Memory()
    plan = {key: make(key) for key in "abc"}
    assert read_batch(path, plan, store) == (0, 0, 3, 0)
    assert set(store.failures) == set("abc")


@pytest.mark.parametrize(
    "url",
    ["http://localhost:abc/v1", "http://[::1/v1", "http://localhost:99999/v1", "https:///v1", "http://:80/v1"],
)  # fmt: skip
def test_a_base_url_that_can_t_be_read_is_told(url: str) -> None:
    with pytest.raises(UsageError, match="base URL"):
        check_url(url, insecure=False)


def test_a_key_in_the_place_of_its_variable_s_name_is_not_shown() -> None:
    choice = ModelChoice("m", "https://example.org/v1", key_env=KEY)
    with pytest.raises(EndpointError) as caught:
        remote(choice)
    assert KEY not in f"{caught.value.message} {caught.value.hint}"


def test_a_key_that_ends_in_a_newline_serves(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", f"{KEY}\n")
    endpoint = remote(ModelChoice("m", server.endpoint.base_url))
    outcomes = ask(endpoint, make("a"))
    assert isinstance(outcomes[0], Answered)
    assert server.keys == [f"Bearer {KEY}"]


@pytest.mark.parametrize(
    "said",
    [f"wrong: {KEY}", f"Authorization: Bearer {KEY}", "Bearer sk-other-0123456789", "key-0123456789"],
)  # fmt: skip
def test_what_an_endpoint_echoes_of_a_key_is_left_out(said: str) -> None:
    told = redacted(said, KEY)
    assert KEY not in told
    assert "0123456789" not in told


def test_a_first_answer_is_kept_where_its_re_ask_failed_on_the_way(server: Server) -> None:
    store = Memory()
    script: list[Response] = [GOOD, said('{"word": "absent"}'), *[refused(503)] * 50]
    server.script = lambda number: script[number]
    first, second = server.run(make("a"), make("b"), store=store, retry_s=0.5)
    assert isinstance(first, Answered)
    assert isinstance(second, Failed)
    assert store.waiting["b"].answer == '{"word": "absent"}'
    assert store.waiting["b"].usage.total == 12
    asked = len(server.asked)
    server.script = lambda _number: GOOD
    (again,) = server.run(make("b"), store=store)
    assert isinstance(again, Answered)
    assert len(server.asked) == asked + 1
    assert server.asked[-1]["messages"][-2]["content"] == '{"word": "absent"}'
    assert again.usage.total == 24
