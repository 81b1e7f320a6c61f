"""Hidden terms."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from eval.ablations.asked import Asked, as_request, asks_of, head, request, results_of, row
from refiner.evals.scorers import score
from refiner.evals.scorers.cloze import meets
from refiner.llm.prompt import load_prompt, render
from refiner.tasks.cloze.guards import find_term, is_fair, is_worth_hiding

if TYPE_CHECKING:
    from pathlib import Path

    from refiner.ledger import Ledger
    from refiner.llm.model import Request


class RawTerms(BaseModel):
    """Terms that no guard has seen."""

    model_config = ConfigDict(extra="forbid")

    terms: list[str]


def cloze(ledger: Ledger, path: Path) -> None:
    """Hidden terms: the rule for facts, the guards, and neither."""
    rules = results_of("cloze", "none", path)
    asks = asks_of(rules)
    raw = {name: as_request(ask, "cloze", RawTerms) for name, ask in asks.items()}
    alone = {}
    prompt = load_prompt("cloze")
    for one in rules:
        messages = render(prompt, {"passage": one.item.question.plain()}, {}, one.sample.lang)
        alone[one.sample.name] = request(messages, RawTerms, "cloze", one.sample.lang, 70)
    answers = Asked(ledger, [*raw.values(), *alone.values()])
    head("clozes", "on a good target", "another", "no exact part", "worthless hit", "none")

    def scored(name: str, requests: dict[str, Request], *, is_guarded: bool) -> None:
        counts: Counter[str] = Counter()
        for one in rules:
            sent = requests.get(one.sample.name)
            value = None if sent is None else answers.of(sent)
            terms = value.terms[:3] if isinstance(value, RawTerms) else []
            lines = one.item.question.text.split("\n")
            if is_guarded:
                terms = [
                    term
                    for term in terms
                    if is_worth_hiding(term, one.sample.lang)
                    and any((h := find_term(line, term)) and is_fair(line, h) for line in lines)
                ]
            target = one.sample.target
            good, fine = target.get("good", []), target.get("ok", [])
            if one.sample.is_clean:
                counts["worthless" if terms else "left"] += 1
            elif not terms:
                counts["none"] += 1
            elif not all(any(find_term(line, term) for line in lines) for term in terms):
                counts["inexact"] += 1
            else:
                is_good = any(meets(t, good) for t in terms) and all(
                    meets(t, [*good, *fine]) for t in terms
                )
                counts["good" if is_good else "bad"] += 1
        row(name, *(counts[key] for key in ("good", "bad", "inexact", "worthless", "none")))

    scored("model alone, every passage, no guard", alone, is_guarded=False)
    scored("model alone, every passage, guards", alone, is_guarded=True)
    scored("rule for facts, no guard", raw, is_guarded=False)
    scored("rule for facts, guards", raw, is_guarded=True)
    counts = sum((score(one).counts for one in results_of("cloze", "local", path)), Counter[str]())
    row(
        "the pipeline: and one re-ask",
        *(counts[key] for key in ("good", "bad", "inexact", "fp", "fn")),
    )
