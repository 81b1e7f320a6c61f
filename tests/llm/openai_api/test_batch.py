"""Plans as batch requests, and results back past the same guards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from refiner.errors import UserError
from refiner.llm.openai_api import batch, batch_files
from tests.llm.played import Memory, make

if TYPE_CHECKING:
    from pathlib import Path

GOOD = '{"word": "good"}'
BAD = '{"word": "bad"}'


def result(key: str, content: str | None, finish: str = "stop", **message: Any) -> str:  # noqa: ANN401 - whatever an engine writes
    choice = {"finish_reason": finish, "message": {"content": content, **message}}
    usage = {
        "prompt_tokens": 7,
        "completion_tokens": 3,
        "prompt_tokens_details": {"cached_tokens": 4},
    }
    body = {"choices": [choice], "usage": usage}
    return line(key, {"status_code": 200, "body": body})


def line(key: str, response: Any, error: Any = None) -> str:  # noqa: ANN401 - likewise
    return json.dumps({"id": "x", "custom_id": key, "response": response, "error": error})


def read(path: Path, store: Memory, *lines: str) -> batch.BatchResult:
    path.write_text("\n".join((*lines, "")), encoding="utf-8")
    plan = {key: make(key) for key in "abcdefghij" if key not in store.answers}
    return batch.read_batch(path, plan, store)


def test_a_plan_is_one_request_a_line(tmp_path: Path) -> None:
    ((path, count),) = batch_files.write_batch(
        tmp_path / "plan.jsonl", [make("a"), make("b")], "m", Memory()
    )
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert count == len(lines) == 2
    assert [line["custom_id"] for line in lines] == ["a", "b"]
    assert lines[0]["method"] == "POST"
    assert lines[0]["url"] == "/v1/chat/completions"
    body = lines[0]["body"]
    assert body["model"] == "m"
    assert body["messages"][0]["content"].startswith("a: good")
    assert (body["max_tokens"], body["temperature"]) == (128, 0)
    assert body["response_format"]["json_schema"]["strict"] is True


def test_a_plan_is_split_where_a_file_grows_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_files, "REQUESTS_AT_MOST", 2)
    requests = [make(str(number)) for number in range(5)]
    files = list(batch_files.write_batch(tmp_path / "plan.jsonl", requests, "m", Memory()))
    assert [(path.name, count) for path, count in files] == [
        ("plan.jsonl", 2),
        ("plan-2.jsonl", 2),
        ("plan-3.jsonl", 1),
    ]
    monkeypatch.setattr(batch_files, "REQUESTS_AT_MOST", 50)
    monkeypatch.setattr(batch_files, "BYTES_AT_MOST", 1200)
    files = list(batch_files.write_batch(tmp_path / "small.jsonl", requests, "m", Memory()))
    assert 1 < len(files) < 5
    assert all(path.stat().st_size <= 1200 for path, _ in files)
    told = "".join(path.read_text(encoding="utf-8") for path, _ in files)
    assert [json.loads(line)["custom_id"] for line in told.splitlines()] == [*"01234"]


def test_results_pass_the_guards_in_any_order(tmp_path: Path) -> None:
    store = Memory()
    lines = (result("stranger", GOOD), result("b", BAD), result("a", GOOD))
    assert read(tmp_path / "r.jsonl", store, *lines) == (1, 1, 0, 1)
    assert set(store.answers) == {"a"}
    usage = store.answers["a"].usage
    assert (usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens) == (7, 4, 3)


FAILED = {
    "fault of the server": (
        line("a", {"status_code": 500, "body": {}}),
        "transport: the endpoint answered 500",
    ),
    "bad request": (
        line("a", {"status_code": 400, "body": {"error": {"code": "x"}}}),
        "bad_request: the endpoint answered 400",
    ),
    "too long": (
        line("a", {"status_code": 400, "body": {"error": {"code": "context_length_exceeded"}}}),
        "too_long: the item is too long for the model",
    ),
    "expired": (
        line("a", None, {"code": "batch_expired", "message": "This request could not be run"}),
        "transport: the batch says: batch_expired",
    ),
    "cut": (
        result("a", '{"wo', "length"),
        "truncated: the answer was cut at its longest",
    ),
    "refusal": (
        result("a", None, refusal="I can't help"),
        "refused: the model refused to answer",
    ),
    "filter": (
        result("a", None, "content_filter"),
        "refused: the endpoint's content filter held the answer back",
    ),
    "no answer": (line("a", {"status_code": 200}), "transport: the batch says: no answer"),
    "nothing": (line("a", None), "transport: the batch says: no answer"),
    "odd shapes": (
        line("a", {"status_code": 200, "body": {"choices": [None]}}),
        "transport: the batch says: no answer",
    ),
}


@pytest.mark.parametrize(("told", "failure"), FAILED.values(), ids=FAILED.keys())
def test_what_failed_is_kept_with_its_reason(tmp_path: Path, told: str, failure: str) -> None:
    store = Memory()
    assert read(tmp_path / "r.jsonl", store, told) == (0, 0, 1, 0)
    assert (store.answers, store.failures) == ({}, {"a": failure})
    assert read(tmp_path / "r.jsonl", store, result("a", GOOD)) == (1, 0, 0, 0)
    assert store.failures == {}


def test_what_the_guards_refuse_is_asked_again_with_their_complaint(tmp_path: Path) -> None:
    store = Memory()
    read(tmp_path / "r.jsonl", store, result("a", BAD))
    ((path, _),) = batch_files.write_batch(tmp_path / "plan.jsonl", [make("a")], "m", store)
    asked = json.loads(path.read_bytes())
    assert asked["custom_id"] == "a-2"
    question, answer, complaint = asked["body"]["messages"]
    assert question["content"].startswith("a: good")
    assert answer == {"role": "assistant", "content": BAD}
    assert "exact: copy the word" in complaint["content"]
    assert read(tmp_path / "r.jsonl", store, result("a", BAD)) == (0, 1, 0, 0)
    assert store.answers == {}
    assert read(tmp_path / "r.jsonl", store, result("a-2", GOOD)) == (1, 0, 0, 0)
    assert store.answers["a"].violations == ("exact: copy the word",)
    assert store.answers["a"].usage.prompt_tokens == 14


def test_what_the_guards_refuse_twice_is_asked_no_more(tmp_path: Path) -> None:
    store = Memory()
    read(tmp_path / "r.jsonl", store, result("a", BAD))
    assert read(tmp_path / "r.jsonl", store, result("a-2", BAD)) == (0, 1, 0, 0)
    assert store.answers["a"].answer == ""
    assert len(store.answers["a"].violations) == 2


def test_a_result_that_comes_twice_counts_once(tmp_path: Path) -> None:
    store = Memory()
    lines = (result("a", GOOD), result("a", GOOD), line("a", {"status_code": 500, "body": {}}))
    read(tmp_path / "r.jsonl", store, *lines)
    assert (set(store.answers), store.failures) == ({"a"}, {})


@pytest.mark.parametrize("odd", ["not JSON", "[]", '{"id": 1}', '{"custom_id": 3}'])
def test_a_line_that_is_no_result_is_said_with_its_place(tmp_path: Path, odd: str) -> None:
    store = Memory()
    with pytest.raises(UserError, match=r"r.jsonl:2"):
        read(tmp_path / "r.jsonl", store, result("a", GOOD), odd)
    assert set(store.answers) == {"a"}


def test_a_file_that_can_t_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_bytes(result("a", GOOD).encode() + b"\n\xff\n")
    for name in ("none.jsonl", "bad.jsonl"):
        with pytest.raises(UserError, match=name):
            batch.read_batch(tmp_path / name, {"a": make("a")}, Memory())
