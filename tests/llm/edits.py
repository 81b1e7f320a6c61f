"""An endpoint that answers about whole items, by the words that they hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from werkzeug import Request as WebRequest
from werkzeug import Response

from tests.llm.played import called, completion, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_httpserver import HTTPServer

NOTHING: dict[str, Any] = {
    "question": None, "corrections": [], "listings": [], "cut": None, "flags": [],
    "worthless": None, "clozes": [], "terms": [],
}  # fmt: skip


class Editor:
    """Answers each request with the edits that `script` gives for its last item.

    Attributes:
        bodies: What was asked, in order.
        script: From the text of a request's last message that holds data, and how often this item
            was asked about before, to parts of an answer; what is left out is nothing.
        mode: What the endpoint takes: `json_schema`, `tools`, `json`.
    """

    def __init__(self, server: HTTPServer, mode: str = "json_schema") -> None:
        self.bodies: list[dict[str, Any]] = []
        self.script: Callable[[str, int], dict[str, Any]] = lambda _text, _times: {}
        self.mode = mode
        self._times: dict[str, int] = {}
        server.expect_request("/v1/chat/completions").respond_with_handler(self._answer)
        self.url = server.url_for("/v1")

    def _answer(self, request: WebRequest) -> Response:
        body = json.loads(request.data)
        form = body.get("response_format", {}).get("type", "tools")
        if {"json_object": "json"}.get(form, form) != self.mode:
            error = {"message": "unknown response_format", "param": "response_format"}
            return Response(
                json.dumps({"error": error}), status=400, content_type="application/json"
            )
        if "Probe" in json.dumps(body) or _text(body["messages"][-1]).startswith("Reply with"):
            answer = json.dumps({"answer": "yes"})
            return called("Probe", answer) if self.mode == "tools" else said(answer)
        self.bodies.append(body)
        text = next(
            _text(message)
            for message in reversed(body["messages"])
            if message["role"] == "user" and "<data>" in _text(message)
        )
        times = self._times.get(text, 0)
        self._times[text] = times + 1
        edits = self.script(text, times)
        names = self._names(body)
        answer = json.dumps({name: edits.get(name, NOTHING.get(name)) for name in names})
        if self.mode == "tools":
            return called(body["tools"][0]["function"]["name"], answer)
        return completion({"content": answer})

    def _names(self, body: dict[str, Any]) -> list[str]:
        """The parts that the schema asks for."""
        if self.mode == "tools":
            schema = body["tools"][0]["function"]["parameters"]
        elif self.mode == "json":
            told = body["messages"][0]["content"]
            schema = json.loads(told[told.rindex("JSON schema:\n") + len("JSON schema:\n") :])
        else:
            schema = body["response_format"]["json_schema"]["schema"]
        return list(schema["properties"])


def _text(message: dict[str, Any]) -> str:
    content = message["content"]
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)
