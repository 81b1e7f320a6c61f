"""A plan as OpenAI batch requests, and its results read back past the same guards.

Source: OpenAI's batch format, JSON lines with `custom_id`, `method`, `url` and `body`; vLLM's
`run-batch` reads and writes the same.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from refiner.errors import EndpointError, UserError
from refiner.llm.model import Usage
from refiner.llm.store import StoredAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import openai

    from refiner.llm.endpoint import Endpoint
    from refiner.llm.model import Request
    from refiner.llm.store import Store

REQUESTS_AT_MOST = 50_000
BYTES_AT_MOST = 190_000_000
URL = "/v1/chat/completions"


class BatchResult(NamedTuple):
    """How many results were taken, refused by the guards, failed, and unknown to the plan."""

    taken: int
    refused: int
    failed: int
    unknown: int


def write_batch(path: Path, requests: Sequence[Request], model: str) -> Iterator[tuple[Path, int]]:
    """Write requests as batch files, split where one would grow too large.

    Args:
        path: The first file; further ones are numbered `name-2.jsonl`.
        requests: Not answered yet.
        model: The model's name at the endpoint.

    Yields:
        Each file and the number of its requests.
    """
    lines: list[bytes] = []
    size = number = 0
    for request in requests:
        line = json.dumps(batch_line(request, model), ensure_ascii=False).encode() + b"\n"
        if lines and (len(lines) == REQUESTS_AT_MOST or size + len(line) > BYTES_AT_MOST):
            number += 1
            yield _written(path, number, lines), len(lines)
            lines, size = [], 0
        lines.append(line)
        size += len(line)
    if lines or number == 0:
        yield _written(path, number + 1, lines), len(lines)


def batch_line(request: Request, model: str) -> dict[str, Any]:
    """One request as the batch format has it; `custom_id` is the request's key."""
    schema = request.answer_model.model_json_schema()
    return {
        "custom_id": request.key,
        "method": "POST",
        "url": URL,
        "body": {
            "model": model,
            "messages": [{"role": m.role, "content": m.content} for m in request.messages],
            "temperature": request.temperature,
            "max_tokens": request.max_tokens,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": request.answer_model.__name__, "schema": schema},
            },
        },
    }


def read_batch(path: Path, plan: Mapping[str, Request], store: Store) -> BatchResult:
    """Take results into the store; what the guards refuse, or what failed, is asked again.

    Args:
        path: JSON lines, as an engine wrote them, in any order.
        plan: The requests that are still unanswered, by key.
        store: Keeps the answers.

    Raises:
        UserError: The file can't be read, or a line is no JSON object.
    """
    from pydantic import ValidationError

    taken = refused = failed = unknown = 0
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"`{path}` can't be read: {error}; nothing was taken") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            result = json.loads(line)
            key = result["custom_id"]
        except (json.JSONDecodeError, TypeError, KeyError) as error:
            raise UserError(
                f"`{path}:{number}` is no batch result: expected a JSON object with `custom_id`; "
                "the lines before it were taken"
            ) from error
        request = plan.get(key)
        if request is None:
            unknown += 1
            continue
        answer = _answer(result)
        if answer is None:
            failed += 1
            store.save_failure(request, "transport", _problem(result))
            continue
        text, usage = answer
        try:
            value = request.answer_model.model_validate_json(text, context=request.context)
        except ValidationError:
            refused += 1
            continue
        store.save_answer(request, StoredAnswer(value.model_dump_json(), (), usage, 0.0))
        taken += 1
    return BatchResult(taken, refused, failed, unknown)


def submit(paths: Sequence[Path], endpoint: Endpoint) -> list[str]:
    """Upload batch files and start them; the batches' ids."""
    client = _client(endpoint)
    ids = []
    for path in paths:
        with path.open("rb") as file:
            uploaded = client.files.create(file=file, purpose="batch")
        batch = client.batches.create(
            input_file_id=uploaded.id,
            endpoint="/v1/chat/completions",
            completion_window="24h",
        )
        ids.append(batch.id)
    return ids


def state(id_: str, endpoint: Endpoint) -> str:
    """How far a batch is, in words."""
    batch = _client(endpoint).batches.retrieve(id_)
    counts = batch.request_counts
    told = (
        "" if counts is None else f", {counts.completed} of {counts.total}, {counts.failed} failed"
    )
    return f"{batch.status}{told}"


def collect(id_: str, folder: Path, endpoint: Endpoint) -> list[Path]:
    """Download what a batch has given so far, also of one that expired; the files."""
    client = _client(endpoint)
    batch = client.batches.retrieve(id_)
    files = []
    for name in filter(None, (batch.output_file_id, batch.error_file_id)):
        path = folder / f"{Path(name).name}.jsonl"
        path.write_bytes(client.files.content(name).read())
        files.append(path)
    return files


def _client(endpoint: Endpoint) -> openai.OpenAI:
    import openai

    if endpoint.is_embedded:
        raise EndpointError(
            "the embedded model takes no batches: name an endpoint with `--base-url`"
        )
    return openai.OpenAI(base_url=endpoint.base_url, api_key=endpoint.key)


def _written(path: Path, number: int, lines: list[bytes]) -> Path:
    target = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
    try:
        target.write_bytes(b"".join(lines))
    except OSError as error:
        raise UserError(f"`{target}` can't be written: {error.strerror}") from error
    return target


def _answer(result: dict[str, Any]) -> tuple[str, Usage] | None:
    """The answer's text and its tokens, or None where the request failed or was cut."""
    response = result.get("response") or {}
    body = response.get("body") or {}
    if result.get("error") or response.get("status_code", 200) != 200:  # noqa: PLR2004 - HTTP's OK
        return None
    try:
        choice = body["choices"][0]
        text = choice["message"]["content"]
    except (KeyError, IndexError, TypeError):
        return None
    if choice.get("finish_reason") == "length" or not isinstance(text, str):
        return None
    usage = body.get("usage") or {}
    return text, Usage(usage.get("prompt_tokens", 0), 0, usage.get("completion_tokens", 0))


def _problem(result: dict[str, Any]) -> str:
    error = result.get("error") or {}
    status = (result.get("response") or {}).get("status_code")
    code = error.get("code") if isinstance(error, dict) else None
    return f"the batch says: {code or status or 'no answer'}"
