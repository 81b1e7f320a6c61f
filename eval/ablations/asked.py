"""Requests that stand for themselves, the embedded model's answers to them, and rows of tables."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from refiner.evals.estimates import cells_of, f_measure
from refiner.evals.run import Result, run
from refiner.evals.samples import load_samples
from refiner.llm.budget import Limits
from refiner.llm.choice import ModelChoice
from refiner.llm.dispatch import complete
from refiner.llm.model import Answered, Message, Request
from refiner.llm.open import open_endpoint
from refiner.llm.prompt import DATA_RULE, load_prompt, neutral, render
from refiner.pipeline.detect import read_book
from refiner.pipeline.options import plan_options
from refiner.settings import load_settings
from refiner.tasks import get_task

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic import BaseModel

    from refiner.ledger import Ledger
    from refiner.tasks.model import Ask

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "fixtures" / "golden"
EACH = 2  # every second sample of a task, so that all of it ends within the hour


def request(
    messages: Iterable[Message], answer_model: type[BaseModel], task: str, lang: str, tokens: int
) -> Request:
    """A request that stands for itself: its key is the hash of its text."""
    sent = tuple(messages)
    written = repr([(m.role, m.content) for m in sent]) + answer_model.__name__
    key = hashlib.sha256(written.encode()).hexdigest()[:32]
    return Request(
        key, task, f"{task}-ablation", "local", sent, answer_model, lang=lang, max_tokens=tokens
    )


def as_request(ask: Ask, name: str, answer_model: type[BaseModel]) -> Request:
    """What a task asks, without its guards."""
    messages = render(load_prompt(name), ask.variables, ask.background, ask.lang)
    return request(messages, answer_model, name, ask.lang, ask.max_tokens)


def outright(instruction: str, data: str, answer_model: type[BaseModel], tokens: int) -> Request:
    """One plain question about a text, without examples."""
    messages = [
        Message("system", f"{instruction}\n{DATA_RULE}"),
        Message("user", f"<data>{neutral(data)}</data>"),
    ]
    return request(messages, answer_model, answer_model.__name__.lower(), "en", tokens)


class Asked:
    """Answers of the embedded model, by request."""

    def __init__(self, ledger: Ledger, requests: Sequence[Request]) -> None:
        self._values: dict[str, BaseModel] = {}
        with open_endpoint(ModelChoice("local"), lambda _text: None) as endpoint:
            complete(requests, endpoint, ledger, Limits(), self._heard)

    def _heard(self, outcome: object) -> None:
        if isinstance(outcome, Answered):
            self._values[outcome.request.key] = outcome.value

    def of(self, one: Request) -> BaseModel | None:
        """The answer, or None where none came."""
        return self._values.get(one.key)


def row(*cells: object) -> None:
    """One row of a Markdown table."""
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def head(*cells: str) -> None:
    """A Markdown table's first rows."""
    print()
    row(*cells)
    row(*("---" for _ in cells))


def detection(name: str, found: Iterable[tuple[bool, bool]], beta: float = 1) -> None:
    """A row with precision, recall and F of (is found, is there)."""
    counts = Counter(
        ("tp" if is_there else "fp") if is_found else ("fn" if is_there else "tn")
        for is_found, is_there in found
    )
    tp, fp, fn = counts["tp"], counts["fp"], counts["fn"]
    precision = f"{tp / (tp + fp):.2f}" if tp + fp else "-"
    row(
        name,
        precision,
        f"{tp / (tp + fn):.2f}",
        f"{f_measure(cells_of(counts), beta) or 0:.2f}",
        fp,
    )


def results_of(task: str, model: str, ledger: Path) -> list[Result]:
    """All samples of a task through the whole pipeline."""
    settings = load_settings(SAMPLES, {"model": model, "ledger": ledger})
    return run(load_samples(SAMPLES, None, [task], EACH), settings)[0]


def asks_of(results: Sequence[Result]) -> dict[str, Ask]:
    """What the task asks about each sample, by the sample's name."""
    extract = plan_options(load_settings(SAMPLES, {"model": "none"})).extract
    found = {}
    for one in results:
        sample = one.sample
        _, book = read_book(sample.page, sample.name, extract)
        item = book.items[sample.item]
        task = get_task(sample.task)
        findings = task.detect(item, book)
        ask = task.ask(item, book, findings) if findings else None
        if ask is not None:
            found[sample.name] = ask
    return found
