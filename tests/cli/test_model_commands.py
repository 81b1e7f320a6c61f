"""What a person sees of the model stage: money, limits, failures, secrets, `doctor`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from werkzeug import Response

from tests.llm.openai_api.test_faults import free_port
from tests.llm.played import KEY, completion, refused, said

if TYPE_CHECKING:
    from pathlib import Path

    from tests.llm.fixtures import Refiner
    from tests.llm.played import Server


def question(server: Server) -> Response:
    """A good question about the card that was asked about last."""
    asked = " ".join(message["content"] for message in server.asked[-1]["messages"])
    number = re.findall(r"[Gg]auge (\d+)", asked)[0]
    return said(
        json.dumps({"questions": [f"What does gauge {number} of a river measure at noon?"]})
    )


@pytest.fixture
def at(server: Server) -> tuple[str, ...]:
    server.script = lambda _number: question(server)
    return ("--model", "m", "--base-url", server.endpoint.base_url)


ONLY = ("refine", "--task", "question")


def priced(folder: Path, *, per_million: float) -> None:
    text = f'prices = {{ "m" = {{ input = {per_million}, output = {per_million} }} }}\n'
    (folder / "refiner.toml").write_text(text, encoding="utf-8")


def test_tokens_and_cost_are_told_by_task_and_model(
    refiner: Refiner, at: tuple[str, ...], tmp_path: Path
) -> None:
    priced(tmp_path, per_million=100)
    code, _, told = refiner(*ONLY, *at)
    assert code == 0
    assert re.search(r"question +5 +5 +50 +10 +0\.0060\n", told), told
    assert "tokens 50 in, 10 out" in told
    assert "cost 0.0060 USD" in told
    _, out, _ = refiner("status")
    assert re.search(r"question +m +5 +50 +0 +10 +0\.0060\n", out), out
    rows = [json.loads(line) for line in refiner("status", "--json")[1].splitlines()]
    assert rows[-1] == {
        "task": "question", "model": "m", "requests": 5, "prompt_tokens": 50, "cached_tokens": 0,
        "completion_tokens": 10, "cost_usd": 0.006,
    }  # fmt: skip


def test_the_plan_is_told_and_nothing_sent(
    refiner: Refiner, at: tuple[str, ...], server: Server, tmp_path: Path
) -> None:
    priced(tmp_path, per_million=100)
    code, out, _ = refiner(*ONLY, "--dry-run", *at)
    assert code == 0
    assert re.search(r"question +5 +5 +0 +[\d,]+ +[\d,]+ +0\.\d+\n", out), out
    assert server.asked == []


def test_a_limit_of_cost_needs_a_price(
    refiner: Refiner, at: tuple[str, ...], server: Server
) -> None:
    code, _, told = refiner(*ONLY, "--max-cost", "1", *at)
    assert code == 2
    assert "no price is known for `m`" in told
    assert server.asked == []


def test_what_a_limit_leaves_is_told_and_done_by_the_next_run(
    refiner: Refiner, at: tuple[str, ...], server: Server
) -> None:
    code, _, told = refiner(*ONLY, "--max-requests", "2", *at)
    assert code == 0
    assert "failed 3 (the next run asks again)" in told
    assert "--max-requests is reached" in told
    assert len(server.asked) == 2
    refiner(*ONLY, *at)
    assert len(server.asked) == 5
    refiner(*ONLY, "--fresh", *at)
    assert len(server.asked) == 5


def test_retry_failed_asks_only_what_failed(
    refiner: Refiner, at: tuple[str, ...], server: Server, tmp_path: Path
) -> None:
    def one_fails(number: int) -> Response:
        return refused(400, code="content_filter") if number == 1 else question(server)

    server.script = one_fails
    assert "failed 1" in refiner(*ONLY, *at)[2]
    page = tmp_path / "pages" / "More.md"
    page.write_text("- About pumps #car\n\t- Pumps lift the water of the river.\n")
    server.script = lambda _number: question(server)
    refiner(*ONLY, "--retry-failed", *at)
    assert len(server.asked) == 6
    assert "gauge" in json.dumps(server.asked[-1]).lower()


@pytest.mark.parametrize("status", [400, 401, 500])
def test_the_key_stands_in_no_output_and_no_ledger(
    refiner: Refiner,
    at: tuple[str, ...],
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
) -> None:
    monkeypatch.setenv("REFINER_RETRY_S", "0.1")
    server.script = lambda _number: refused(status, message=f"Incorrect API key provided: {KEY}")
    code, _, told = refiner(*ONLY, *at)
    assert code == (1 if status in {401, 500} else 0)
    assert str(status) in told
    refiner("status")
    refiner("doctor", *at)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path


INSECURE = {
    "plain HTTP elsewhere": "http://example.org/v1",
    "a key in the URL": "https://me:secret@example.org/v1",
    "a key in the query": "https://example.org/v1?api-key=secret",
    "no URL": "ftp://example.org/v1",
}


@pytest.mark.parametrize("url", INSECURE.values(), ids=INSECURE.keys())
@pytest.mark.parametrize("command", [ONLY, ("doctor",), ("batch", "status", "x")])
def test_a_url_that_would_give_secrets_away_is_refused(
    refiner: Refiner, url: str, command: tuple[str, ...]
) -> None:
    code, out, told = refiner(*command, "--model", "m", "--base-url", url)
    assert code in {1, 2}
    assert "secret" not in out + told


def test_plain_http_elsewhere_needs_a_word(refiner: Refiner) -> None:
    words = ("batch", "status", "x", "--model", "m", "--base-url", "http://192.0.2.1:9/v1")
    assert "--insecure" in refiner(*words)[2]


def test_a_missing_key_is_said_before_anything_is_sent(
    refiner: Refiner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    code, _, told = refiner(*ONLY, "--model", "m", "--base-url", "https://example.org/v1")
    assert code == 1
    assert "`OPENAI_API_KEY` holds no key" in told


def test_doctor_tells_speed_and_structured_mode(
    refiner: Refiner, at: tuple[str, ...], server: Server
) -> None:
    def by_json(_number: int) -> Response:
        asked = server.asked[-1]
        if "tools" in asked or asked.get("response_format", {}).get("type") == "json_schema":
            return refused(400, message="unknown field")
        return said('{"answer": "yes"}')

    server.script = by_json
    code, out, _ = refiner("doctor", *at)
    assert code == 0, out
    assert re.search(r"ok    model: `m` answers: [\d.]+ tokens/s, structured answers by json", out)


def test_doctor_asks_as_the_model_wants(
    refiner: Refiner, at: tuple[str, ...], server: Server
) -> None:
    def newer(_number: int) -> Response:
        asked = server.asked[-1]
        if "max_tokens" in asked:
            return refused(400, param="max_tokens", code="unsupported_parameter")
        if "temperature" in asked:
            return refused(400, param="temperature", code="unsupported_value")
        return said('{"answer": "yes"}')

    server.script = newer
    code, out, _ = refiner("doctor", *at)
    assert code == 0, out
    assert "by json_schema" in out


WRONG = {
    "wrong key": (refused(401, message="no"), "refuses the key (401)"),
    "unknown model": (refused(404, message="no"), "knows no model `m`"),
    "a web page": (Response("<html>", content_type="text/html"), "not as an OpenAI-compatible"),
    "no choices": (completion({}, "stop"), "structured answers by json"),
}


@pytest.mark.parametrize(("response", "told"), WRONG.values(), ids=WRONG.keys())
def test_doctor_tells_what_is_wrong(
    refiner: Refiner, at: tuple[str, ...], server: Server, response: Response, told: str
) -> None:
    server.script = lambda _number: response
    code, out, _ = refiner("doctor", *at)
    assert told in out
    assert code == (0 if "by json" in told else 1)


def test_doctor_tells_that_nobody_is_there(refiner: Refiner) -> None:
    url = f"http://127.0.0.1:{free_port()}/v1"
    code, out, _ = refiner("doctor", "--model", "m", "--base-url", url)
    assert code == 1
    assert "can't be reached" in out
