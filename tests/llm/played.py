"""A real server that plays an OpenAI endpoint and misbehaves on command, and what it is asked."""

from __future__ import annotations

import json
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from werkzeug import Request as WebRequest
from werkzeug import Response

from refiner.llm.budget import Limits
from refiner.llm.dispatch import complete
from refiner.llm.endpoint import Endpoint
from refiner.llm.model import Message, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_httpserver import HTTPServer

    from refiner.llm.model import Outcome
    from refiner.llm.store import Store, StoredAnswer

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
    waiting: dict[str, StoredAnswer] = field(default_factory=dict)

    def answer(self, key: str) -> StoredAnswer | None:
        return self.answers.get(key)

    def save_answer(self, request: Request, stored: StoredAnswer) -> None:
        assert request.key not in self.answers
        self.answers[request.key] = stored
        self.waiting.pop(request.key, None)
        self.failures.pop(request.key, None)

    def refused(self, key: str) -> StoredAnswer | None:
        return self.waiting.get(key)

    def save_refused(self, request: Request, stored: StoredAnswer) -> None:
        assert request.key not in self.waiting
        self.waiting[request.key] = stored

    def save_failure(self, request: Request, kind: str, reason: str) -> None:
        self.failures[request.key] = f"{kind}: {reason}"


def make(key: str, text: str = "good {{cloze x}} word") -> Request:
    messages = (Message("user", f"{key}: {text}"),)
    return Request(key, "question", "question@1", "m", messages, Word, {"text": text})


def completion(message: dict[str, Any], finish: str = "stop") -> Response:
    body = {
        "id": "1", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{
            "index": 0, "finish_reason": finish, "message": {"role": "assistant", **message},
        }],
        "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12},
    }  # fmt: skip
    return Response(json.dumps(body), content_type="application/json")


def said(content: str, finish: str = "stop") -> Response:
    return completion({"content": content}, finish)


def refusal(finish: str, text: str | None) -> Response:
    return completion({"content": None, "refusal": text}, finish)


def called(name: str, arguments: str) -> Response:
    call = {"id": "1", "type": "function", "function": {"name": name, "arguments": arguments}}
    return completion({"content": None, "tool_calls": [call]}, "tool_calls")


def refused(status: int, **error: str | None) -> Response:
    body = json.dumps({"error": error})
    return Response(body, status=status, content_type="application/json")


class Dropped(Response):
    """The connection is closed in the place of an answer."""


class CutBody(Response):
    """A body that is shorter than its header says."""

    automatically_set_content_length = False


class Late(Response):
    """An answer that takes its time."""

    late_s = 0.7


class Slow(Late):
    """An answer that takes a little time."""

    late_s = 0.02


GOOD = said('{"word": "good"}')
CUT_JSON = Response(GOOD.data[:40], content_type="application/json")
CUT_BODY = CutBody(GOOD.data, content_type="application/json")
CUT_BODY.headers["Content-Length"] = str(len(GOOD.data) + 9)
HTML = Response("<html>a proxy</html>", content_type="text/html")
NO_CHOICE = Response('{"id": "1", "choices": []}', content_type="application/json")

ODD_CHOICE = Response(
    '{"choices": [{"message": "odd"}], "usage": 3}', content_type="application/json"
)


class Server:
    """Answers by a script: for each request, by its order; `most` were under way at once."""

    def __init__(self, server: HTTPServer) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.script: Callable[[int], Response] = lambda _number: GOOD
        self.most = self._now = 0
        self._lock = threading.Lock()
        server.expect_request("/v1/chat/completions").respond_with_handler(self._answer)
        self.endpoint = Endpoint(server.url_for("/v1"), "m", KEY, mode="json_schema")

    def _answer(self, request: WebRequest) -> Response:
        with self._lock:
            self.asked.append(json.loads(request.data))
            self.keys.append(request.headers["Authorization"])
            response = self.script(len(self.asked) - 1)
            self._now += 1
            self.most = max(self.most, self._now)
        if isinstance(response, Late):
            time.sleep(response.late_s)
        if isinstance(response, Dropped):
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._now -= 1
        return response

    def run(self, *requests: Request, store: Store | None = None, **limits: Any) -> list[Outcome]:  # noqa: ANN401 - limits
        outcomes: list[Outcome] = []
        own = Limits(**{"concurrency": 1, "retry_s": 20, **limits})
        complete(requests, self.endpoint, store or Memory(), own, outcomes.append)
        return outcomes
