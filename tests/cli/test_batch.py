"""`refiner batch` against a server that runs batches, and against ones that do not."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug import Request, Response

from refiner.llm.openai_api import batch_files
from tests.llm.openai_api.test_faults import free_port
from tests.llm.played import KEY, refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_httpserver import HTTPServer

    from tests.llm.fixtures import Refiner


class Engine:
    """Runs what is uploaded when its state is asked for; `answer` makes each result."""

    def __init__(self, server: HTTPServer, answer: Callable[[dict[str, Any]], Any]) -> None:
        self.answer = answer
        self.plans: list[list[dict[str, Any]]] = []
        self.keys: set[str] = set()
        self.status = "completed"
        server.expect_request("/v1/files", method="POST").respond_with_handler(self._upload)
        server.expect_request("/v1/batches", method="POST").respond_with_handler(self._start)
        server.expect_request(re.compile("/v1/batches/.+")).respond_with_handler(self._state)
        server.expect_request(re.compile("/v1/files/.+/content")).respond_with_handler(self._give)

    def _upload(self, request: Request) -> Response:
        self.keys.add(request.headers["Authorization"])
        assert request.form["purpose"] == "batch"
        lines = request.files["file"].read().splitlines()
        self.plans.append([json.loads(line) for line in lines])
        return _json(id=f"file-{len(self.plans)}", object="file", bytes=1, created_at=1,
                     filename="p.jsonl", purpose="batch", status="processed")  # fmt: skip

    def _start(self, request: Request) -> Response:
        asked = json.loads(request.data)
        assert (asked["endpoint"], asked["completion_window"]) == ("/v1/chat/completions", "24h")
        return self._batch(int(asked["input_file_id"].removeprefix("file-")))

    def _state(self, request: Request) -> Response:
        number = request.path.rpartition("batch-")[2]
        if not number.isdigit() or int(number) > len(self.plans):
            return refused(404, message="No batch found")
        return self._batch(int(number))

    def _batch(self, number: int) -> Response:
        results = [self.answer(line) for line in self.plans[number - 1]]
        failed = sum(result["error"] is not None for result in results)
        done = self.status != "in_progress"
        return _json(
            id=f"batch-{number}", object="batch", endpoint="/v1/chat/completions",
            status=self.status, input_file_id=f"file-{number}", completion_window="24h",
            created_at=1, output_file_id=f"out-{number}" if done else None,
            error_file_id=f"errors-{number}" if done and failed else None,
            request_counts={
                "total": len(results), "completed": len(results) - failed, "failed": failed,
            },
        )  # fmt: skip

    def _give(self, request: Request) -> Response:
        kind, number = request.path.split("/")[3].split("-")
        results = [self.answer(line) for line in self.plans[int(number) - 1]]
        wanted = [r for r in results if (r["error"] is not None) == (kind == "errors")]
        return Response("".join(json.dumps(result) + "\n" for result in reversed(wanted)))


def _json(**body: Any) -> Response:  # noqa: ANN401 - JSON values
    return Response(json.dumps(body), content_type="application/json")


def gauge(line: dict[str, Any]) -> int:
    """Which card a line asks about."""
    asked = " ".join(m["content"] for m in line["body"]["messages"])
    return int(re.findall(r"[Gg]auge (\d+)", asked)[0])


def answered(line: dict[str, Any], question: str, **choice: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    message = {"role": "assistant", "content": json.dumps({"questions": [question]})}
    body = {
        "choices": [{"finish_reason": "stop", "message": message, **choice}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5},
    }
    response = {"status_code": 200, "body": body}
    return {"custom_id": line["custom_id"], "response": response, "error": None}


def failed(line: dict[str, Any], code: str) -> dict[str, Any]:
    return {"custom_id": line["custom_id"], "response": None, "error": {"code": code}}


def test_a_plan_is_run_as_batches_until_nothing_is_left(
    refiner: Refiner,
    httpserver: HTTPServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batch_files, "REQUESTS_AT_MOST", 3)
    at = ("--model", "m", "--base-url", httpserver.url_for("/v1"))

    def first(line: dict[str, Any]) -> dict[str, Any]:
        number = gauge(line)
        good = f"What does gauge {number} of a river measure at noon?"
        return {
            0: answered(line, good),
            1: answered(line, "What is on the figure of the moon?"),
            2: failed(line, "batch_expired"),
            3: answered(line, good, finish_reason="length"),
            4: answered(line, good),
        }[number]

    engine = Engine(httpserver, first)
    code, _, said = refiner("refine", "--task", "question", "--batch-out", "plan.jsonl", *at)
    assert (code, said) == (0, "plan.jsonl: 3 requests\nplan-2.jsonl: 2 requests\n")
    code, out, _ = refiner("batch", "submit", "plan.jsonl", "plan-2.jsonl", *at)
    assert (code, out) == (0, "batch-1\nbatch-2\n")
    assert engine.keys == {f"Bearer {KEY}"}
    engine.status = "in_progress"
    code, out, said = refiner("batch", "collect", "batch-1", *at)
    assert (code, out) == (0, "")
    assert "no results yet" in said
    engine.status = "expired"
    assert refiner("batch", "status", "batch-1", "batch-2", *at)[1] == (
        "batch-1: expired, 2 of 3, 1 failed\nbatch-2: expired, 2 of 2, 0 failed\n"
    )
    told = json.loads(refiner("batch", "status", "batch-1", "--json", *at)[1])
    assert (told["status"], told["total"], told["failed"]) == ("expired", 3, 1)
    _, out, _ = refiner("batch", "collect", "batch-1", "batch-2", "--folder", "results", *at)
    files = out.splitlines()
    assert [name.rpartition("/")[2] for name in files] == [
        "out-1.jsonl", "errors-1.jsonl", "out-2.jsonl",
    ]  # fmt: skip
    read = [refiner("batch", "read", name, *at)[2].partition(";")[0] for name in files]
    assert read == [
        "took 1, refused by guards 1, failed 0, not in the plan 0",
        "took 0, refused by guards 0, failed 1, not in the plan 0",
        "took 1, refused by guards 0, failed 1, not in the plan 0",
    ]

    refiner("refine", "--task", "question", "--batch-out", "second.jsonl", *at)
    lines = [json.loads(line) for line in (tmp_path / "second.jsonl").read_bytes().splitlines()]
    assert {gauge(line): line["custom_id"].endswith("-2") for line in lines} == {
        1: True, 2: False, 3: False,
    }  # fmt: skip
    engine.answer = lambda line: answered(line, f"What does gauge {gauge(line)} measure at noon?")
    refiner("batch", "submit", "second.jsonl", *at)
    _, out, _ = refiner("batch", "collect", "batch-3", *at)
    assert "took 3" in refiner("batch", "read", out.strip(), *at)[2]
    code, _, said = refiner("refine", "--task", "question", "--batch-out", "third.jsonl", *at)
    assert said == "third.jsonl: 0 requests\n"
    code, _, said = refiner("refine", "--task", "question", *at)
    assert "proposals 5" in said
    assert "requests 0 (answered before 5)" in said
    spent = [json.loads(line) for line in refiner("status", "--json")[1].splitlines()][-1]
    assert (spent["task"], spent["model"], spent["requests"]) == ("question", "m", 5)


def test_results_of_another_model_are_said_to_be(refiner: Refiner, httpserver: HTTPServer) -> None:
    at = ("--base-url", httpserver.url_for("/v1"))
    Engine(httpserver, lambda line: answered(line, "What does it measure at noon?"))
    refiner("refine", "--task", "question", "--batch-out", "plan.jsonl", "--model", "m", *at)
    refiner("batch", "submit", "plan.jsonl", "--model", "m", *at)
    name = refiner("batch", "collect", "batch-1", "--model", "m", *at)[1].strip()
    code, _, said = refiner("batch", "read", name, "--model", "other", *at)
    assert code == 0
    assert "not in the plan 5" in said
    assert "asked of the model `other`" in said


COMMANDS = (("status", "batch-1"), ("collect", "batch-1"), ("submit", "plan.jsonl"))


@pytest.mark.parametrize("command", COMMANDS, ids=[words[0] for words in COMMANDS])
@pytest.mark.parametrize(
    ("response", "said"),
    [
        (refused(404, message="no such"), "does not know"),
        (refused(401, message=f"Incorrect API key: {KEY}"), "refuses the key (401)"),
        (refused(400, message="bad file"), "refuses the"),
        (Response("<html>", content_type="text/html"), "not as an OpenAI-compatible endpoint"),
    ],
    ids=["404", "401", "400", "a web page"],
)
def test_what_goes_wrong_at_the_endpoint_is_an_error_that_explains(
    refiner: Refiner,
    httpserver: HTTPServer,
    tmp_path: Path,
    command: tuple[str, ...],
    response: Response,
    said: str,
) -> None:
    httpserver.expect_request(re.compile("/v1/.+")).respond_with_handler(lambda _request: response)
    (tmp_path / "plan.jsonl").write_text("{}\n")
    at = ("--model", "m", "--base-url", httpserver.url_for("/v1"))
    code, out, told = refiner("batch", *command, *at)
    assert (code, out) == (1, "")
    assert told.startswith("error: ")
    assert said in told


@pytest.mark.parametrize("command", COMMANDS, ids=[words[0] for words in COMMANDS])
def test_a_server_that_is_down_is_an_error_that_explains(
    refiner: Refiner, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "plan.jsonl").write_text("{}\n")
    url = f"http://127.0.0.1:{free_port()}/v1"
    code, _, told = refiner("batch", *command, "--model", "m", "--base-url", url)
    assert code == 1
    assert "can't be reached" in told


def test_files_that_hold_no_request_are_not_sent(refiner: Refiner, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_bytes(b"")
    at = ("--model", "m", "--base-url", "http://127.0.0.1:9/v1")
    assert "holds no request" in refiner("batch", "submit", "empty.jsonl", *at)[2]
    assert "is not a file" in refiner("batch", "submit", "none.jsonl", *at)[2]


def test_batches_need_an_endpoint(refiner: Refiner) -> None:
    code, _, told = refiner("batch", "status", "batch-1")
    assert code == 2
    assert "--base-url" in told


def test_a_folder_of_plans_comes_back_as_a_folder_of_results(
    refiner: Refiner, httpserver: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_files, "REQUESTS_AT_MOST", 3)
    at = ("--model", "m", "--base-url", httpserver.url_for("/v1"))
    Engine(httpserver, lambda line: answered(line, f"What does gauge {gauge(line)} measure?"))
    plan = ("refine", "--task", "question", "--batch-out", "plan", *at)
    assert refiner(*plan)[2] == (
        "plan/requests-00001.jsonl: 3 requests\nplan/requests-00002.jsonl: 2 requests\n"
        "5 requests written, 0 stand in files that were there, 0 answered or asked already\n"
    )
    assert refiner(*plan)[2].startswith("0 requests written, 5 stand in files that were there")
    assert refiner("batch", "submit", "plan", *at)[1] == "batch-1\nbatch-2\n"
    refiner("batch", "collect", "batch-1", "batch-2", "--folder", "results", *at)
    code, _, told = refiner("batch", "read", "results", ".", *at)
    assert (code, told.partition(";")[0]) == (
        0, "took 5, refused by guards 0, failed 0, not in the plan 0",
    )  # fmt: skip
    files = sorted(map(str, (tmp_path / "results").iterdir()))
    assert "not in the plan 0, answered before 5;" in refiner("batch", "read", *files, *at)[2]
    assert refiner(*plan)[2].endswith(", 5 answered or asked already\n")
