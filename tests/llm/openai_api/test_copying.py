"""Lines that are copied: what is sent to llama.cpp's server, and what is made of its answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from refiner.copying import Token, Variant
from refiner.llm.budget import Limits
from refiner.llm.dispatch import complete
from refiner.llm.endpoint import Endpoint
from refiner.llm.model import Answered, Failed, Message, Request
from tests.llm.played import KEY, Memory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_httpserver import HTTPServer
    from werkzeug import Request as WebRequest

    from refiner.llm.model import Outcome

LINES = ["a kettle of tea", "two cups"]


class Weighed(BaseModel):
    """What was weighed."""

    changes: list[str]


@dataclass(frozen=True)
class EveryOther:
    """Weighs the first other word of each line."""

    def variants(self, line: str, tokens: Sequence[Token]) -> list[Variant]:
        assert "".join(token.text for token in tokens) == line
        other = tokens[1].others[0]
        start = len(tokens[0].text) + 1
        return [Variant(start, line.find(" ", start) % 99, other[0].strip(), -1, other[1])]

    def answer(
        self, lines: Sequence[str], weighed: Sequence[tuple[int, Variant, float]]
    ) -> Weighed:
        assert lines == LINES
        return Weighed(changes=[f"{line} {one.new} {gain:.0f}" for line, one, gain in weighed])


class Llama:
    """Plays the server: a word is a token, and a text is as likely as it is short."""

    def __init__(self, server: HTTPServer) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.words: dict[int, str] = {}
        for path in ("/tokenize", "/completion", "/v1/chat/completions"):
            server.expect_request(path).respond_with_handler(self._answer)

    def _answer(self, request: WebRequest) -> Any:  # noqa: ANN401 - a response
        from werkzeug import Response

        body = json.loads(request.data)
        self.asked.append((request.path, body))
        assert request.headers["Authorization"] == f"Bearer {KEY}"
        said = getattr(self, f"_{request.path.rpartition('/')[2]}")(body)
        return Response(json.dumps(said), content_type="application/json")

    def _tokenize(self, body: dict[str, Any]) -> dict[str, Any]:
        words = body["content"].replace(" ", "\n ").split("\n")
        ids = [hash(word) % 10**6 for word in words if word]
        self.words |= dict(zip(ids, filter(None, words), strict=True))
        return {"tokens": ids}

    def _forced(self, body: dict[str, Any]) -> list[str]:
        ids = [int(one.strip("<[]>")) for one in body["grammar"].split()[2:]]
        return [self.words[one] for one in ids]

    def _completion(self, body: dict[str, Any]) -> dict[str, Any]:
        forced = self._forced(body)
        return {"completion_probabilities": [{"logprob": -float(len(word))} for word in forced]}

    def _completions(self, body: dict[str, Any]) -> dict[str, Any]:
        content = [
            {
                "token": word,
                "logprob": -0.1,
                "top_logprobs": [{"token": " pot", "logprob": -2.0}],
            }
            for word in self._forced(body)
        ]
        return {"choices": [{"logprobs": {"content": content}}], "usage": {"prompt_tokens": 7}}


def ask(server: HTTPServer) -> Outcome:
    messages = (Message("system", "Copy."), Message("user", "\n".join(LINES)))
    request = Request("k", "typo", "grammar@1", "m", messages, Weighed, copying=EveryOther())
    outcomes: list[Outcome] = []
    endpoint = Endpoint(server.url_for("/v1"), "m", KEY, mode="json_schema", is_embedded=True)
    complete([request], endpoint, Memory(), Limits(retry_s=0), outcomes.append)
    return outcomes[0]


def test_each_line_is_copied_by_itself_and_its_doubts_are_weighed_both_ways(
    httpserver: HTTPServer,
) -> None:
    llama = Llama(httpserver)
    outcome = ask(httpserver)
    assert isinstance(outcome, Answered)
    # " kettle of tea" has 14 letters and blanks, " pot of tea" 11.
    assert outcome.value == Weighed(changes=["0 pot 3", "1 pot 1"])
    assert outcome.usage.prompt_tokens == 2 * 7
    copied = [body for path, body in llama.asked if path == "/v1/chat/completions"]
    assert [body["messages"][-1]["content"] for body in copied] == LINES
    assert all(body["messages"][0]["content"] == "Copy." for body in copied)
    prompts = {body["prompt"] for path, body in llama.asked if path == "/completion"}
    assert prompts == {"a", "two"}


@pytest.mark.parametrize("said", ["{}", "[]", '{"tokens": []}', '{"tokens": [1], "choices": [{}]}'])
def test_an_answer_that_is_no_copy_is_a_failure(httpserver: HTTPServer, said: str) -> None:
    for path in ("/tokenize", "/v1/chat/completions"):
        httpserver.expect_request(path).respond_with_data(said, content_type="application/json")
    assert isinstance(ask(httpserver), Failed)
