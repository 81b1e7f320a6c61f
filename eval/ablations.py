"""What each part of the pipeline is worth: rules, model, guards, the line of terms, the re-ask.

`python -m eval.ablations [LEDGER]`: prints Markdown tables for `eval/README.md`. Answers are kept
in the ledger, so that an interrupted run goes on; without one they are kept for the run alone.
Every second sample is taken, of both splits.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from refiner.evals.estimates import cells_of, f_measure
from refiner.evals.run import Result, run
from refiner.evals.samples import load_samples
from refiner.evals.scorers import score
from refiner.evals.scorers.cloze import meets
from refiner.evals.scorers.question import question_problems
from refiner.ledger import Ledger
from refiner.llm.dispatch import Limits, complete
from refiner.llm.endpoint import ModelChoice, open_endpoint
from refiner.llm.model import Answered, Message, Request
from refiner.llm.prompt import DATA_RULE, load_prompt, neutral, render
from refiner.pipeline.detect import read_book
from refiner.pipeline.options import plan_options
from refiner.settings import load_settings
from refiner.tasks import get_task
from refiner.tasks.cloze.guards import find_term, is_fair, is_worth_hiding
from refiner.tasks.question.guards import GUARDS, Rewrite

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from refiner.tasks.model import Ask

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "fixtures" / "golden"
SENTENCE_BREAK = re.compile(r"(?<=[.!?:])\s+")
LAST_WORDS = 32
LONGEST = 400
EACH = 2  # every second sample of a task, so that all of it ends within the hour


class RawQuestion(BaseModel):
    """A rewrite that no guard has seen."""

    model_config = ConfigDict(extra="forbid")

    question: str


class RawTerms(BaseModel):
    """Terms that no guard has seen."""

    model_config = ConfigDict(extra="forbid")

    terms: list[str]


class Vague(BaseModel):
    """Whether a question is vague, by the model alone."""

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["vague", "clear"]


class Verdict(BaseModel):
    """Whether a sentence is complete, by the model alone."""

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["complete", "cut"]


class Corrected(BaseModel):
    """A text with its typos put right, by the model alone."""

    model_config = ConfigDict(extra="forbid")

    text: str


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


def question(ledger: Ledger, path: Path) -> None:
    """Rewrites: guards, the line of terms, the re-ask; and finding vague ones by the model."""
    rules = results_of("question", "none", path)
    asks = asks_of(rules)
    raw = {name: as_request(ask, "question", RawQuestion) for name, ask in asks.items()}
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
            if name not in targets or not isinstance(value, RawQuestion):
                continue
            context = {**asks[name].context, "disabled_guards": off}
            try:
                Rewrite.model_validate(value.model_dump(), context=context)
            except ValidationError:
                continue
            texts[name] = value.question
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


def cloze(ledger: Ledger, path: Path) -> None:
    """Hidden terms: the rule for facts, the guards, and neither."""
    rules = results_of("cloze", "none", path)
    asks = asks_of(rules)
    raw = {name: as_request(ask, "cloze", RawTerms) for name, ask in asks.items()}
    alone = {}
    prompt = load_prompt("cloze")
    for one in rules:
        messages = render(
            prompt, {"passage": one.item.question.plain()}, {"title": "-"}, one.sample.lang
        )
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


def truncation(ledger: Ledger, path: Path) -> None:
    """Cut texts: by rules, by the model asked about every end, by both."""
    rules = results_of("truncation", "none", path)
    ends = {}
    for one in rules:
        text = (one.item.answers or (one.item.question,))[-1]
        last = SENTENCE_BREAK.split(text.text.strip())[-1]
        ends[one.sample.name] = outright(
            "Say whether this sentence from a book is complete, or cut off before its end.",
            " ".join(last.split()[-LAST_WORDS:]),
            Verdict,
            16,
        )
    answers = Asked(ledger, [*ends.values()])
    said = {name: answers.of(one) for name, one in ends.items()}
    cut = {name: isinstance(v, Verdict) and v.verdict == "cut" for name, v in said.items()}

    def flagged(results: list[Result]) -> list[tuple[bool, bool]]:
        return [
            (bool(score(r).counts["tp"] + score(r).counts["fp"]), not r.sample.is_clean)
            for r in results
        ]

    head("cut texts found by", "precision", "recall", "F1", "clean ones hit")
    detection("rules alone", flagged(rules))
    detection(
        "the model, asked about every end",
        [(cut[r.sample.name], not r.sample.is_clean) for r in rules],
    )
    detection(
        "rules, and the model where none is sure",
        [
            (is_found or (bool(r.rules) and cut[r.sample.name]), is_there)
            for r, (is_found, is_there) in zip(rules, flagged(rules), strict=True)
        ],
    )


def typo(ledger: Ledger, path: Path) -> None:
    """Typos: the rules, and the model that writes the text anew, on every third sample."""
    rules = results_of("typo", "none", path)[::3]
    texts = {
        r.sample.name: [text for _, text in r.item.sides() if 0 < len(text.text) <= LONGEST]
        for r in rules
    }
    sent = {
        (name, n): outright(
            "Correct the typos in this text and change nothing else. Reply with the whole text.",
            text.text,
            Corrected,
            220,
        )
        for name, many in texts.items()
        for n, text in enumerate(many)
    }
    answers = Asked(ledger, [*sent.values()])
    head(
        f"typos corrected, n = {len(rules)}, by",
        "right",
        "missed",
        "wrong edits",
        "F0.5",
        "edits on clean items",
    )

    def counted(name: str, results: Iterable[Result]) -> None:
        counts = sum((score(one).counts for one in results), Counter[str]())
        f = f_measure(cells_of(counts), 0.5) or 0
        row(name, counts["tp"], counts["fn"], counts["fp"], f"{f:.2f}", counts["false_clean"])

    counted("rules", rules)
    rewritten = []
    for one in rules:
        proposals = []
        for n, text in enumerate(texts[one.sample.name]):
            value = answers.of(sent[one.sample.name, n])
            if not isinstance(value, Corrected) or value.text.strip() == text.text.strip():
                continue
            edit = text.edit(0, len(text.text), value.text.strip())
            if edit is not None:
                proposals.append(_Rewritten("typo", _Place((edit,))))
        rewritten.append(dataclasses.replace(one, proposals=tuple(proposals)))  # type: ignore[arg-type]
    counted("model, the text written anew", rewritten)


@dataclasses.dataclass(frozen=True)
class _Place:
    edits: tuple[object, ...]


@dataclasses.dataclass(frozen=True)
class _Rewritten:
    """As much of a proposal as scoring looks at."""

    task: str
    place: _Place
    rule: str = "rewritten"


def main() -> None:
    """Ask everything, print every table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "ledger.db"
        own = path.with_name(path.stem + "-ablations.db")
        with Ledger(own) as ledger:
            for part in (question, cloze, truncation, typo):
                part(ledger, path)


if __name__ == "__main__":
    main()
