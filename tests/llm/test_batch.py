"""Plans as batch requests, results back past the same guards, and a server that runs batches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug import Response

from refiner.errors import UserError
from refiner.llm import batch
from refiner.llm.endpoint import Endpoint
from tests.llm.test_client import Memory, make

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_httpserver import HTTPServer


def result(key: str, content: str, **more: Any) -> str:  # noqa: ANN401 - whatever an engine writes
    choice = {"finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    body = {"choices": [choice], "usage": {"prompt_tokens": 7, "completion_tokens": 3}}
    line = {"custom_id": key, "response": {"status_code": 200, "body": body}, "error": None}
    return json.dumps({**line, **more})


def test_a_plan_is_one_request_a_line(tmp_path: Path) -> None:
    ((path, count),) = batch.write_batch(tmp_path / "plan.jsonl", [make("a"), make("b")], "m")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert count == len(lines) == 2
    assert [line["custom_id"] for line in lines] == ["a", "b"]
    assert lines[0]["method"] == "POST"
    assert lines[0]["url"] == "/v1/chat/completions"
    assert lines[0]["body"]["model"] == "m"
    assert lines[0]["body"]["messages"][0]["content"].startswith("a: good")


def test_a_plan_is_split_where_a_file_grows_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "REQUESTS_AT_MOST", 2)
    requests = [make(str(number)) for number in range(5)]
    files = list(batch.write_batch(tmp_path / "plan.jsonl", requests, "m"))
    assert [(path.name, count) for path, count in files] == [
        ("plan.jsonl", 2),
        ("plan-2.jsonl", 2),
        ("plan-3.jsonl", 1),
    ]
    monkeypatch.setattr(batch, "REQUESTS_AT_MOST", 50)
    monkeypatch.setattr(batch, "BYTES_AT_MOST", 600)
    files = list(batch.write_batch(tmp_path / "small.jsonl", requests, "m"))
    assert len(files) > 1
    assert all(path.stat().st_size <= 600 or count == 1 for path, count in files)


def test_results_pass_the_guards_and_the_rest_is_asked_again(tmp_path: Path) -> None:
    plan = {key: make(key) for key in ("good", "refused", "failed", "expired", "cut", "silent")}
    cut = {"finish_reason": "length", "message": {"content": '{"wo'}}
    path = tmp_path / "results.jsonl"
    path.write_text(
        "\n".join(
            [
                result("refused", '{"word": "bad"}'),
                result("good", '{"word": "good"}'),
                result("stranger", '{"word": "good"}'),
                result("failed", "", response={"status_code": 500, "body": {}}),
                result("expired", "", response=None, error={"code": "batch_expired"}),
                result("cut", "", response={"status_code": 200, "body": {"choices": [cut]}}),
                "",
            ]
        ),
        encoding="utf-8",
    )
    store = Memory()
    assert batch.read_batch(path, plan, store) == (1, 1, 3, 1)
    assert set(store.answers) == {"good"}
    assert store.answers["good"].usage.prompt_tokens == 7
    assert store.failures["expired"] == "transport: the batch says: batch_expired"
    assert "500" in store.failures["failed"]


def test_a_line_that_is_no_result_is_said_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    path.write_text(result("a", '{"word": "good"}') + "\nnot JSON\n", encoding="utf-8")
    store = Memory()
    with pytest.raises(UserError, match=r"results.jsonl:2"):
        batch.read_batch(path, {"a": make("a")}, store)
    assert set(store.answers) == {"a"}


def test_a_batch_is_submitted_watched_and_collected(tmp_path: Path, httpserver: HTTPServer) -> None:
    file = {"id": "file-1", "object": "file", "bytes": 1, "created_at": 1, "filename": "p.jsonl",
            "purpose": "batch", "status": "processed"}  # fmt: skip
    running = {
        "id": "batch-1", "object": "batch", "endpoint": "/v1/chat/completions", "status": "expired",
        "input_file_id": "file-1", "completion_window": "24h", "created_at": 1,
        "output_file_id": "out-1", "error_file_id": "errors-1",
        "request_counts": {"total": 3, "completed": 2, "failed": 1},
    }  # fmt: skip
    httpserver.expect_request("/v1/files", method="POST").respond_with_json(file)
    httpserver.expect_request("/v1/batches", method="POST").respond_with_json(running)
    httpserver.expect_request("/v1/batches/batch-1").respond_with_json(running)
    for name in ("out-1", "errors-1"):
        httpserver.expect_request(f"/v1/files/{name}/content").respond_with_response(
            Response(result(name, '{"word": "good"}'))
        )
    endpoint = Endpoint(httpserver.url_for("/v1"), "m", "none")
    plan = tmp_path / "plan.jsonl"
    list(batch.write_batch(plan, [make("out-1")], "m"))
    assert batch.submit([plan], endpoint) == ["batch-1"]
    assert batch.state("batch-1", endpoint) == "expired, 2 of 3, 1 failed"
    files = batch.collect("batch-1", tmp_path, endpoint)
    assert [path.name for path in files] == ["out-1.jsonl", "errors-1.jsonl"]
    store = Memory()
    assert batch.read_batch(files[0], {"out-1": make("out-1")}, store).taken == 1
