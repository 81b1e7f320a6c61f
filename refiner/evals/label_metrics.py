"""Metrics of labelled items: the golden samples' words and intervals, other counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from refiner.evals.estimates import (
    NOTHING,
    UNSCORED,
    Cells,
    Estimate,
    cells_of,
    f_estimate,
    mcc_estimate,
    share,
)
from refiner.evals.metrics import CHANGED, HARMED, TOUCHED, Metric
from refiner.evals.scorers.labelled import FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from refiner.evals.scorers.labelled import LabelScore

    Counts = Sequence[Counter[str]]

# What is detected: task, the counts' prefix, and the name of what is found.
DETECTED = (
    ("question", "", ""),
    ("truncation", "card_", "answers"),
    ("truncation", "passage_", "passages"),
    ("listing", "card_", "cards"),
    ("listing", "passage_", "passages"),
    ("typo", "", ""),
    ("cloze", "left_", "worthless left alone"),
    *(("flag", f"{name}_", name) for name in FLAGS.values()),
)
BETA = {"typo": 0.5}
# Shares: task, name, the hits' counts and the others'.
SHARES = (
    ("question", "rewritten of those that can be", "rewritten", "not_rewritten"),
    ("listing", "restored exactly", "restored", "not_restored"),
    ("cloze", "hidden of those worth it", "hidden", "not_hidden"),
    ("cloze", "on a good target", "good", "bad"),
    ("cloze", "worthless left alone", "left_tp", "left_fn"),
    ("all", TOUCHED, "touched", "untouched"),
)


def label_metrics(scores: Iterable[LabelScore], tasks: Sequence[str] = ()) -> list[Metric]:
    """What the proposals are worth, by task, over all languages and for each.

    Args:
        scores: Of each labelled item.
        tasks: These alone, and what holds for all; empty for all.
    """
    by_lang: defaultdict[str, list[LabelScore]] = defaultdict(list)
    for one in scores:
        by_lang["all"].append(one)
        by_lang[one.item.label.lang or "unknown"].append(one)
    found: list[Metric] = []
    for lang, group in sorted(by_lang.items()):
        found += _of(lang, group)
    order = ["question", "typo", "cloze", "truncation", "listing", "flag", "all"]
    chosen = [one for one in found if not tasks or one.task in {*tasks, "all"}]
    return sorted(chosen, key=lambda metric: (order.index(metric.task), metric.lang != "all"))


def _of(lang: str, scores: Sequence[LabelScore]) -> list[Metric]:
    found = []
    for task, prefix, what in DETECTED:
        rows = [cells_of(counts, prefix) for counts in _counts(scores, task)]
        rule = what if task == "flag" else ""
        before = "" if rule or not what else f"{what}: "
        for name, estimate in _detection(rows, BETA.get(task, 1.0)).items():
            found.append(Metric(task, lang, rule, before + name, *estimate))
    for task, name, hits, others in SHARES:
        total = sum(_counts(scores, task), Counter[str]())
        found.append(Metric(task, lang, "", name, *share(total[hits], total[hits] + total[others])))
    typos = sum(_counts(scores, "typo"), Counter[str]())
    changed = share(typos["clean_changed"], typos["clean"])
    found.append(Metric("typo", lang, "", CHANGED, *changed))
    harmed = float(sum(counts["harmed"] for counts in _counts(scores, "all")))
    # None may be: one is outside of any interval.
    found.append(Metric("all", lang, "", HARMED, harmed, 0.0, 0.0, len(scores)))
    return [one for one in found if lang == "all" or one.n]


def _counts(scores: Iterable[LabelScore], task: str) -> list[Counter[str]]:
    return [one.counts.get(task, Counter()) for one in scores]


def _detection(rows: Sequence[Cells], beta: float) -> dict[str, Estimate]:
    """Precision, recall and F; unscored where nothing was there and nothing was found."""
    judged = [row for row in rows if row != NOTHING]
    tp, fp, fn = (int(sum(row[i] for row in rows)) for i in range(3))
    found = {"precision": share(tp, tp + fp), "recall": share(tp, tp + fn)}
    found["F1"] = f_estimate(rows)
    if beta != 1:
        found[f"F{beta:g}"] = f_estimate(rows, beta)
    else:
        found["MCC"] = mcc_estimate(judged) if tp + fp + fn else UNSCORED
    return found
