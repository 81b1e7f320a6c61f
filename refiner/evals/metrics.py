"""All metrics of a run: by task, over all languages and for each, and by rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from refiner.evals.estimates import (
    Cells,
    Estimate,
    cells_of,
    f_estimate,
    mcc_estimate,
    mean,
    rate,
    share,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from refiner.evals.run import Result
    from refiner.evals.scorers import Score
    from refiner.llm.store import StoredAnswer

    Counts = Sequence[Counter[str]]
    Measured = Callable[[Counts], Estimate]

CORRECTING = frozenset({"typo", "whitespace"})
BETA = {"typo": 0.5, "whitespace": 0.5, "truncation": 2.0}
PROTECTED = "protected spans touched"
FALSE_EDITS = "false edits per 100 clean"
# Of labelled items (`label_metrics.py`).
HARMED = "parts harmed"
TOUCHED = "faultless items with a proposal"
CHANGED = "clean items changed"
LOWER_IS_BETTER = frozenset(
    {PROTECTED, FALSE_EDITS, "abstained", "wrong of shown", "given away", HARMED, TOUCHED, CHANGED}
)
# What a run costs depends on the machine and the endpoint: it is shown, and never compared.
REFUSED = "refused per 100 answers"

_COSTS: dict[str, Callable[[StoredAnswer], float]] = {
    "requests per item": lambda _stored: 1.0,
    "tokens in per item": lambda stored: stored.usage.prompt_tokens,
    "tokens out per item": lambda stored: stored.usage.completion_tokens,
    "model seconds per item": lambda stored: stored.latency_s,
}
COSTS = tuple(_COSTS)


class Metric(NamedTuple):
    """One figure, of a task and language, or of one rule or guard of the task.

    `low` and `high` bound its 95 % interval, `n` is what it was taken from; a figure that
    was taken from nothing is unscored: None.
    """

    task: str
    lang: str
    rule: str
    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def key(self) -> str:
        """Its name in a baseline."""
        rule = f"{self.rule}: " if self.rule else ""
        return f"{self.task}/{self.lang}/{rule}{self.name}"

    @property
    def estimate(self) -> Estimate:
        """The figure with its bounds."""
        return Estimate(self.value, self.low, self.high, self.n)

    @property
    def is_cost(self) -> bool:
        """Whether it tells what a run costs, not what it is worth."""
        return self.name in COSTS or self.name == REFUSED

    @property
    def is_lower_better(self) -> bool:
        """Whether a smaller figure is a better one."""
        return self.is_cost or self.name in LOWER_IS_BETTER


def metrics(scores: Iterable[Score]) -> list[Metric]:
    """What the proposals are worth, by task, over all languages and for each."""
    groups: defaultdict[tuple[str, str], list[Score]] = defaultdict(list)
    for one in scores:
        sample = one.result.sample
        groups["all", "all"].append(one)
        groups[sample.task, "all"].append(one)
        groups[sample.task, sample.lang].append(one)
    found = []
    for (task, lang), group in sorted(groups.items()):
        counts = [one.counts for one in group]
        if task != "all":
            for name, measure in _measures(task).items():
                found.append(Metric(task, lang, "", name, *measure(counts)))
        right = sum(one.verdict == "right" for one in group)
        found.append(Metric(task, lang, "", "samples right", *share(right, len(group))))
        touched = sum(one["protected"] for one in counts)
        # None may be: one is outside of any interval.
        found.append(Metric(task, lang, "", PROTECTED, float(touched), 0.0, 0.0, len(group)))
        if task != "all" and lang == "all":
            found += _rule_metrics(task, counts)
    return found


def cost_metrics(results: Sequence[Result]) -> list[Metric]:
    """What the samples' items cost, in all and by task, and how often each guard refused.

    A recorded answer counts with what it cost when it was given. `all` is every task's requests
    about an item, a task's own row its own requests about its own samples.
    """
    groups: defaultdict[tuple[str, str], list[list[StoredAnswer]]] = defaultdict(list)
    asking = {result.sample.task for result in results if result.sample.task in result.answers}
    for result in results:
        sample = result.sample
        groups["all", "all"].append(list(result.answers.values()))
        if sample.task in asking:
            own = [stored for task, stored in result.answers.items() if task == sample.task]
            groups[sample.task, "all"].append(own)
            groups[sample.task, sample.lang].append(own)
    found = []
    for (task, lang), many in sorted(groups.items()):
        for name, cost in _COSTS.items():
            per_item = mean([sum(map(cost, answers)) for answers in many])
            found.append(Metric(task, lang, "", name, *per_item))
    asked = Counter(task for result in results for task in result.answers)
    refused = Counter(
        (task, facts_of(said))
        for result in results
        for task, stored in result.answers.items()
        for said in stored.violations
    )
    for (task, guard), times in sorted(refused.items()):
        found.append(Metric(task, "all", guard, REFUSED, *rate(times, asked[task], 100)))
    return found


def facts_of(violation: str) -> str:
    """The guard's name, which stands before its complaint; `schema` where pydantic speaks."""
    name, colon, _ = violation.partition(":")
    return name if colon and " " not in name else "schema"


