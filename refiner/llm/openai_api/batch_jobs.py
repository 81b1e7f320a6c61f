"""Batches at an endpoint that runs them: upload, state, results."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from refiner.errors import EndpointError, UserError
from refiner.llm.openai_api.batch import URL
from refiner.llm.openai_api.faults import FATAL_STATUS, NoAnswerError, fatal_error, redacted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import openai
    from openai.types import Batch

    from refiner.llm.endpoint import Endpoint

NO_SUCH = 404
TOO_MANY = 429
LETTERS_TOLD = 200


class BatchState(NamedTuple):
    """How far a batch is.

    Attributes:
        id: As the endpoint names it.
        status: In the endpoint's words: `in_progress`, `completed`, `expired`, …
        completed: Requests answered; `failed` those that were not, `total` all of them.
        problem: Why the endpoint took none of it, or "".
    """

    id: str
    status: str
    total: int
    completed: int
    failed: int
    problem: str


def submit(paths: Sequence[Path], endpoint: Endpoint) -> Iterator[str]:
    """Upload batch files and start them.

    Yields:
        Each batch's id, as soon as it is started.

    Raises:
        UserError: A file is not there, or empty.
        EndpointError: The endpoint refuses, runs no batches, or is not there.
    """
    for path in paths:
        if not path.is_file():
            raise UserError(f"`{path}` is not a file; nothing of it was sent")
        if path.stat().st_size == 0:
            raise UserError(f"`{path}` holds no request; nothing of it was sent")
    for path in paths:
        with _asking(endpoint, f"the batch file `{path}`") as client, path.open("rb") as file:
            uploaded = client.files.create(file=file, purpose="batch")
            started = client.batches.create(
                input_file_id=uploaded.id, endpoint=URL, completion_window="24h"
            )
            batch = _checked(started)
        yield batch.id


def state(id_: str, endpoint: Endpoint) -> BatchState:
    """How far a batch is.

    Raises:
        EndpointError: The endpoint has no such batch, refuses, or is not there.
    """
    batch = _retrieved(id_, endpoint)
    counts = batch.request_counts
    total, completed, failed = (
        (0, 0, 0) if counts is None else (counts.total, counts.completed, counts.failed)
    )
    errors = (batch.errors.data if batch.errors is not None else None) or []
    told = "; ".join(str(error.message or error.code) for error in errors[:1])
    problem = redacted(told, endpoint.key)[:LETTERS_TOLD]
    return BatchState(id_, batch.status, total, completed, failed, problem)


def collect(id_: str, folder: Path, endpoint: Endpoint) -> list[Path]:
    """Download what a batch has given so far, also of one that expired; the files.

    Raises:
        UserError: A file can't be written.
        EndpointError: The endpoint has no such batch, refuses, or is not there.
    """
    batch = _retrieved(id_, endpoint)
    files = []
    for name in filter(None, (batch.output_file_id, batch.error_file_id)):
        with _asking(endpoint, f"the results of `{id_}`") as client:
            data = client.files.content(name).read()
        path = folder / f"{Path(name).name}.jsonl"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise UserError(f"`{path}` can't be written: {error.strerror}") from error
        files.append(path)
    return files


def _retrieved(id_: str, endpoint: Endpoint) -> Batch:
    with _asking(endpoint, f"the batch `{id_}`") as client:
        return _checked(client.batches.retrieve(id_))


def _checked(batch: Batch) -> Batch:
    """The batch, which openai's client has not checked.

    Raises:
        ValueError: It is none.
    """
    if not isinstance(getattr(batch, "status", None), str):
        raise ValueError(type(batch))  # noqa: TRY004 - the body's value is wrong
    return batch


@contextmanager
def _asking(endpoint: Endpoint, what: str) -> Iterator[openai.OpenAI]:
    """Openai's client; its errors become ours, without the key or text of the graph.

    Raises:
        EndpointError: Whatever goes wrong.
    """
    import httpx2
    import openai

    try:
        # Results may be as large as they are, and redirects lead to nobody that was named.
        with (
            httpx2.Client(timeout=openai.DEFAULT_TIMEOUT) as http,
            openai.OpenAI(
                base_url=endpoint.base_url, api_key=endpoint.key, http_client=http
            ) as client,
        ):
            yield client
    except openai.APIStatusError as error:
        status = error.status_code
        if status == NO_SUCH:
            raise EndpointError(
                f"`{endpoint.base_url}` does not know {what}, or runs no batches (404)",
                hint="other engines read the same files: `vllm run-batch`, then "
                "`refiner batch read`",
            ) from None
        if status in FATAL_STATUS:
            raise fatal_error(endpoint, error) from None
        hint = "try again later" if status == TOO_MANY or status >= 500 else None  # noqa: PLR2004 - HTTP's server errors
        raise EndpointError(
            f"`{endpoint.base_url}` refuses {what} ({status}); what was done before is kept",
            hint=hint,
        ) from None
    except openai.APIError as error:
        raise fatal_error(endpoint, error) from None
    except (AttributeError, ValueError):  # a page of HTML in the place of JSON
        raise fatal_error(endpoint, NoAnswerError()) from None
