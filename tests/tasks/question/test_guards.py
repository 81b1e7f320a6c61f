"""The guards of a question that a model worded, in both directions."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from refiner.tasks.model import FACTS
from refiner.tasks.question.guards import GUARDS, CardFacts, Rewrite
from tests.tasks.pages import card
from tests.tasks.question.cards import LOAM, MARGA, asked


@pytest.mark.parametrize(
    ("old", "question", "guard"),
    [
        ("About loam", "Tell me what loam is made of.", "form"),
        ("About loam", "What is loam? What is clay?", "form"),
        ("About loam", "What is #loam made of?", "safe"),
        ("About loam", "What is loam::clay made of?", "markup"),
        ("About loam", "What does the figure say of loam?", "mention"),
        ("About loam", "¿De qué está hecha la marga del huerto?", "language"),
        ("About loam", "What does loam do in a monastery?", "grounded"),
        ("About loam", "What is it made of?", "keeps-term"),
        ("About how loam keeps water", "What is loam with water?", "same-question"),
        ("About loam", "What is this about?", "keeps-term"),
        (
            "About loam",
            "Is it loam that sand, silt and clay in about equal parts make?",
            "giveaway",
        ),
    ],
)
def test_each_guard_refuses_what_it_is_there_for(old: str, question: str, guard: str) -> None:
    with pytest.raises(ValidationError, match=rf"{guard}:"):
        Rewrite.model_validate(
            {"questions": [question]}, context={FACTS: asked(card(old, LOAM)).facts}
        )


def test_a_made_up_word_is_refused() -> None:
    page = card("Acerca de los abonos verdes", "Los abonos verdes se siembran a finales de verano.")
    with pytest.raises(ValidationError, match="words:"):
        Rewrite.model_validate(
            {"questions": ["¿Cuándo se deben siembrar los abonos verdes?"]},
            context={FACTS: asked(page).facts},
        )


def test_lost_emphasis_is_refused() -> None:
    facts = asked(card("**Loam** **soil**", LOAM)).facts
    assert isinstance(facts, CardFacts)
    with pytest.raises(ValidationError, match="emphasis:"):
        Rewrite.model_validate(
            {"questions": ["What is loam made of?"]},
            context={FACTS: replace(facts, emphasised=("clay",))},
        )


def test_a_question_of_common_words_alone_is_refused() -> None:
    context = {FACTS: CardFacts(lang="en", stems=frozenset({"thing"}))}
    with pytest.raises(ValidationError, match="specific:"):
        Rewrite.model_validate({"questions": ["What is it that you have?"]}, context=context)


def test_a_guard_that_is_turned_off_says_nothing() -> None:
    context = {FACTS: CardFacts(disabled=frozenset(GUARDS))}
    assert (
        Rewrite.model_validate({"questions": ["no question"]}, context=context).question
        == "no question"
    )
    context = {FACTS: CardFacts(disabled=frozenset({"markup"}))}
    with pytest.raises(ValidationError, match="form:"):
        Rewrite.model_validate({"questions": ["no question"]}, context=context)


@pytest.mark.parametrize(
    "question",
    [
        "How do you distinguish loam from clay?",
        "How does loam differ from silt?",
        "Why is loam easy to retrieve water from?",
        "What makes loam a well-known soil?",
    ],
)
def test_the_verbs_of_a_question_need_not_stand_in_the_card(question: str) -> None:
    ask = asked(card("About loam", LOAM))
    assert (
        Rewrite.model_validate({"questions": [question]}, context={FACTS: ask.facts}).question
        == question
    )


@pytest.mark.parametrize("word", ["Scrum", "Tuscany", "1987", "osmosis", "loam_index"])
def test_names_numbers_identifiers_and_rare_terms_have_to_stand_there(word: str) -> None:
    ask = asked(card("About loam", LOAM))
    with pytest.raises(ValidationError, match="grounded:"):
        Rewrite.model_validate(
            {"questions": [f"How is loam made in {word}?"]}, context={FACTS: ask.facts}
        )


def test_an_image_s_placeholder_has_no_term_to_keep() -> None:
    ask = asked(card("INCLUIR IMAGEN", MARGA))
    assert ask.variables["question"] == "-"
    assert (
        Rewrite.model_validate(
            {"questions": ["¿De qué partes se forma la marga?"]}, context={FACTS: ask.facts}
        ).question
        == "¿De qué partes se forma la marga?"
    )


@pytest.mark.parametrize(
    ("question", "passes"),
    [
        ("What is a spade?", True),
        ("What is a garden?", False),
        ("What is turned over with a spade?", True),
    ],
)
def test_a_definition_is_asked_for_only_where_one_is_given(question: str, *, passes: bool) -> None:
    ask = asked(card("Add image", "A spade turns the soil of a garden over before the frost."))
    context = {FACTS: ask.facts}
    if passes:
        assert (
            Rewrite.model_validate({"questions": [question]}, context=context).question == question
        )
    else:
        with pytest.raises(ValidationError, match="defined:"):
            Rewrite.model_validate({"questions": [question]}, context=context)


@pytest.mark.parametrize(
    ("answer", "question", "passes"),
    [
        (
            "A table of a database holds rows, and each row has a key.",
            "What does a table hold?",
            True,
        ),
        (
            "Loam is shown in table 3, with its clay and silt.",
            "What does the table show of loam?",
            False,
        ),
    ],
)
def test_a_table_may_be_asked_about_where_it_is_the_subject(
    answer: str, question: str, *, passes: bool
) -> None:
    context = {FACTS: CardFacts(lang="en", answer=answer, stems=frozenset({"loam"}))}
    if passes:
        assert (
            Rewrite.model_validate({"questions": [question]}, context=context).question == question
        )
    else:
        with pytest.raises(ValidationError, match="mention:"):
            Rewrite.model_validate({"questions": [question]}, context=context)


def test_the_book_s_title_is_no_part_of_a_question() -> None:
    facts = CardFacts(lang="en", title="Gardening for Engineers", stems=frozenset({"loam"}))
    with pytest.raises(ValidationError, match="the book"):
        Rewrite.model_validate(
            {"questions": ["What does Gardening for Engineers hold of loam?"]},
            context={FACTS: facts},
        )


def test_of_several_questions_the_first_that_passes_is_taken() -> None:
    ask = asked(card("About loam", LOAM))
    questions = ["What does the text say?", "What does loam keep well?", "What makes loam?"]
    answer = Rewrite.model_validate({"questions": questions}, context={FACTS: ask.facts})
    assert answer.question == "What does loam keep well?"
    again = Rewrite.model_validate_json(answer.model_dump_json(), context={FACTS: ask.facts})
    assert again == answer


def test_an_example_in_code_is_asked_for_by_how_it_is_done() -> None:
    ask = asked(card("Example of @cached", "@cached 14 def f(self): 15 return self._f(1)"))
    context = {FACTS: ask.facts}
    how = {"questions": ["How do you use @cached?"]}
    assert Rewrite.model_validate(how, context=context).question == "How do you use @cached?"
    with pytest.raises(ValidationError, match="how:"):
        Rewrite.model_validate({"questions": ["What is the purpose of @cached?"]}, context=context)
