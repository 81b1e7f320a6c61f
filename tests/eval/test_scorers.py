"""What counts as right and wrong; each test is a way in which a score could flatter."""

from __future__ import annotations

import pytest

from refiner.evals.scorers.cloze import is_exact_edit, meets
from refiner.evals.scorers.listing import is_same, nesting
from refiner.evals.scorers.question import gives_away, question_problems
from refiner.logseq import Edit
from tests.eval.made import child, item_of, mark, proposal, replacement, sample, scored

CARD = "- How does a resevoir fill? #car\n\t- Slowly, as rivers bring their water to it.\n"
WANTED = [{"old": "resevoir", "new": ["reservoir"]}]
PASSAGE = "- In 1869 the Suez Canal was opened. It is a long canal in Egypt. #ñspace\n"


def test_a_correction_counts_and_a_missed_one_too() -> None:
    one = sample(CARD, edits=[*WANTED, {"old": "rivers", "new": ["streams"]}])
    found = scored(one, proposal(one, [replacement(one, "resevoir", "reservoir")]))
    assert (found.counts["tp"], found.counts["fn"], found.counts["fp"]) == (1, 1, 0)
    assert found.verdict == "missed"


def test_another_correction_is_a_missed_target_and_a_false_edit() -> None:
    one = sample(CARD, edits=WANTED)
    found = scored(one, proposal(one, [replacement(one, "resevoir", "river")]))
    assert (found.counts["tp"], found.counts["fn"], found.counts["fp"]) == (0, 1, 1)
    assert found.verdict == "wrong"


def test_the_right_word_at_another_place_does_not_count() -> None:
    one = sample(CARD, edits=WANTED)
    found = scored(one, proposal(one, [replacement(one, "water", "reservoir")]))
    assert (found.counts["tp"], found.counts["fn"], found.counts["fp"]) == (0, 1, 1)


def test_a_rewritten_sentence_pays_for_each_word_that_it_changes() -> None:
    one = sample(CARD, edits=WANTED)
    new = "How does any reservoir become full?"
    found = scored(one, proposal(one, [replacement(one, "How does a resevoir fill?", new)]))
    assert (found.counts["tp"], found.counts["fn"]) == (1, 0)
    assert found.counts["fp"] == 2


def test_an_edit_by_the_other_task_counts_as_well() -> None:
    one = sample(CARD, edits=WANTED)
    edits = [replacement(one, "resevoir", "reservoir")]
    assert scored(one, proposal(one, edits, "whitespace")).counts["tp"] == 1
    found = scored(one, proposal(one, [replacement(one, "Slowly", "Fast")], "whitespace"))
    assert found.counts["fp"] == 1


def test_targets_that_one_edit_meets_are_counted_apart() -> None:
    one = sample(
        "- Is it neccessary sufficent? #car\n\t- Yes.\n",
        edits=[
            {"old": "neccessary", "new": ["necessary"]},
            {"old": "sufficent", "new": ["enough"]},
        ],
    )
    edit = replacement(one, "neccessary sufficent", "necessary sufficent")
    assert scored(one, proposal(one, [edit])).counts["tp"] == 1
    edit = replacement(one, "neccessary sufficent", "necessary enough")
    assert scored(one, proposal(one, [edit])).counts["tp"] == 2


def test_an_edit_of_a_clean_sample_is_false() -> None:
    one = sample(CARD)
    found = scored(one, proposal(one, [replacement(one, "resevoir", "reservoir")]))
    assert (found.counts["false_clean"], found.counts["clean"]) == (1, 1)
    assert found.verdict == "false alarm"


VAGUE = "- About loam #car\n\t- Loam is sand, silt and clay in about equal parts.\n"


def rewrite(new: str, **target: object) -> tuple[str, str]:
    one = sample(VAGUE, "question", rules=["about"], **target)
    found = scored(one, proposal(one, [replacement(one, "About loam", new)]), rules=("about",))
    return found.verdict, found.remark


def test_a_rewrite_that_meets_all_criteria_is_usable() -> None:
    assert rewrite("What is loam?", must_any=[["loam"]], lang="en")[0] == "right"


