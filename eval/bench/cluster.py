"""Requests from the workers of two Ray nodes on this machine beside those of one process.

`python -m eval.bench cluster [REQUESTS]`: a fake endpoint that takes 100 ms and fails one request in
a hundred once, a ledger on disk, the same concurrency; one worker is killed on the way. The
endpoint counts what it answered. Needs the extra `cluster`.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import re
import signal
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.bench.dispatch import BODY, HEAD, LATENCY_S, Word
from refiner.cluster.engine import RayEngine
from refiner.ledger import Ledger
from refiner.llm.asking import Asker
from refiner.llm.budget import Limits
from refiner.llm.choice import ModelChoice
from refiner.llm.dispatch import send
from refiner.llm.endpoint import Endpoint
from refiner.llm.model import Answered, Message, Request

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from refiner.llm.asking import Sender
    from refiner.llm.model import Outcome

REQUESTS = 2000
ROUNDS = int(os.environ.get("ROUNDS", "3"))
AT_ONCE = 32
FAULTY = 100  # one request in so many fails, the first time
NAME = re.compile(rb"say (\w+)")
ENDPOINT: dict[str, int | None] = {}
LIMITS = Limits(concurrency=AT_ONCE)


@dataclass
class Desk:
    """What the endpoint did, by what was asked."""

    asked: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer every request of a connection after the latency."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if head.startswith(b"GET"):
                    told = json.dumps([self.asked, self.answered]).encode()
                    writer.write(HEAD % len(told) + told)
                    continue
                length = re.search(rb"content-length: (\d+)", head.lower())
                body = await reader.readexactly(int(length[1]) if length else 0)
                said = NAME.search(body)
                await self._answer((said[1] if said else b"").decode(), reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(
        self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.asked[name] += 1
        await asyncio.sleep(LATENCY_S)
        if reader.at_eof():  # the one who asked is gone
            raise ConnectionError
        number = name.rpartition("r")[2]
        is_faulty = number.isdigit() and int(number) % FAULTY == FAULTY // 2
        if self.asked[name] == 1 and is_faulty:
            writer.write(b"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\n{}")
        else:
            self.answered[name] += 1
            writer.write(HEAD % len(BODY) + BODY)
        await writer.drain()


def serve(pipe: Connection) -> None:
    """Serve until killed; the port goes through the pipe."""

    async def run() -> None:
        server = await asyncio.start_server(Desk().serve, "127.0.0.1", 0, backlog=256)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@dataclass
class Took:
    """What one round took, and how it ended.

    Attributes:
        wall_s: Seconds on the wall; `cpu_s` of CPU in this process and all below it.
        lost: Requests without an answer in the ledger.
        again: Requests that were sent again though their answer was in the ledger.
        twice: Requests that the endpoint answered twice: the first time to a worker that was
            killed before it had passed the answer on.
        under_way: Requests that were under way at the death.
    """

    wall_s: float
    cpu_s: float
    lost: int
    again: int
    twice: int
    under_way: int


class Round:
    """One round of requests, each asked for by a name of its own."""

    def __init__(self, letter: str, url: str, count: int) -> None:
        self.letter, self.url, self.count = letter, url, count
        self.answered = 0
        self.before: set[str] = set()

    def take(self, sender: Callable[[], Sender], kill: Callable[[], None] | None = None) -> Took:
        """Send them all; `kill` is called when two fifths are answered."""
        requests = [
            Request(f"{self.letter}{n}", "question", "q@1", "m",
                    (Message("user", f"say {self.letter}{n}"),), Word)
            for n in range(self.count)
        ]  # fmt: skip

        def heard(outcome: Outcome) -> None:
            self.answered += isinstance(outcome, Answered)
            if self.answered <= self.count * 2 // 5:
                self.before.add(outcome.request.key)
            if kill is not None and self.answered == self.count * 2 // 5:
                kill()

        wall, cpu = time.perf_counter(), cpu_seconds()
        with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / "ledger.db") as ledger:
            send(requests, sender, ledger, LIMITS, heard)
            lost = sum(ledger.answer(request.key) is None for request in requests)
        seconds = time.perf_counter() - wall, cpu_seconds() - cpu
        asked, answered = self._told()
        twice = sum(count > 1 for count in answered.values())
        faulty = {f"{self.letter}{n}" for n in range(FAULTY // 2, self.count, FAULTY)}
        again = sum(asked[key] > 1 + (key in faulty) for key in self.before)
        gone = sum(asked.values()) - sum(answered.values()) - len(faulty)
        return Took(*seconds, lost, again, twice, gone)

    def _told(self) -> list[dict[str, int]]:
        """What the endpoint was asked and answered in this round."""
        with urllib.request.urlopen(self.url.removesuffix("/v1")) as answer:  # noqa: S310 - our own server
            told = json.load(answer)
        return [
            {name: n for name, n in part.items() if name.startswith(self.letter)} for part in told
        ]


def cpu_seconds() -> float:
    """CPU of this process and of all that it started and that still run, but for the endpoint."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(path.parent.name)
        parents[pid] = int(fields[1])
        ticks[pid] = int(fields[11]) + int(fields[12])
    total = 0
    for pid, own in ticks.items():
        above = pid
        while above not in {os.getpid(), ENDPOINT.get("pid"), 0, None}:
            above = parents.get(above, 0)
        total += own * (above == os.getpid())
    return total / os.sysconf("SC_CLK_TCK")


