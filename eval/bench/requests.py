"""Tokens of one request for an item beside one request for each task: `python -m eval.bench requests`.

Both plans are made by the pipeline itself on the same items; nothing is sent. The prompt's stable
part is counted in full for each request, and once more as an endpoint's prompt cache would count it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from refiner.graph.target import locate
from refiner.ledger import Ledger
from refiner.pipeline.options import Run
from refiner.pipeline.refine import dry_run
from refiner.pipeline.request import CHARS_PER_TOKEN, estimated_tokens
from refiner.pipeline.select import Selection
from refiner.settings import Settings
from refiner.tasks.editor.model import PARTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.llm.model import Request

ITEMS = 200
TASKS = tuple(dict.fromkeys(task for parts in PARTS.values() for task in parts.values()))


class Tokens(NamedTuple):
    """What requests take: all of them, and of that the part that is the same in each."""

    requests: int
    prompt: int
    stable: int

    @property
    def fresh(self) -> int:
        """What an endpoint with a prompt cache reads anew."""
        return self.prompt - self.stable


def measure(root: Path, items: int = ITEMS) -> tuple[int, Tokens, Tokens]:
    """How many items were planned, and the tokens of both plans.

    Args:
        root: A graph; it is only read.
        items: At most so many, the newest.
    """
    settings = Settings(model="large", base_url="http://127.0.0.1:9/v1", model_grade="large")
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / "ledger.db") as ledger:

        def plan(tasks: tuple[str, ...], limit: int | None = None) -> list[Request]:
            selection = Selection(limit=limit, tasks=tasks)
            return [*dry_run(Run.of(locate([root]), settings, ledger, selection))[2].values()]

        whole = plan(TASKS, items)
        meant = {_item_of(request) for request in whole}
        apart = [request for task in TASKS for request in plan((task,))]
    single = [request for request in apart if _item_of(request) in meant]
    return len(whole), _tokens(whole), _tokens(single)


def _item_of(request: Request) -> str:
    """The text of the item that a request is about."""
    _, _, told = request.messages[-1].content.partition("\nSettled: <data>")
    return told.partition("</data>\n")[2]


def _tokens(requests: Sequence[Request]) -> Tokens:
    prompts = [estimated_tokens(request)[0] for request in requests]
    stable = [
        round(sum(len(message.content) for message in request.messages[:-1]) / CHARS_PER_TOKEN)
        for request in requests
    ]
    return Tokens(len(prompts), sum(prompts), sum(stable))


def main() -> None:
    """Print both plans for a graph."""
    root = Path(sys.argv[2] if len(sys.argv) > 2 else "fixtures/graph")  # noqa: PLR2004 - bench, its name
    items, whole, apart = measure(root)
    print(f"{items} items of {root.name}, prompt tokens by {CHARS_PER_TOKEN} letters each")
    for name, found in (("one request an item", whole), ("one request a task", apart)):
        print(
            f"  {name}: {found.requests} requests, {found.prompt / items:,.0f} tokens an item "
            f"({found.fresh / items:,.0f} where the stable part is cached)"
        )
    print(f"  share: {whole.prompt / apart.prompt:.0%} ({whole.fresh / apart.fresh:.0%} cached)")


if __name__ == "__main__":
    main()