@pytest.mark.parametrize(
    ("new", "target", "problem"),
    [
        ("What is clay?", {"must_any": [["loam"]]}, "lacks loam"),
        ("What is a gloaming?", {"must_any": [["loam"]]}, "lacks loam"),
        ("What is loam in figure 2?", {"must_not": ["figure"]}, "holds figure"),
        ("What is silt", {"bad": ["What is silt?"]}, "asks What is silt?"),
        ("Loam, in short.", {"must_any": [["loam"]]}, "is not one question"),
        ("¿Qué es lo que tiene el loam?", {"lang": "en"}, "is in es"),
        ("Is loam sand, silt and clay in equal parts?", {}, "gives the answer away"),
    ],
    ids=["other", "part of a word", "must not", "bad", "no question", "language", "given away"],
)
def test_a_rewrite_is_wrong_where(new: str, target: dict[str, object], problem: str) -> None:
    verdict, remark = rewrite(new, **target)
    assert verdict == "wrong"
    assert problem in remark


def test_plurals_count_and_links_do_not() -> None:
    assert not question_problems("What are [figures](x) of loams? #car", {"must_any": [["loam"]]})
    assert not question_problems("Who? https://example.org/figure", {"must_not": ["figure"]})


def test_a_vague_question_without_a_rewrite_is_no_success() -> None:
    one = sample(VAGUE, "question", rules=["about"])
    found = scored(one, rules=("about",))
    assert (found.counts["tp"], found.counts["abstained"]) == (1, 1)
    assert found.verdict == "missed"
    allowed = sample(VAGUE, "question", rules=["about"], abstain_ok=True)
    assert scored(allowed, rules=("about",)).verdict == "right"


def test_seven_words_in_a_row_give_an_answer_away() -> None:
    answer = "It was built so that the two towns on the far bank could trade in winter as well."
    assert gives_away("Was it built so that the two towns could trade?", "Bridge", answer)
    assert not gives_away("Why was the bridge built?", "Bridge", answer)


@pytest.mark.parametrize(
    ("term", "is_met"),
    [
        ("Suez Canal", True),
        ("the Suez Canal", True),
        ("suez canal", True),
        ("canal", True),
        ("a", False),
        ("S", False),
        ("the", False),
        ("a long canal in Egypt", False),
    ],
)
def test_a_term_is_met_by_most_of_it_and_little_else(term: str, *, is_met: bool) -> None:
    assert meets(term, ["Suez Canal", "1869"]) is is_met


def hidden(line: str, **target: object) -> dict[str, int]:
    one = sample(PASSAGE, "cloze", **(target or {"good": ["Suez Canal"]}))
    return scored(one, proposal(one, [child(one, line)])).counts


def test_a_cloze_is_exact_where_its_sentence_comes_back() -> None:
    counts = hidden("In 1869 the {{cloze Suez Canal}} was opened. #card")
    assert (counts["exact"], counts["good"], counts["overlap_percent"]) == (1, 1, 100)
    assert hidden("In 1869 the {{cloze Suez Canal \\\\ a canal}} was opened. #card")["exact"] == 1


@pytest.mark.parametrize(
    "line",
    [
        "In 1869 a {{cloze Suez Canal}} was opened. #card",
        "In 1869 the {{cloze suez canal}} was opened. #card",
        "n 1869 the {{cloze Suez Canal}} was opened. #card",
        "In 1869 the {{cloze Suez {{cloze Canal}}}} was opened. #card",
        "{{cloze In 1869 the Suez Canal was opened.}} #card",
        "In 1869 the Suez Canal was opened. #card",
        "Suez Canal: {{cloze 1869}} #card",
    ],
    ids=["word", "case", "cut", "nested", "whole", "nothing", "shortened"],
)
def test_a_cloze_is_not_exact_where(line: str) -> None:
    counts = hidden(line)
    assert (counts["exact"], counts["inexact"]) == (0, 1)


def test_a_cloze_inside_the_passage_has_to_leave_its_words() -> None:
    assert is_exact_edit(Edit(0, 4, "Suez", "{{cloze Suez}}"), "Suez is there.")
    assert not is_exact_edit(Edit(0, 4, "Suez", "{{cloze suez}}"), "Suez is there.")


def test_a_bad_term_spoils_a_good_one() -> None:
    line = "In {{cloze 1869}} the {{cloze Suez Canal}} was {{cloze opened}}. #card"
    assert hidden(line, good=["1869", "Suez Canal"], bad=["opened"])["good"] == 0
    assert hidden(line, good=["1869", "Suez Canal"], ok=["opened"])["good"] == 1


CUT = "- What opened? #car\n\t- In 1869 the Suez Canal was opened, which made the\n"