def workers_of(engine: RayEngine) -> list[int]:
    """The process ids of the workers that ask."""
    import ray

    actors: list[Any] = [worker._actor for worker in engine._workers if worker._actor]  # noqa: SLF001 - to kill one
    return list(ray.get([actor.__ray_call__.remote(lambda _self: os.getpid()) for actor in actors]))


def measure(url: str, address: str, count: int) -> dict[str, list[Took]]:
    """Rounds in turns, so that all meet the same noise; what Ray's start takes is printed.

    Answers come in waves: a worker is killed at a random moment between two of them.
    """
    rng = random.Random(7)  # noqa: S311 - reproducible, not secret
    found: dict[str, list[Took]] = {"one process": [], "two nodes": [], "one worker killed": []}
    endpoint = Endpoint(url, "m", "none", mode="json_schema")
    started = time.perf_counter()
    with RayEngine(address) as engine:
        joined = time.perf_counter()
        sender = engine.sender(ModelChoice("m", url), LIMITS)
        Round("w", url, AT_ONCE).take(sender)
        print(f"joined in {joined - started:.1f} s, ", end="")
        print(f"workers ready after {time.perf_counter() - joined:.1f} s")
        Round("v", url, AT_ONCE).take(lambda: Asker(endpoint, LIMITS))
        for number in range(ROUNDS):
            own, two, three = (Round(f"{letter}{number}r", url, count) for letter in "abc")
            found["one process"].append(own.take(lambda: Asker(endpoint, LIMITS)))
            found["two nodes"].append(two.take(sender))
            victim = workers_of(engine)[0]
            killing = threading.Timer(rng.random() * LATENCY_S, os.kill, (victim, signal.SIGKILL))
            found["one worker killed"].append(three.take(sender, killing.start))
            Round(f"x{number}y", url, AT_ONCE * 4).take(sender)  # until the killed one is back
    return found


def main() -> None:
    """Print wall time and CPU of each way, and what was lost or asked twice."""
    from ray.cluster_utils import Cluster

    count = int(sys.argv[2]) if len(sys.argv) > 2 else REQUESTS  # noqa: PLR2004 - name, then count
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    ENDPOINT["pid"] = server.pid
    url = f"http://127.0.0.1:{ours.recv()}/v1"
    started = time.perf_counter()
    cluster = Cluster()
    try:
        for _ in range(2):
            cluster.add_node(num_cpus=1, object_store_memory=100_000_000, include_dashboard=False)
        print(f"two nodes started in {time.perf_counter() - started:.1f} s, ", end="")
        found = measure(url, cluster.address, count)
    finally:
        cluster.shutdown()
        server.kill()
    ideal = count * LATENCY_S / AT_ONCE
    print(f"{count} requests of {LATENCY_S * 1000:.0f} ms, {AT_ONCE} at once: ideal {ideal:.2f} s")
    alone = statistics.median(took.wall_s for took in found["one process"])
    for name, rounds in found.items():
        wall = statistics.median(took.wall_s for took in rounds)
        cpu = statistics.median(took.cpu_s for took in rounds)
        print(
            f"{name:20}{wall:7.2f} s  {wall / alone:5.2f} of one process  cpu {cpu:5.2f} s  "
            f"lost {sum(t.lost for t in rounds)}, sent again {sum(t.again for t in rounds)}, "
            f"answered twice {[t.twice for t in rounds]}, "
            f"under way at a death {[t.under_way for t in rounds]}"
        )
