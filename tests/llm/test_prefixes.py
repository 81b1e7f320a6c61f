"""What the embedded model has read of its prompts is read once, and nothing else is kept."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug import Request as WebRequest
from werkzeug import Response

from refiner.llm.model import Message, Request
from refiner.llm.prefixes import KEPT_AT_MOST, Prefixes
from tests.llm.played import Word

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_httpserver import HTTPServer


class Llama:
    """Plays llama.cpp's server: what it was asked, and the files that it writes."""

    def __init__(self, server: HTTPServer, folder: Path) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.refuses: set[str] = set()
        self.folder = folder
        self.url = server.url_for("").rstrip("/")
        server.expect_request("/v1/chat/completions").respond_with_handler(self._answer)
        server.expect_request("/slots/0").respond_with_handler(self._answer)

    def _answer(self, request: WebRequest) -> Response:
        action = request.args.get("action", "read")
        body = json.loads(request.data)
        self.asked.append((action, body))
        if action in self.refuses:
            return Response("no", status=400)
        if action == "save":
            (self.folder / body["filename"]).write_text("kv", encoding="utf-8")
        return Response("{}", content_type="application/json")

    @property
    def actions(self) -> list[str]:
        return [action for action, _ in self.asked]

    def prefixes(self) -> Prefixes:
        return Prefixes(self.folder, self.url, "key", "weights")


@pytest.fixture
def llama(httpserver: HTTPServer, tmp_path: Path) -> Llama:
    return Llama(httpserver, tmp_path / "prefixes")


def make(item: str, system: str = "You ask.") -> Request:
    stable = (Message("system", system), Message("user", "a"), Message("assistant", "b"))
    messages = (*stable, Message("user", item))
    return Request(item, "question", "question@1", "m", messages, Word)


def enter(prefixes: Prefixes, *requests: Request) -> None:
    for request in requests:
        asyncio.run(prefixes.enter(request))


def test_a_stable_part_is_read_once_for_all_items(llama: Llama) -> None:
    enter(llama.prefixes(), make("one"), make("two"))
    assert llama.actions == ["read", "save"]


def test_a_later_run_takes_it_from_disk(llama: Llama) -> None:
    enter(llama.prefixes(), make("one"))
    later = llama.prefixes()
    assert later.holds(make("two"))
    enter(later, make("two"))
    assert llama.actions == ["read", "save", "restore"]
    assert llama.asked[2][1] == {"filename": next(llama.folder.iterdir()).name}


def test_nothing_of_an_item_is_kept(llama: Llama) -> None:
    enter(llama.prefixes(), make("a secret"))
    assert "secret" not in json.dumps(llama.asked)


def test_another_prompt_or_model_is_read_anew(llama: Llama) -> None:
    prefixes = llama.prefixes()
    enter(prefixes, make("one"), make("one", "You hide."), make("two"))
    assert llama.actions == ["read", "save", "read", "save", "restore"]
    assert not Prefixes(llama.folder, llama.url, "key", "other weights").holds(make("one"))


def test_what_can_t_be_taken_back_is_read_anew(llama: Llama) -> None:
    enter(llama.prefixes(), make("one"))
    llama.refuses = {"restore"}
    enter(llama.prefixes(), make("one"))
    assert llama.actions == ["read", "save", "restore", "read", "save"]


@pytest.mark.parametrize("step", ["read", "save"])
def test_what_can_t_be_kept_stops_nothing(llama: Llama, step: str) -> None:
    llama.refuses = {step}
    prefixes = llama.prefixes()
    enter(prefixes, make("one"), make("two"))
    assert llama.actions == ["read", "save"][: ["read", "save"].index(step) + 1]
    assert not llama.folder.exists() or not list(llama.folder.iterdir())


def test_a_server_that_is_gone_stops_nothing(tmp_path: Path) -> None:
    enter(Prefixes(tmp_path, "http://127.0.0.1:9", "key", "weights"), make("one"))


def test_the_oldest_make_room(llama: Llama) -> None:
    prefixes = llama.prefixes()
    enter(prefixes, *(make("one", f"Prompt {number}.") for number in range(KEPT_AT_MOST + 3)))
    assert len(list(llama.folder.glob("*.kv"))) == KEPT_AT_MOST
    assert not prefixes.holds(make("one", "Prompt 0."))
