"""What the client adds to the wire: 2,000 requests of 100 ms each, 32 at once.

`python -m eval.bench dispatch [REQUESTS]`: refiner's client beside the bare `openai` client with a
semaphore, against one server in a process of its own, and beside the ideal.
"""

from __future__ import annotations

import asyncio
import cProfile
import json
import multiprocessing
import pstats
import resource
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from refiner.llm.client import Limits, complete
from refiner.llm.endpoint import Endpoint
from refiner.llm.model import Message, Request

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from refiner.llm.store import StoredAnswer

REQUESTS = 2000
LATENCY_S = 0.1
AT_ONCE = 32


class Word(BaseModel):
    """A small answer."""

    model_config = ConfigDict(extra="forbid", strict=True)

    word: str


@dataclass
class Memory:
    """A store without a disk."""

    answers: dict[str, StoredAnswer] = field(default_factory=dict)

    def answer(self, key: str) -> StoredAnswer | None:
        """What came of a request."""
        return self.answers.get(key)

    def save_answer(self, request: Request, stored: StoredAnswer) -> None:
        """Keep it."""
        self.answers[request.key] = stored

    def save_failure(self, request: Request, kind: str, reason: str) -> None:
        """Nothing may fail here."""
        raise AssertionError(request.key, kind, reason)


BODY = json.dumps(
    {
        "id": "1", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [
            {
                "index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": '{"word": "good"}'},
            }
        ],
        "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12},
    }
).encode()  # fmt: skip
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer every request of a connection after the latency."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = next(
                int(line.split(b":")[1])
                for line in head.lower().split(b"\r\n")
                if line.startswith(b"content-length")
            )
            await reader.readexactly(length)
            await asyncio.sleep(LATENCY_S)
            writer.write(HEAD % len(BODY) + BODY)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def serve(pipe: Connection) -> None:
    """Serve until killed; the port goes through the pipe."""

    async def run() -> None:
        server = await asyncio.start_server(_answer, "127.0.0.1", 0, backlog=256)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def with_refiner(url: str, count: int) -> None:
    """All requests through the client of this tool."""
    requests = [
        Request(f"{n:032x}", "question", "question@1", "m", (Message("user", f"say {n}"),), Word)
        for n in range(count)
    ]
    outcomes: list[Any] = []
    endpoint = Endpoint(url, "m", "none", mode="json_schema")
    complete(requests, endpoint, Memory(), Limits(concurrency=AT_ONCE), outcomes.append)
    if len(outcomes) != count:
        raise AssertionError(len(outcomes))


def with_openai(url: str, count: int) -> None:
    """The same through the bare client and a semaphore."""
    import openai

    async def run() -> None:
        gate = asyncio.Semaphore(AT_ONCE)
        async with openai.AsyncOpenAI(base_url=url, api_key="none") as client:

            async def ask(number: int) -> None:
                async with gate:
                    answer = await client.chat.completions.create(
                        model="m", messages=[{"role": "user", "content": f"say {number}"}]
                    )
                    Word.model_validate_json(answer.choices[0].message.content or "")

            await asyncio.gather(*(ask(number) for number in range(count)))

    asyncio.run(run())


def main() -> None:
    """Print wall time, CPU per request and peak memory of each, and where the CPU goes."""
    count = int(sys.argv[2]) if len(sys.argv) > 2 else REQUESTS  # noqa: PLR2004 - name, then count
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{ours.recv()}/v1"
    ideal = count * LATENCY_S / AT_ONCE
    print(f"{count} requests of {LATENCY_S * 1000:.0f} ms, {AT_ONCE} at once: ideal {ideal:.2f} s")
    for name, work in (("bare openai", with_openai), ("refiner", with_refiner)):
        work(url, AT_ONCE)  # imports and connections
        cpu, wall = time.process_time(), time.perf_counter()
        work(url, count)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{name:14}{wall:7.2f} s  {wall / ideal:5.2f} of the ideal"
            f"{1000 * cpu / count:8.2f} ms CPU a request{peak:8.0f} MB"
        )
    profile = cProfile.Profile()
    profile.runcall(with_refiner, url, count // 4)
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    by_part: dict[str, float] = {}
    for (file, _line, _name), (_cc, _nc, own, _cumulative, _callers) in stats.items():
        parts = file.split("site-packages/")
        part = (
            parts[1].split("/")[0]
            if len(parts) > 1
            else "refiner"
            if "refiner" in file
            else "python"
        )
        by_part[part] = by_part.get(part, 0) + own
    total = sum(by_part.values())
    print(
        "CPU by package, under the profiler: "
        + ", ".join(
            f"{part} {100 * own / total:.0f} %"
            for part, own in sorted(by_part.items(), key=lambda pair: -pair[1])[:8]
        )
    )
    server.kill()