def test_a_listing_s_mark_is_no_mark_of_a_cut_text() -> None:
    one = sample(CUT, "truncation", cause="mid-sentence", side="answer")
    found = scored(one, mark(one, "split", "In 1869", name="listing"))
    assert (found.counts["tp"], found.counts["fn"]) == (0, 1)
    assert scored(one, mark(one, "mid-sentence", "In 1869")).verdict == "right"


def test_a_mark_has_to_name_the_cause_and_stand_in_the_place() -> None:
    one = sample(CUT, "truncation", cause="mid-sentence", side="answer", where="listing 4.9")
    found = scored(one, mark(one, "colon", "What opened"))
    assert (found.counts["other_cause"], found.counts["other_place"]) == (1, 1)
    assert found.counts["fp@colon"] == found.counts["fn@mid-sentence"] == 1
    right = scored(one, mark(one, "mid-sentence", "In 1869", detail="see Listing 4.9"))
    assert (right.counts["cause"], right.counts["place"]) == (1, 1)


LISTING = "- How? #car\n\t- if a:\n\t      go()\n\t  stop()\n"


def fenced(code: str, **target: object) -> str:
    one = sample(LISTING, "listing", **target)
    old = "if a:\n\t      go()\n\t  stop()"
    return scored(one, proposal(one, [replacement(one, old, code)])).verdict


@pytest.mark.parametrize(
    ("code", "lang", "same"),
    [
        ("beds:\n- north\n- south", "yaml", True),
        ("beds:\n    - north\n    - south", "yaml", True),
        ("beds:\n- north\n- south", "", False),
        ("beds:\n  - south\n  - north", "yaml", False),
        ("beds:\n  - north\n- south", "yaml", False),
    ],
)
def test_a_list_in_yaml_may_be_as_deep_as_its_key(code: str, lang: str, *, same: bool) -> None:
    assert is_same(code, "beds:\n  - north\n  - south", lang) == same


def test_a_listing_is_restored_only_with_its_indentation() -> None:
    code = "if a:\n    go()\nstop()"
    right = "```python\n\t  if a:\n\t    go()\n\t  stop()\n\t  ```"
    flat = "```python\n\t  if a:\n\t  go()\n\t  stop()\n\t  ```"
    assert fenced(right, fenced=code, lang="python") == "right"
    assert fenced(flat, fenced=code, lang="python") == "wrong"
    assert fenced(right, flag=True) == "wrong"


def test_nesting_does_not_look_at_the_width_of_indentation() -> None:
    assert nesting("a\n  b\n    c\nd") == nesting("a\n\tb\n\t\tc\nd") != nesting("a\n  b\n  c\nd")


GUARDED = "- See `ls -l` and [it](https://a.example)? #car\n  id:: 1\n\t- Yes.\n"


@pytest.mark.parametrize(
    ("old", "new", "is_touched"),
    [
        ("ls -l", "ls", True),
        ("[it](https://a.example)", "it", True),
        ("See `ls -l` and", "Look at `ls -l` and", False),
        ("id:: 1", "id:: 2", True),
        ("#car", "#cat", True),
        ("See", "Look at", False),
    ],
)
def test_what_is_protected_has_to_stay(old: str, new: str, *, is_touched: bool) -> None:
    one = sample(GUARDED)
    found = scored(one, proposal(one, [replacement(one, old, new)]))
    assert (found.verdict == "protected") is is_touched


def test_text_put_into_a_link_touches_it() -> None:
    one = sample(GUARDED)
    at = one.page.index(b"a.example")
    assert scored(one, proposal(one, [Edit(at, at, "", "x")])).counts["protected"] == 1


def test_spacing_tasks_may_change_white_space_in_code_and_nothing_else() -> None:
    one = sample("- Run `ls\u00a0-l`? #car\n\t- Yes.\n", "whitespace", edits=[])
    fine = proposal(one, [replacement(one, "ls\u00a0-l", "ls -l")])
    assert scored(one, fine).counts["protected"] == 0
    wrong = proposal(one, [replacement(one, "ls\u00a0-l", "ls")])
    assert scored(one, wrong).counts["protected"] == 1


def test_a_neighbour_s_code_is_looked_at_as_well() -> None:
    from refiner.evals.run import Result
    from refiner.evals.scorers import score

    one = sample(CARD + "- Run `ls`? #car\n\t- Yes.\n")
    beside = proposal(one, [replacement(one, "`ls`", "it")])
    assert score(Result(one, item_of(one), (), (), (beside,))).verdict == "protected"
