"""What the client costs beside the embedded model itself, on the sample graph.

`python -m eval.bench embedded [GRAPH]`: all requests of the graph through refiner's client, and what
it sent, re-asks too, by a bare loop to the same server, in turns; then a second run of the command.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from eval.bench.dispatch import Memory
from refiner.graph.target import locate
from refiner.ledger import Ledger
from refiner.llm.budget import Limits
from refiner.llm.dispatch import complete
from refiner.llm.open import open_endpoint
from refiner.llm.openai_api.conversation import Conversation
from refiner.pipeline.options import Run, model_choice
from refiner.pipeline.refine import dry_run
from refiner.settings import load_settings

ROOT = Path(__file__).parents[2]
ROUNDS = 2


def bare(bodies: list[dict[str, Any]], url: str, key: str) -> None:
    """Each body once, one after the other, its answer only read."""
    import openai

    with openai.OpenAI(base_url=url, api_key=key, max_retries=0) as wire:
        for body in bodies:
            answer = wire.chat.completions.create(**body)
            if not answer.choices:
                raise AssertionError(body)


def _recorded() -> list[dict[str, Any]]:
    """A list that the body of every try of the client joins, re-asks too."""
    found: list[dict[str, Any]] = []
    send = Conversation._send  # noqa: SLF001 - records what goes over the wire

    async def heard(talk: Conversation, **body: Any) -> Any:  # noqa: ANN401 - openai's completion
        found.append({**body, "messages": [*body["messages"]]})
        return await send(talk, **body)

    setattr(Conversation, "_send", heard)  # noqa: B010 - mypy holds methods fixed
    return found


def main() -> None:
    """Print seconds a request of both, by round, and the second run's seconds."""
    graph = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "fixtures" / "graph"  # noqa: PLR2004
    settings = load_settings(graph, {"model": "local"})
    choice = model_choice(settings)
    with tempfile.TemporaryDirectory() as folder:
        with Ledger(Path(folder) / "plan.db") as ledger:
            plan = dry_run(Run.of(locate([graph]), settings, ledger))[2]
        requests = sorted(plan.values(), key=lambda request: (request.task, request.lang))
        sent = _recorded()
        with open_endpoint(choice, lambda _text: None) as endpoint:
            complete(requests, endpoint, Memory(), Limits(), lambda _outcome: None)
            bodies = [*sent]
            seconds: dict[str, list[float]] = {"bare loop": [], "refiner": []}
            for _ in range(ROUNDS):
                started = time.perf_counter()
                bare(bodies, endpoint.base_url, endpoint.key)
                seconds["bare loop"].append(time.perf_counter() - started)
                started = time.perf_counter()
                complete(requests, endpoint, Memory(), Limits(), lambda _outcome: None)
                seconds["refiner"].append(time.perf_counter() - started)
        for name, walls in seconds.items():
            each = ", ".join(f"{wall / len(bodies):.2f}" for wall in walls)
            print(f"{name:10} {statistics.median(walls) / len(bodies):.2f} s a request ({each})")
        ratio = sum(seconds["refiner"]) / sum(seconds["bare loop"])
        print(f"{len(requests)} items, {len(bodies)} requests, re-asks included; ratio {ratio:.2f}")
        command = [sys.executable, "-m", "refiner", "refine", str(graph), "--quiet"]
        command += ["--ledger", str(Path(folder) / "run.db")]
        for name in ("first run", "second run"):
            started = time.perf_counter()
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            wall = time.perf_counter() - started
            print(f"{name}: {wall:.2f} s, exit {done.returncode}")
