import pytest

from refiner.tasks.flag import TASK
from tests.tasks.pages import applied, card, drafts, findings, passage

LOAM = "Loam is a soil of sand, silt and clay in about equal parts, and it keeps water well."


def rules(page: str, index: int = 0) -> list[str]:
    return [finding.rule for finding in findings(TASK, page, index)]


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        (card("What is loam?"), "no-answer"),
        (card("What is loam?", "(Page\u00a05)"), "no-answer"),
        (card(LOAM + " It is the best of all.", "What is loam?"), "swapped-sides"),
        (card("What is loam?", "W"), "ghost-answer"),
        (card("What is loam?", "Th"), "ghost-answer"),
        (card("What is loam? What does it hold in summer?", LOAM), "several-questions"),
        (card("¿Qué es la arena? ¿Para qué sirve la arcilla?", LOAM), "several-questions"),
        (card("Loam, I don't understand this", LOAM), "private-remark"),
        (card("Arena y arcilla, no lo entiendo", LOAM), "private-remark"),
        (card("Sorra i argila, no ho entenc", LOAM), "private-remark"),
        (card("Loam, look this up again later", LOAM), "private-remark"),
        (card("Loam has to be the best of soils", LOAM), "private-remark"),
        (card("La marga no es arcilla, hay que recordarlo siempre", LOAM), "private-remark"),
        (card("So much for the clay!", LOAM), "private-remark"),
        (card("Where is loam found and how is it mixed with clay?", LOAM), "several-questions"),
        (card("¿Dónde se forma y cómo se mezcla la marga?", LOAM), "several-questions"),
    ],
)
def test_a_card_that_needs_a_person_is_marked(page: str, rule: str) -> None:
    assert rules(page) == [rule]


@pytest.mark.parametrize("mark", ["<<<", "+++", "CONTINUE", "(cont.)", "<<< Loam", "CONTINUACIÓN"])
def test_a_continuation_names_the_card_that_it_continues(mark: str) -> None:
    page = card("What is loam?", LOAM) + "\n" + card(mark, "And it is warm.")
    (finding,) = findings(TASK, page, 1)
    assert finding.rule == "continuation"
    assert '"What is loam?" (line 1)' in finding.detail


def test_the_same_question_twice_is_marked_where_it_stands_again() -> None:
    page = card("What is **loam**?", LOAM) + "\n" + card("what is loam ?", "Soil.")
    assert rules(page, 0) == []
    assert rules(page, 1) == ["duplicate"]
    assert "line 1" in findings(TASK, page, 1)[0].detail


@pytest.mark.parametrize(
    "page",
    [
        card("What is loam?", LOAM),
        card("What is loam? {{cloze soil}} of sand and clay"),
        card("What is loam?\nLoam is a soil of sand, silt and clay."),
        card("Is loam a soil?", "Yes"),
        card("¿Es un suelo?", "Sí"),
        card("How many parts?", "3"),
        card("Which protocol?", "TCP"),
        card("Which command lists files?", "ls"),
        card("Which language is the kernel written in?", "C"),
        card("What is loam (is it soil?) made of?", LOAM),
        card("Do you continue to water loam?", LOAM),
        card("Continue statement in Python", LOAM),
        card("How do you revise a plan, and why is it hard to remember?", LOAM),
        card("Loam is", LOAM),
        card("The soil that keeps water is the", LOAM),
        card("A soil that has sand is called ...", LOAM),
        card("Boris has found three kinds of soil:", LOAM),
        card("The <> is the best of soils", LOAM),
        card("Loam is sandy soil, true or false?", LOAM),
        passage("T"),
    ],
)
def test_a_fine_card_stays(page: str) -> None:
    assert rules(page) == []


def test_two_image_cards_are_no_duplicates() -> None:
    image = "![](https://example.org/a.png)"
    assert rules(card(image, LOAM) + "\n" + card(image, "Soil."), 1) == []


def test_the_mark_is_a_property_of_the_question() -> None:
    page = card("What is loam?", "W")
    (draft,) = drafts(TASK, page)
    assert draft.flag is not None
    assert draft.flag.name == "ghost-answer"
    after = page.replace(
        "#card\n", '#card\n  refiner-flag:: ghost-answer — the answer is only "W"\n'
    )
    assert applied(TASK, page) == after


def test_emphasis_and_accents_make_no_other_question() -> None:
    page = "\n".join(
        [
            card("¿Qué es un **dominio**?", "Un conjunto de equipos."),
            card("Que es un dominio?", "Sí."),
        ]
    )
    assert [finding.rule for finding in findings(TASK, page, 1)] == ["duplicate"]
