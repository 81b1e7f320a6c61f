"""What a careful reader mends beside misspellings: numbers of notes, small words, words of a stem."""

from __future__ import annotations

import pytest

from refiner.tasks.editor.clozes import Fit, judge_cloze
from refiner.tasks.editor.corrections import judge_correction
from refiner.tasks.editor.cuts import Seen, judge_cut
from refiner.tasks.editor.flags import flag_faults
from refiner.tasks.editor.listings import Restored, Unfit, judge_listing
from refiner.tasks.editor.model import CardFlag, Cloze, Correction, Cut, Listing
from tests.tasks.editor.test_parts import applied, corrected, view
from tests.tasks.pages import card, passage

UNSURE = 0.5


@pytest.mark.parametrize(
    ("text", "old", "new", "wanted"),
    [
        ("The lamp was lit.14 The keeper slept.", "was lit.14 The", "was lit. The", "The lamp was lit. The keeper slept."),
        ("It stood here.[17] If so, why?", "here.[17] If", "here. If", "It stood here. If so, why?"),
        ("The lamp is 66 open at night.", "is 66 open", "is open", "The lamp is open at night."),
        ("Between 1760 and 1820 the lamp was dark.", "and 1820 the", "and the", "numbers"),
        ("It burns oil of gas at night.", "oil of gas", "oil or gas", "It burns oil or gas at night."),
        ("A keeper don't sleep at night.", "keeper don't", "keeper doesn't", "A keeper doesn't sleep at night."),
        ("How many oil does the lamp burn?", "How many oil", "How much oil", "How much oil does the lamp burn?"),
        ("Without undo the lock it is shut.", "undo the", "undoing the", "Without undoing the lock it is shut."),
        ("It uses OpenSource parts.", "OpenSource parts", "open source parts", "It uses open source parts."),
        ("By the Coast The lamp is new. Act.", "Coast The", "Coast Act. The", "By the Coast Act. The lamp is new. Act."),
        ("The colour of the lamp is red.", "The colour", "The color", "style"),
        ("It shone two miles out.", "two miles", "miles", "meaning"),
    ],
    ids=range(12),
)  # fmt: skip
def test_what_a_reader_would_mark_is_mended(text: str, old: str, new: str, wanted: str) -> None:
    assert corrected(passage(text), old, new) == wanted


def test_lines_that_nest_as_the_model_s_do_are_no_lost_listing() -> None:
    code = "for name in *.log; do\n    gzip $name\ndone"
    asked = Listing(language="bash", code=code)
    nested = judge_listing(asked, view(passage(code.replace("    ", "  "))))
    assert isinstance(nested, Unfit)
    assert nested.guard == ""
    flat = judge_listing(asked, view(passage(code.replace("    ", ""))))
    assert isinstance(flat, Restored)


@pytest.mark.parametrize(
    ("old", "new"),
    [("oil of gas", "oil or gas"), ("is 66 lit", "is lit"), ("lamp.Join and", "lamp. Join and")],
)
def test_what_may_be_right_as_it_stands_is_unsure(old: str, new: str) -> None:
    seen = view(passage("It burns oil of gas and is 66 lit by lamp.Join and so on."))
    judged = judge_correction(Correction(old=old, new=new, kind="word"), seen)
    assert judged.guard == ""
    assert judged.confidence < UNSURE


def test_a_blank_on_the_wrong_side_of_a_comma_is_one_change() -> None:
    page = passage("It lights the bar ,because ships come late.")
    slip = {"old": "the bar ,because", "new": "the bar, because", "kind": "spacing"}
    assert applied(page, corrections=[slip]) == (
        "- It lights the bar, because ships come late. #ñspace"
    )


def test_a_sentence_of_a_cloze_is_no_clause_behind_a_semicolon() -> None:
    clause = "the keeper burns whale oil in winter."
    seen = view(passage(f"The lamp has two wicks; {clause}"))
    unfit = judge_cloze(Cloze(sentence=clause, terms=["whale oil"], hint=None), seen)
    assert not isinstance(unfit, Fit)


def test_forms_of_a_word_of_meaning_agree_in_spanish() -> None:
    text = "Se encienden toda los faros de la costa cuando cae la noche."
    wanted = text.replace("toda", "todos")
    assert corrected(passage(text), "encienden toda los", "encienden todos los") == wanted


def test_a_word_goes_with_the_doubled_blanks_before_it() -> None:
    page = passage("The  keeper  must  to  trim  the  lamp  at  noon.")
    slip = {"old": "must to trim", "new": "must trim", "kind": "grammar"}
    assert applied(page, corrections=[slip]).startswith(
        "- The keeper must trim the lamp at noon. #ñspace"
    )


@pytest.mark.parametrize(
    ("before", "is_whole"),
    [
        ("The oil is cold.[17] ", True),
        ("The oil is cold.4 ", True),
        ("\ue07d ", True),
        ("Lamps and oil ", True),
        ("The keeper said that ", False),
    ],
)
def test_where_a_sentence_of_a_cloze_may_begin(before: str, is_whole: bool) -> None:  # noqa: FBT001 - a table
    first = "In" if is_whole else "in"
    sentence = f"{first} winter a lighthouse burns whale oil."
    seen = view(passage(f"{before}{sentence}"))
    fit = judge_cloze(Cloze(sentence=sentence, terms=["whale oil"], hint=None), seen)
    assert isinstance(fit, Fit) == is_whole


@pytest.mark.parametrize(
    ("answer", "evidence", "is_cut"),
    [
        ("and therefore the pilot waits outside the bar.", "and therefore the", True),
        ("the pilot waits outside the bar.", "the pilot waits", False),
        ("whose lamp nobody had trimmed since the war. It fell.", "whose lamp nobody", True),
    ],
)
def test_a_small_letter_alone_is_no_cut(answer: str, evidence: str, is_cut: bool) -> None:  # noqa: FBT001 - a table
    cut = Cut(cause="starts-mid-sentence", evidence=evidence, look="book")
    assert isinstance(judge_cut(cut, view(card("Who waits?", answer))), Seen) == is_cut


@pytest.mark.parametrize(
    ("name", "question", "answer", "is_shown"),
    [
        ("no-answer", "Does the pilot wait?", "Yes", False),
        ("no-answer", "How many pilots wait?", "3", False),
        ("no-answer", "Which pilot waits?", "th", True),
        ("several-questions", "Which pilot waits outside?", "The older one.", False),
        ("several-questions", "Who waits outside, and who goes in?", "The older one.", True),
    ],
)
def test_a_flag_has_to_show_in_the_card(
    name: str,
    question: str,
    answer: str,
    is_shown: bool,  # noqa: FBT001 - a table
) -> None:
    split = ["Which pilot waits outside?", "Which pilot goes in?"] if "several" in name else []
    flag = CardFlag.model_validate({"name": name, "split": split})
    faults = [guard for guard, _ in flag_faults(flag, view(card(question, answer)))]
    assert ("shows" not in faults) == is_shown
