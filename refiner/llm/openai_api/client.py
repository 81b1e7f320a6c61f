"""openai's clients, for endpoints that may answer anything.

No redirect is followed: the prompt would go on to a host that nobody named. No body is read past
`SIZE_BYTES_AT_MOST`, and a compressed one, whose real size shows only in memory, not at all.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    import httpx2
    import openai

    from refiner.llm.endpoint import Endpoint

SIZE_BYTES_AT_MOST = 4_000_000
CONNECT_S = 10
HEADERS = {"Accept-Encoding": "identity"}


class OversizedError(Exception):
    """A body without an end in sight, or one that is compressed although none was asked for."""


def open_client(endpoint: Endpoint, timeout_s: float) -> openai.AsyncOpenAI:
    """The client that asks; a whole answer's time is bounded where it is awaited.

    Args:
        endpoint: Where to.
        timeout_s: For each read.
    """
    import httpx2
    import openai

    timeout = httpx2.Timeout(timeout_s, connect=CONNECT_S)
    limits = openai.DEFAULT_CONNECTION_LIMITS
    http = httpx2.AsyncClient(
        timeout=timeout, limits=limits, headers=HEADERS, event_hooks={"response": [_bound_async]}
    )
    return openai.AsyncOpenAI(
        base_url=endpoint.base_url,
        api_key=endpoint.key,
        timeout=timeout,
        max_retries=0,
        http_client=http,
    )


def open_probe(endpoint: Endpoint, timeout_s: float, max_retries: int = 0) -> openai.OpenAI:
    """The client for a question or two.

    Args:
        endpoint: Where to.
        timeout_s: For a whole answer.
        max_retries: Of trouble that may pass.
    """
    import httpx2
    import openai

    def bound(response: httpx2.Response) -> None:
        _check_encoding(response)
        response.stream = _bounded(response.stream, time.monotonic() + timeout_s)

    timeout = httpx2.Timeout(timeout_s, connect=CONNECT_S)
    http = httpx2.Client(timeout=timeout, headers=HEADERS, event_hooks={"response": [bound]})
    return openai.OpenAI(
        base_url=endpoint.base_url,
        api_key=endpoint.key,
        timeout=timeout,
        max_retries=max_retries,
        http_client=http,
    )


async def _bound_async(response: httpx2.Response) -> None:
    _check_encoding(response)
    response.stream = _bounded_async(response.stream)


def _check_encoding(response: httpx2.Response) -> None:
    """Check that the body's size is what it says.

    Raises:
        OversizedError: It is compressed.
    """
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise OversizedError("a compressed answer")


def _bounded_async(
    stream: httpx2.SyncByteStream | httpx2.AsyncByteStream,
) -> httpx2.AsyncByteStream:
    import httpx2

    class Bounded(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            size = 0
            async for chunk in stream:  # type: ignore[union-attr]  # of an async client
                size += len(chunk)
                if size > SIZE_BYTES_AT_MOST:
                    raise OversizedError("an answer without end")
                yield chunk

        async def aclose(self) -> None:
            await stream.aclose()  # type: ignore[union-attr]  # of an async client

    return Bounded()


def _bounded(
    stream: httpx2.SyncByteStream | httpx2.AsyncByteStream, until: float
) -> httpx2.SyncByteStream:
    import httpx2

    class Bounded(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            size = 0
            for chunk in stream:  # type: ignore[union-attr]  # of a sync client
                size += len(chunk)
                if size > SIZE_BYTES_AT_MOST:
                    raise OversizedError("an answer without end")
                if time.monotonic() > until:
                    raise httpx2.ReadTimeout("the whole answer takes too long")
                yield chunk

        def close(self) -> None:
            stream.close()  # type: ignore[union-attr]  # of a sync client

    return Bounded()
