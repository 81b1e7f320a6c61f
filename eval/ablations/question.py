"""Rewrites, and finding vague questions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from eval.ablations.asked import (
    Asked,
    as_request,
    asks_of,
    detection,
    head,
    outright,
    request,
    results_of,
    row,
)
from refiner.evals.scorers.question import question_problems
from refiner.llm.model import Message, Request
from refiner.tasks.model import FACTS
from refiner.tasks.question.guards import GUARDS, CardFacts, Rewrite

if TYPE_CHECKING:
    from pathlib import Path

    from refiner.ledger import Ledger


class RawQuestions(BaseModel):
    """Rewrites that no guard has seen."""

    model_config = ConfigDict(extra="forbid")

    questions: list[str]


class Vague(BaseModel):
    """Whether a question is vague, by the model alone."""

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["vague", "clear"]


def without_terms(one: Request) -> Request:
    """The same request without the line of terms, in the examples too."""
    messages = [
        Message(
            m.role,
            re.sub(r"\n?Terms to use: .*", "", m.content).replace(
                " Use some of the terms to use.", ""
            ),
        )
        for m in one.messages
    ]
    return request(messages, one.answer_model, one.task, one.lang, one.max_tokens)


def question(ledger: Ledger, path: Path) -> None:
    """Rewrites: guards, the line of terms, the re-ask; and finding vague ones by the model."""
    rules = results_of("question", "none", path)
    asks = asks_of(rules)
    raw = {name: as_request(ask, "question", RawQuestions) for name, ask in asks.items()}
    bare = {name: without_terms(one) for name, one in raw.items()}
    vague = {
        one.sample.name: outright(
            "A flashcard's question is vague when it only names a topic or a figure and asks "
            "nothing. Say whether this question is vague or clear.",
            one.item.question.plain(),
            Vague,
            16,
        )
        for one in rules
    }
    answers = Asked(ledger, [*raw.values(), *bare.values(), *vague.values()])
    head("vague questions found by", "precision", "recall", "F1", "clean ones hit")
    detection("rules", ((bool(one.rules), not one.sample.is_clean) for one in rules))
    said = {name: answers.of(one) for name, one in vague.items()}
    judged = {name: isinstance(v, Vague) and v.verdict == "vague" for name, v in said.items()}
    detection("model", ((judged[one.sample.name], not one.sample.is_clean) for one in rules))
    both = ((bool(one.rules) and judged[one.sample.name], not one.sample.is_clean) for one in rules)
    detection("both agree", both)
    targets = {one.sample.name: one.sample.target for one in rules if not one.sample.is_clean}
    head(f"rewrites, n = {len(targets)}", "usable", "not usable", "none")

    def shown(name: str, texts: dict[str, str]) -> None:
        bad = sum(bool(question_problems(texts[key], targets[key])) for key in texts)
        row(name, len(texts) - bad, bad, len(targets) - len(texts))

    templates = {
        one.sample.name: found[0].after
        for one in rules
        if one.sample.name in targets and (found := one.of("question")) and found[0].flag is None
    }
    shown("templates alone", templates)

    def passed(requests: dict[str, Request], off: tuple[str, ...]) -> dict[str, str]:
        texts = {}
        for name, one in requests.items():
            value = answers.of(one)
            if name not in targets or not isinstance(value, RawQuestions):
                continue
            facts = cast("CardFacts", asks[name].facts)
            context = {FACTS: replace(facts, disabled=frozenset(off))}
            try:
                passing = Rewrite.model_validate(value.model_dump(), context=context)
            except ValidationError:
                continue
            texts[name] = passing.question
        return {**templates, **texts}

    shown("and the model, no guard", passed(raw, tuple(GUARDS)))
    shown("and the model, all guards, no re-ask", passed(raw, ()))
    shown("the same without the line of terms", passed(bare, ()))
    for guard in GUARDS:
        shown(f"all guards but `{guard}`, no re-ask", passed(raw, (guard,)))
    whole = {
        one.sample.name: found[0].after
        for one in results_of("question", "local", path)
        if one.sample.name in targets and (found := one.of("question")) and found[0].flag is None
    }
    shown("all guards and one re-ask", whole)
