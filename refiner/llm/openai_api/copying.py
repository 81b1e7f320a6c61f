"""A request whose lines are copied: llama.cpp's own server writes each out, token by token.

A grammar of single tokens leaves the model no choice, and `logprobs` tell what it would have
chosen. Where something else is worth weighing, both ways of going on are written out as plain
text, without the line before the eyes.

Source: llama.cpp, grammars/README.md (`<[token id]>`), tools/server/README.md (`/tokenize`,
`/v1/chat/completions`, `/completion`).
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from refiner.copying import Token
from refiner.llm.model import Usage
from refiner.llm.openai_api.faults import NoAnswerError

if TYPE_CHECKING:
    import openai
    from pydantic import BaseModel

    from refiner.copying import Variant
    from refiner.llm.model import Request

_OTHERS = 10
_AHEAD = re.compile(r"\s*(?:\S+\s*){1,4}")


class Copyist:
    """Has the lines of one request copied.

    Args:
        request: What is asked; it has `copying`.
        client: openai's, for the embedded server.
        timeout_s: For each line.
    """

    def __init__(self, request: Request, client: openai.AsyncOpenAI, timeout_s: float) -> None:
        self.usage = Usage()
        self._request = request
        self._client = client
        self._timeout_s = timeout_s
        self._known: dict[tuple[str, str], float] = {}
        self._root = str(client.base_url).rstrip("/").removesuffix("/v1")

    async def answer(self) -> BaseModel | None:
        """What the request's `copying` makes of the copies; None where it has none.

        Raises:
            openai.APIError: The server can't be reached, or refuses.
            NoAnswerError: What came is no copy.
        """
        copying = self._request.copying
        if copying is None:
            return None
        lines = self._request.messages[-1].content.split("\n")
        doubts = [
            (number, line, one)
            for number, line in enumerate(lines)
            for one in copying.variants(line, await self._copied(line))
        ]
        weighed = [(number, one, await self._gain(line, one)) for number, line, one in doubts]
        return copying.answer(lines, weighed)

    async def _copied(self, line: str) -> list[Token]:
        """The line, token by token, each with what else might have stood there."""
        ids = await self._ids(line)
        stable = [{"role": m.role, "content": m.content} for m in self._request.messages[:-1]]
        body = {
            "messages": [*stable, {"role": "user", "content": line}],
            "max_tokens": len(ids),
            "logprobs": True,
            "top_logprobs": _OTHERS,
        }
        said = await self._post("/v1/chat/completions", body | _bound_to(ids))
        self.usage += _usage(said)
        try:
            content = said["choices"][0]["logprobs"]["content"]
            tokens = [_token(one) for one in content]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise NoAnswerError from error
        if "".join(token.text for token in tokens) != line:
            raise NoAnswerError
        return tokens

    async def _gain(self, line: str, one: Variant) -> float:
        """By how much the line is likelier with a change: the next four words, both ways."""
        before = line[: one.start].rstrip(" ")
        gap = " " if before else ""
        ahead = _AHEAD.match(line, one.end)
        after = ahead[0].rstrip() if ahead else ""
        old, new = f"{gap}{line[one.start : one.end]}{after}", f"{gap}{one.new}{after}"
        return await self._likelihood(before, new) - await self._likelihood(before, old)

    async def _likelihood(self, before: str, after: str) -> float:
        """The logarithm of the probability that a text goes on so."""
        if (before, after) not in self._known:
            ids = await self._ids(after)
            body = {"prompt": before or "\n", "n_predict": len(ids), "n_probs": 1}
            said = await self._post("/completion", body | _bound_to(ids))
            try:
                logprobs = [float(one["logprob"]) for one in said["completion_probabilities"]]
            except (KeyError, TypeError, ValueError) as error:
                raise NoAnswerError from error
            self._known[before, after] = sum(logprobs)
        return self._known[before, after]

    async def _ids(self, text: str) -> list[int]:
        said = await self._post("/tokenize", {"content": text})
        ids = said.get("tokens")
        if not isinstance(ids, list) or not ids:
            raise NoAnswerError
        return ids

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send one message; a JSON object comes back."""
        import httpx2
        import openai

        url = self._root + path
        try:
            async with asyncio.timeout(self._timeout_s):
                said = await self._client.post(
                    url, cast_to=object, body=body, options={"security": {"bearer_auth": True}}
                )
        except TimeoutError as error:
            raise openai.APITimeoutError(httpx2.Request("POST", url)) from error
        if not isinstance(said, dict):
            raise NoAnswerError
        return said


def _bound_to(ids: list[int]) -> dict[str, Any]:
    """What makes a model write these tokens and no others."""
    return {"grammar": "root ::= " + " ".join(f"<[{one}]>" for one in ids), "temperature": 0}


def _token(said: dict[str, Any]) -> Token:
    others = tuple((one["token"], float(one["logprob"])) for one in said["top_logprobs"])
    return Token(said["token"], float(said["logprob"]), others)


def _usage(said: dict[str, Any]) -> Usage:
    told = said.get("usage") or {}
    cached = (told.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    return Usage(told.get("prompt_tokens") or 0, cached, told.get("completion_tokens") or 0)
