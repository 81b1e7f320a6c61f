"""One version of refiner that asks the embedded model, item by item, as it is told to.

Runs with the path of a checkout in front: `python embedded_worker.py GRAPH`. Prints how many items
ask something, then for each line that it reads asks the next one and prints what that took.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from eval.bench.dispatch import Memory
from refiner.graph.target import locate
from refiner.ledger import Ledger
from refiner.llm.budget import Limits
from refiner.llm.dispatch import complete
from refiner.llm.open import open_endpoint
from refiner.pipeline.options import Run, model_choice
from refiner.pipeline.refine import dry_run
from refiner.settings import load_settings


def main() -> None:
    """Ask for each line of stdin."""
    graph = Path(sys.argv[1])
    settings = load_settings(graph, {"model": "local"})
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / "plan.db") as ledger:
        plan = dry_run(Run.of(locate([graph]), settings, ledger))[2]
    requests = sorted(plan.values(), key=lambda request: (request.task, request.lang))
    store = Memory()
    with open_endpoint(model_choice(settings), lambda _text: None) as endpoint:
        print(len(requests), flush=True)
        for request, _ in zip(requests, sys.stdin, strict=False):
            wall, cpu = time.perf_counter(), time.process_time()
            complete([request], endpoint, store, Limits(), lambda _outcome: None)
            usage = store.answers[request.key].usage
            took = {
                "seconds": time.perf_counter() - wall,
                "cpu": time.process_time() - cpu,
                "read": usage.prompt_tokens - usage.cached_tokens,
                "cached": usage.cached_tokens,
                "written": usage.completion_tokens,
                "is_answered": bool(store.answers[request.key].answer),
            }
            print(json.dumps(took), flush=True)


if __name__ == "__main__":
    main()
