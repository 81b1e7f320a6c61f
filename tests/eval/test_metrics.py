"""Which metrics there are, and what they are taken from."""

from __future__ import annotations

from collections import Counter

import pytest

from refiner.evals.estimates import cells_of
from refiner.evals.metrics import Metric, cost_metrics, metrics
from refiner.evals.run import Result
from refiner.evals.scorers.score import Score
from refiner.llm.model import Usage
from refiner.llm.store import StoredAnswer
from tests.eval.made import item_of, sample

PAGE = "- About loam #car\n\t- Loam is sand, silt and clay.\n"


def score_with(task: str, **counts: int) -> Score:
    one = sample(PAGE, task, rules=["about"])
    named = {name.replace("__", "@"): n for name, n in counts.items()}
    return Score(Result(one, item_of(one), (), ()), Counter(named), "")


def by_key(found: list[Metric]) -> dict[str, Metric]:
    return {metric.key: metric for metric in found}


def test_each_cause_of_a_cut_has_precision_recall_f1_f2_and_mcc() -> None:
    scores = [score_with("truncation", tp=1, tp__colon=1), score_with("truncation", tn=1)]
    found = by_key(metrics(scores))
    for name in ("precision", "recall", "F1", "F2", "MCC"):
        assert found[f"truncation/all/colon: {name}"].value == pytest.approx(1)


def test_every_metric_is_there_for_each_language_and_unscored_where_nothing_was_counted() -> None:
    found = by_key(metrics([score_with("question", tn=1)]))
    assert found["question/en/usable of shown"].value is None
    assert found["question/en/given away"].n == 0
    assert found["question/en/F1"].value is None
    assert found["question/all/protected spans touched"].value == 0


@pytest.mark.parametrize(
    ("task", "names"),
    [
        ("question", {"MCC", "usable of shown", "wrong of shown", "given away", "abstained"}),
        ("typo", {"precision", "recall", "F0.5", "MCC of items", "false edits per 100 clean"}),
        ("whitespace", {"F0.5", "MCC of items", "false edits per 100 clean"}),
        (
            "cloze",
            {"exact", "on a good target", "overlap with good targets", "worthless left alone"},
        ),
        ("truncation", {"F1", "F2", "MCC", "right cause", "right place"}),
        ("listing", {"F1", "MCC", "right result", "right language"}),
        ("flag", {"F1", "MCC"}),
    ],
)
def test_a_task_has_its_own_metrics(task: str, names: set[str]) -> None:
    assert names <= {metric.name for metric in metrics([score_with(task, tp=1)])}


def test_all_tasks_together_have_the_share_of_samples_that_are_right() -> None:
    found = by_key(metrics([score_with("question", tp=1), score_with("typo", fn=1)]))
    assert found["all/all/samples right"].value == pytest.approx(0.5)


def test_costs_are_those_of_the_answers_and_guards_count_per_answer() -> None:
    one = sample(PAGE, "question", rules=["about"])
    refused = StoredAnswer("", ("form: ask", "form: ask"), Usage(100, 0, 10), 2.0)
    asked = Result(one, item_of(one), (), (), (), {"question": refused})
    silent = Result(one, item_of(one), (), ())
    found = by_key(cost_metrics([asked, silent]))
    assert found["question/en/requests per item"].value == pytest.approx(0.5)
    assert found["all/all/tokens in per item"].value == pytest.approx(50)
    assert found["all/all/model seconds per item"].value == pytest.approx(1)
    assert found["question/all/form: refused per 100 answers"].value == pytest.approx(200)


def test_counts_are_read_behind_a_prefix() -> None:
    assert cells_of(Counter(item_tp=2, fp=1), "item_").tp == 2
