"""What is counted on a labelled item, task by task, and the figures that come of it."""

from __future__ import annotations

from collections import Counter

import pytest

from refiner.evals.label_metrics import label_metrics
from refiner.evals.metrics import CHANGED, HARMED, TOUCHED
from refiner.proposals import Flag
from tests.eval.made import child, labelled, mark, proposal, replacement, sample

CARD = "- Why does the resevoir fill? #car\n\t- Because  `rivers` bring water.\n"
PASSAGE = "- The Suez Canal was opened in 1869. #ñspace\n"
TYPO = {"wrong": "resevoir", "right": "reservoir"}


def test_a_correction_that_is_made_counts_and_one_that_is_not_is_missed() -> None:
    one = sample(CARD)
    made = proposal(one, [replacement(one, "resevoir", "reservoir")])
    assert labelled(CARD, made, typos=[TYPO]).counts["typo"]["tp"] == 1
    missed = labelled(CARD, typos=[TYPO])
    assert missed.counts["typo"]["fn"] == 1
    assert [(f.task, f.kind) for f in missed.faults] == [("typo", "missed")]


def test_an_edit_beyond_the_labels_is_wrong_and_changes_a_clean_item() -> None:
    one = sample(CARD)
    made = proposal(one, [replacement(one, "rivers", "streams")])
    counts = labelled(CARD, made, typos=[]).counts["typo"]
    assert (counts["fp"], counts["clean"], counts["clean_changed"]) == (1, 1, 1)


def test_white_space_alone_is_no_correction() -> None:
    one = sample(CARD)
    made = proposal(one, [replacement(one, "  `", " `")], "whitespace")
    counts = labelled(CARD, made, typos=[]).counts["typo"]
    assert (counts["fp"], counts["clean_changed"]) == (0, 0)


def test_typos_that_nobody_looked_for_are_not_counted() -> None:
    one = sample(CARD)
    made = proposal(one, [replacement(one, "rivers", "streams")])
    assert labelled(CARD, made).counts["typo"] == Counter()


@pytest.mark.parametrize(
    ("verdict", "counted"),
    [(True, {"tp": 1}), (False, {"fp": 1}), ("borderline", {}), (None, {})],
    ids=["vague", "clear", "borderline", "not judged"],
)
def test_a_flag_that_says_so_finds_a_vague_card(verdict: object, counted: dict[str, int]) -> None:
    one = sample(CARD)
    flag = Flag("private-remark", "", "")
    made = proposal(one, [replacement(one, "?", "? ")], "flag", flag)
    assert labelled(CARD, made, vague=verdict).counts.get("question", Counter()) == Counter(counted)


def test_a_rewrite_is_counted_and_left_to_be_read() -> None:
    one = sample(CARD)
    made = proposal(one, [replacement(one, "Why", "How")], "question")
    score = labelled(CARD, made, vague=True, good_questions=["What fills a reservoir?"])
    assert score.counts["question"]["rewritten"] == 1
    assert [(f.kind, f.remark) for f in score.faults] == [("to read", "What fills a reservoir?")]


def test_a_cut_answer_and_a_cut_passage_are_counted_apart() -> None:
    cut = labelled(CARD, mark(sample(CARD, "truncation"), "colon", "rivers"), truncated=True)
    assert cut.counts["truncation"] == Counter({"card_tp": 1})
    assert labelled(PASSAGE, truncated=True).counts["truncation"] == Counter({"passage_fn": 1})


def test_a_listing_is_restored_where_its_lines_stand_so_whatever_the_depth() -> None:
    page = "- How? #car\n\t- for x in y: print(x)\n"
    one = sample(page)
    fence = "```python\n\t  for x in y:\n\t      print(x)\n\t  ```"
    made = proposal(one, [replacement(one, "for x in y: print(x)", fence)], "listing")
    said = {"flattened_code": True, "restored": "for x in y:\n    print(x)"}
    assert labelled(page, made, **said).counts["listing"] == Counter({"card_tp": 1, "restored": 1})
    assert labelled(page, **said).counts["listing"] == Counter({"card_fn": 1, "not_restored": 1})


def test_hidden_terms_are_held_against_the_targets() -> None:
    one = sample(PASSAGE)
    line = "The {{cloze Suez Canal}} was opened in {{cloze 1869 \\\\ year}}. #cloze"
    made = proposal(one, [child(one, line)], "cloze")
    score = labelled(PASSAGE, made, cloze_worthless=False, cloze_targets=["the Suez Canal"])
    assert score.counts["cloze"] == Counter({"left_tn": 1, "hidden": 1, "good": 1, "bad": 1})
    assert "1869" in score.faults[0].remark
    worthless = labelled(PASSAGE, made, cloze_worthless=True)
    assert worthless.counts["cloze"] == Counter({"left_fn": 1})


def test_a_part_that_must_stay_is_harmed_where_any_proposal_changes_it() -> None:
    one = sample(CARD)
    made = proposal(one, [replacement(one, "`rivers`", "rivers")], "whitespace")
    score = labelled(CARD, made, must_keep=["`rivers` bring"])
    assert score.counts["all"]["harmed"] == 1
    assert labelled(CARD, must_keep=["Because `rivers`"]).counts["all"]["harmed"] == 0


CLEAN = {"typos": [], "vague": False, "truncated": False, "flattened_code": False}


def test_a_faultless_item_is_touched_by_all_but_clozes_spaces_and_duplicates() -> None:
    one = sample(CARD)
    edits = [replacement(one, "  `", " `")]
    duplicate = Flag("duplicate", "", "")
    spared = [proposal(one, edits, "whitespace"), proposal(one, edits, "flag", duplicate)]
    assert labelled(CARD, *spared, **CLEAN).counts["all"]["untouched"] == 1
    cut = labelled(CARD, mark(sample(CARD, "truncation"), "colon", "rivers"), **CLEAN)
    assert cut.counts["all"]["touched"] == 1


def test_figures_have_the_intervals_and_names_of_the_golden_ones() -> None:
    one = sample(CARD)
    made = proposal(one, [replacement(one, "resevoir", "reservoir")])
    scores = [labelled(CARD, made, typos=[TYPO], lang="en"), labelled(CARD, typos=[TYPO])]
    found = {metric.key: metric for metric in label_metrics(scores)}
    recall = found["typo/all/recall"]
    assert (recall.value, recall.n) == (0.5, 2)
    assert recall.low is not None
    assert 0 < recall.low < 0.5
    assert found["typo/en/recall"].value == 1
    assert found["typo/all/precision"].value == 1
    assert found["question/all/F1"].value is None
    assert found[f"all/all/{HARMED}"].value == 0
    assert found[f"all/all/{TOUCHED}"].n == 0
    assert found[f"typo/all/{CHANGED}"].is_lower_better
    assert {metric.task for metric in label_metrics(scores, ["cloze"])} == {"cloze", "all"}
