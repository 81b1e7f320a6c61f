"""A person's edited wordings as few-shot examples, to see whether they gain anything.

The examples come from the dev half of the pages; what they are worth is measured on the held-out
half. They are put before the item that is asked about, as turns of the same conversation, the
nearest language first. Nothing here changes what `refine` asks.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from refiner.llm.budget import Limits
from refiner.llm.dispatch import complete
from refiner.llm.model import Abstained, Answered, Failed, Message
from refiner.llm.open import open_endpoint
from refiner.llm.store import StoredAnswer
from refiner.pipeline.options import model_choice
from refiner.pipeline.report import cost_usd

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from refiner.evals.asking import Asking
    from refiner.evals.mine import Decided
    from refiner.llm.model import Outcome, Request

AT_MOST = 6
TAG = re.compile(r"\s#(?:\[\[[^\]]*\]\]|\S+)")


class Example(NamedTuple):
    """A request that was asked about an edited item, and the answer that the person wrote."""

    lang: str
    asked: str
    answer: str


def examples_of(decisions: Iterable[Decided], asked: Asking) -> list[Example]:
    """The person's own questions as answers to what the model was asked about them.

    Args:
        decisions: Those of the dev half; the ones in the person's own words are taken.
        asked: The items of the same half.
    """
    requests = asked.by_item()
    found = []
    for decided in decisions:
        own = requests.get((decided.proposal.item_hash, "question"))
        if decided.wording is not None and decided.proposal.task == "question" and own is not None:
            answer = json.dumps({"questions": [_plain(decided.wording)]}, ensure_ascii=False)
            found.append(Example(own.lang, own.messages[-1].content, answer))
    return found


def _plain(line: str) -> str:
    return TAG.sub("", line).strip()


def with_examples(request: Request, examples: Sequence[Example]) -> Request:
    """The same request with examples before its last message; its key tells of them."""
    chosen = sorted(examples, key=lambda one: one.lang != request.lang)[:AT_MOST]
    turns = [
        message
        for one in reversed(chosen)
        for message in (Message("user", one.asked), Message("assistant", one.answer))
    ]
    key = hashlib.sha256(repr((request.key, chosen)).encode()).hexdigest()[:32]
    messages = (*request.messages[:-1], *turns, request.messages[-1])
    return replace(request, key=key, messages=messages)


def answer_with_examples(asked: Asking, examples: Sequence[Example]) -> int:
    """Ask the questions of a plan with examples, and keep the answers as those of the plan.

    The next `refine` of the plan takes them and asks the rest as ever.

    Returns:
        How many requests were answered so.

    Raises:
        EndpointError: No request can succeed.
        ModelError: The embedded model can't be loaded.
    """
    plan = {key: one for key, one in asked.plan().items() if one.task == "question"}
    if not plan:
        return 0
    sent = {with_examples(one, examples).key: one for one in plan.values()}
    ended: list[Outcome] = []
    settings = asked.settings
    limits = Limits(
        concurrency=settings.concurrency,
        timeout_s=settings.timeout_s,
        retry_s=settings.retry_s,
        max_requests=settings.max_requests,
        max_minutes=settings.max_minutes,
        max_cost_usd=settings.max_cost_usd,
        requests_per_minute=settings.requests_per_minute,
        tokens_per_minute=settings.tokens_per_minute,
        cost=lambda usage: cost_usd(settings, settings.model, usage),
    )
    with open_endpoint(model_choice(settings)) as endpoint:
        requests = [with_examples(one, examples) for one in plan.values()]
        complete(requests, endpoint, asked.ledger, limits, ended.append)
    for outcome in ended:
        if isinstance(outcome, Failed):
            continue
        asked.ledger.save_answer(sent[outcome.request.key], _stored(outcome))
    return sum(not isinstance(outcome, Failed) for outcome in ended)


def _stored(outcome: Answered | Abstained) -> StoredAnswer:
    answer = outcome.value.model_dump_json() if isinstance(outcome, Answered) else ""
    return StoredAnswer(answer, outcome.violations, outcome.usage, outcome.latency_s)
