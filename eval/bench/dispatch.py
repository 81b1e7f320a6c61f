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
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from refiner.ledger import Ledger
from refiner.llm.budget import Limits
from refiner.llm.dispatch import complete
from refiner.llm.endpoint import Endpoint
from refiner.llm.model import Answered, Message, Request

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from refiner.llm.model import Outcome
    from refiner.llm.store import Store, StoredAnswer

REQUESTS = 2000
ROUNDS = 3
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

    def refused(self, key: str) -> StoredAnswer | None:  # noqa: ARG002 - nothing comes from a batch
        """What waits for its re-ask."""
        return None

    def save_refused(self, request: Request, stored: StoredAnswer) -> None:
        """Nothing comes from a batch here."""
        raise AssertionError(request.key, stored)

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
    _ask(url, count, Memory())


def with_ledger(url: str, count: int) -> None:
    """The same, with every answer kept in a ledger on disk before anybody hears of it."""
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / "ledger.db") as ledger:
        _ask(url, count, ledger)


def _ask(url: str, count: int, store: Store) -> None:
    requests = [
        Request(f"{n:032x}", "question", "question@1", "m", (Message("user", f"say {n}"),), Word)
        for n in range(count)
    ]
    answered: list[str] = []
    endpoint = Endpoint(url, "m", "none", mode="json_schema")

    def heard(outcome: Outcome) -> None:
        if isinstance(outcome, Answered):
            answered.append(outcome.request.key)

    complete(requests, endpoint, store, Limits(concurrency=AT_ONCE), heard)
    if len(answered) != count:
        raise AssertionError(len(answered))


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


WAYS: dict[str, Callable[[str, int], None]] = {
    "bare openai": with_openai,
    "refiner": with_refiner,
    "with its ledger": with_ledger,
}


def measure(url: str, count: int) -> dict[str, list[tuple[float, float]]]:
    """Seconds on the wall and CPU seconds of each way, in turns, so that all meet the same noise."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
    for work in WAYS.values():
        work(url, AT_ONCE)  # imports and connections
    for _ in range(ROUNDS):
        for name, work in WAYS.items():
            cpu, wall = time.process_time(), time.perf_counter()
            work(url, count)
            found[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    return found


def peak_mb(url: str, count: int, work: Callable[[str, int], None]) -> float:
    """Peak memory of one way in a process of its own."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_report_peak, args=(theirs, work, url, count)
    )
    process.start()
    peak = float(ours.recv())
    process.join()
    return peak


def _report_peak(pipe: Connection, work: Callable[[str, int], None], url: str, count: int) -> None:
    work(url, count)
    try:
        # Linux hands `ru_maxrss` on from the parent process; this one is the process's own.
        told = Path("/proc/self/status").read_text(encoding="utf-8")
        peak_kb = int(told.split("VmHWM:")[1].split()[0])
    except (OSError, IndexError):
        peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pipe.send(peak_kb / 1024)


def cpu_by_package(url: str, count: int, work: Callable[[str, int], None]) -> str:
    """Where the CPU goes: each package's own share, under the profiler."""
    profile = cProfile.Profile()
    profile.runcall(work, url, count)
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    by_part: dict[str, float] = {}
    for (file, _line, _name), (_cc, _nc, own, _cumulative, _callers) in stats.items():
        parts = file.split("site-packages/")
        ours = "refiner" if "/refiner/" in file else "python"
        part = parts[1].split("/")[0] if len(parts) > 1 else ours
        by_part[part] = by_part.get(part, 0) + own
    total = sum(by_part.values())
    ranked = sorted(by_part.items(), key=lambda pair: -pair[1])[:8]
    return ", ".join(f"{part} {100 * own / total:.0f} %" for part, own in ranked)


def main() -> None:
    """Print wall time, CPU per request and peak memory of each, and where the CPU goes."""
    count = int(sys.argv[2]) if len(sys.argv) > 2 else REQUESTS  # noqa: PLR2004 - name, then count
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{ours.recv()}/v1"
    ideal = count * LATENCY_S / AT_ONCE
    print(f"{count} requests of {LATENCY_S * 1000:.0f} ms, {AT_ONCE} at once: ideal {ideal:.2f} s")
    for name, rounds in measure(url, count).items():
        wall = statistics.median(wall for wall, _ in rounds)
        cpu = statistics.median(cpu for _, cpu in rounds)
        print(
            f"{name:16}{wall:7.2f} s  {wall / ideal:5.2f} of the ideal"
            f"{1000 * cpu / count:8.2f} ms CPU a request{peak_mb(url, count, WAYS[name]):8.0f} MB"
        )
    print(f"CPU by package: {cpu_by_package(url, count // 4, with_refiner)}")
    server.kill()