def as_json(metric: Metric) -> dict[str, Any]:
    """Plain data."""
    return metric._asdict()


def _measures(task: str) -> dict[str, Measured]:
    """The metrics of a task, by name."""
    beta = BETA.get(task, 1.0)
    found: dict[str, Measured] = {
        "precision": lambda c: _share(c, "tp", "fp"),
        "recall": lambda c: _share(c, "tp", "fn"),
        "F1": lambda c: f_estimate(_cells(c)),
    }
    if beta != 1:
        found[f"F{beta:g}"] = lambda c: f_estimate(_cells(c), beta)
    if task in CORRECTING:
        found["MCC of items"] = lambda c: mcc_estimate(_cells(c, "item_"))
        found[FALSE_EDITS] = lambda c: rate(_sum(c, "false_clean"), _sum(c, "clean"), 100)
    else:
        found["MCC"] = lambda c: mcc_estimate(_cells(c))
    return found | _OWN.get(task, {})


_OWN: dict[str, dict[str, Measured]] = {
    "question": {
        "usable of shown": lambda c: _share(c, "usable", "unusable"),
        "wrong of shown": lambda c: _share(c, "wrong", "not_wrong"),
        "given away": lambda c: _share(c, "given_away", "not_given_away"),
        "abstained": lambda c: _share(c, "abstained", "usable", "unusable"),
        "mended of all vague": lambda c: _share(c, "usable", "unusable", "abstained"),
    },
    "cloze": {
        "exact": lambda c: _share(c, "exact", "inexact"),
        "on a good target": lambda c: _share(c, "good", "bad"),
        "overlap with good targets": lambda c: mean(
            [one["overlap_percent"] / 100 for one in c if one["good"] or one["bad"]]
        ),
        "worthless left alone": lambda c: _share(c, "left", "fp"),
    },
    "truncation": {
        "right cause": lambda c: _share(c, "cause", "other_cause"),
        "right place": lambda c: _share(c, "place", "other_place"),
    },
    "listing": {
        "right result": lambda c: _share(c, "result", "other_result"),
        "right language": lambda c: _share(c, "lang", "other_lang"),
    },
}


def _rule_metrics(task: str, counts: Counts) -> list[Metric]:
    """Each rule that saw, or should have seen, something.

    The targets of corrections name no rule: there a rule has its precision alone.
    """
    found = []
    rules = sorted({name.partition("@")[2] for one in counts for name in one if "@" in name})
    for rule in rules:
        tp, fp, fn = (f"{kind}@{rule}" for kind in ("tp", "fp", "fn"))
        measured = {"precision": _share(counts, tp, fp)}
        if task not in CORRECTING:
            rows = [_rule_cells(one, rule) for one in counts]
            measured["recall"] = _share(counts, tp, fn)
            measured["F1"] = f_estimate(rows)
            if task == "truncation":
                measured["F2"] = f_estimate(rows, 2)
            measured["MCC"] = mcc_estimate(rows)
        found += [Metric(task, "all", rule, name, *one) for name, one in measured.items()]
    return found


def _rule_cells(counts: Counter[str], rule: str) -> Cells:
    """One rule's own counts; a sample on which it rightly kept still is a true negative."""
    tp, fp, fn = (counts[f"{kind}@{rule}"] for kind in ("tp", "fp", "fn"))
    return Cells(tp, fp, fn, int(not tp + fp + fn))


def _cells(counts: Counts, prefix: str = "") -> list[Cells]:
    return [cells_of(one, prefix) for one in counts]


def _sum(counts: Counts, name: str) -> int:
    return sum(one[name] for one in counts)


def _share(counts: Counts, hits: str, *others: str) -> Estimate:
    total = _sum(counts, hits)
    return share(total, total + sum(_sum(counts, name) for name in others))
