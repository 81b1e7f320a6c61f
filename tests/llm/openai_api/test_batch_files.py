"""Plans of any size in folders that are resumed by key, and results from many files."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

import pytest

from refiner.errors import UserError
from refiner.llm.openai_api import batch_files
from refiner.llm.openai_api.batch_files import read_results, result_files, write_batch
from tests.llm.openai_api.test_batch import BAD, GOOD, line, result
from tests.llm.played import Memory, make

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from refiner.llm.model import Request


def keys(folder: Path) -> dict[str, list[str]]:
    """The `custom_id`s of each file of a plan."""
    return {
        path.name: [json.loads(line)["custom_id"] for line in path.read_text().splitlines()]
        for path in batch_files.request_files(folder)
    }


def requests(names: str, asked: list[str] | None = None) -> Iterator[Request]:
    for name in names:
        if asked is not None:
            asked.append(name)
        yield make(name)


def test_a_folder_gets_numbered_files_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_files, "REQUESTS_AT_MOST", 2)
    asked: list[str] = []
    files = write_batch(tmp_path / "plan", requests("abcde", asked), "m", Memory())
    assert next(files) == (tmp_path / "plan" / "requests-00001.jsonl", 2)
    assert asked == [*"abc"]  # a file is told once it is full
    assert [count for _, count in files] == [2, 1]
    assert keys(tmp_path / "plan") == {
        "requests-00001.jsonl": ["a", "b"],
        "requests-00002.jsonl": ["c", "d"],
        "requests-00003.jsonl": ["e"],
    }


def test_a_folder_is_resumed_by_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_files, "REQUESTS_AT_MOST", 2)
    folder = tmp_path / "plan"
    killed = write_batch(folder, requests("abcd"), "m", Memory())
    next(killed)
    killed.close()  # type: ignore[attr-defined]  # a generator
    assert [path.name for path in folder.iterdir()] == ["requests-00001.jsonl"]
    list(write_batch(folder, requests("abcd"), "m", Memory()))
    assert keys(folder) == {"requests-00001.jsonl": ["a", "b"], "requests-00002.jsonl": ["c", "d"]}
    assert list(write_batch(folder, requests("abcd"), "m", Memory())) == []


def test_what_was_refused_or_failed_since_is_written_again(tmp_path: Path) -> None:
    folder, store = tmp_path / "plan", Memory()
    ((path, _),) = write_batch(folder, requests("abc"), "m", store)
    os.utime(path, (1000, 1000))
    read_results([written(tmp_path, result("a", BAD))], requests("abc"), store)
    list(write_batch(folder, requests("abc"), "m", store, {"b": 1001.0, "c": 999.0}))
    assert keys(folder)["requests-00002.jsonl"] == ["a-2", "b"]
    later = time.time() - 3600
    assert list(write_batch(folder, requests("abc"), "m", store, {"b": later})) == []


def test_a_folder_that_can_t_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file.jsonl").write_text("")
    with pytest.raises(UserError, match="can't be written"):
        list(write_batch(tmp_path / "file.jsonl" / "plan", requests("a"), "m", Memory()))


def written(folder: Path, *lines: str, name: str = "results.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join((*lines, "")), encoding="utf-8")
    return path


def test_results_of_many_files_are_taken_in_the_order_of_the_plan(tmp_path: Path) -> None:
    store = Memory()
    again = written(tmp_path, result("a-2", GOOD), result("x", GOOD), name="1.jsonl")
    first = written(
        tmp_path, result("a", BAD), line("b", None), result("b", GOOD), result("c", GOOD)
    )
    asked: list[str] = []
    read = read_results([again, first], requests("cbazzz", asked), store)
    assert read.result == (3, 1, 1, 1)
    assert (read.before, read.problems) == (0, ())
    assert set(store.answers) == {*"abc"}
    assert store.answers["a"].violations == ("exact: copy the word",)
    read = read_results([again, first], requests("cbazzz"), store)
    assert (read.result, read.before) == ((0, 0, 0, 1), 5)


def test_planning_ends_when_no_result_is_left(tmp_path: Path) -> None:
    asked: list[str] = []
    path = written(tmp_path, result("b", GOOD))
    assert read_results([path], requests("abcdef", asked), Memory()).result.taken == 1
    assert asked == [*"ab"]
    asked.clear()
    read_results([written(tmp_path, "")], requests("abc", asked), Memory())
    assert asked == []


def test_a_torn_line_does_not_keep_the_others_back(tmp_path: Path) -> None:
    store = Memory()
    torn = written(tmp_path, result("a", GOOD), result("b", GOOD)[:40], "\ud83d".encode(
        "utf-8", "surrogatepass").decode("latin-1"), result("c", GOOD))  # fmt: skip
    read = read_results([torn, tmp_path / "none.jsonl"], requests("abc"), store)
    assert set(store.answers) == {"a", "c"}
    assert [problem.message.partition("`")[2].partition("`")[0] for problem in read.problems] == [
        f"{torn}:2",
        f"{torn}:3",
        f"{tmp_path / 'none.jsonl'}",
    ]


def test_a_name_that_is_no_key_is_unknown(tmp_path: Path) -> None:
    odd = '{"custom_id": "\\ud83d", "response": null}'
    assert read_results([written(tmp_path, odd)], requests("a"), Memory()).result == (0, 0, 0, 1)


def test_more_files_than_may_be_open_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_files, "OPEN_AT_MOST", 2)
    for name in "abcdef":
        written(tmp_path, result(name, GOOD), name=f"{name}.jsonl")
    written(tmp_path, "{}", name="requests-00001.jsonl")
    store = Memory()
    read = read_results(result_files([tmp_path]), requests("fabcde"), store)
    assert read.result.taken == 6
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="holds no results"):
        result_files([tmp_path / "empty"])
