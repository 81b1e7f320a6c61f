from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from refiner.tasks.model import Draft, TaskOptions
from refiner.tasks.typo.proofread import Doubt, Doubts, doubtful
from refiner.tasks.typo.task import TASK
from tests.tasks.pages import card, passage, read

if TYPE_CHECKING:
    from collections.abc import Sequence


def asked(page: str, *, is_typed: bool = False) -> list[str]:
    """The sentences that are sent."""
    _, book = read(page)
    item = book.items[0]
    found = doubtful(item, book, TASK.detect(item, book), is_typed=is_typed)
    return [] if found is None else found[1].variables["sentences"].split("\n")


def doubt(sentence: str, old: str, new: str, *, gain: float = 9, instead: float = -1) -> Doubt:
    """That the model would rather have other words in the first sentence."""
    start = sentence.index(old)
    return Doubt(
        line=0,
        start=start,
        end=start + len(old),
        old=old,
        new=new,
        copied=-1,
        instead=instead,
        gain=gain,
    )


def mended(page: str, doubts: Sequence[Doubt]) -> str:
    """The page with what is proposed."""
    data, book = read(page)
    item = book.items[0]
    made = TASK.propose(item, book, [], Doubts(doubts=[*doubts]), TaskOptions())
    for one in reversed(made):
        assert isinstance(one, Draft)
        assert one.source == "model"
        for edit in one.edits:
            data = data[: edit.start] + edit.new.encode() + data[edit.end :]
    return data.decode()


def test_sentences_are_read_one_by_one_without_emphasis_and_with_single_spaces() -> None:
    page = passage("The  **kettle**  boils on the stove. Then somebody pours the tea into cups.")
    assert asked(page) == [
        "The kettle boils on the stove.",
        "Then somebody pours the tea into cups.",
    ]


def test_only_what_a_person_typed_is_read_where_questions_are_wanted() -> None:
    page = card("Why does the kettle whistle at the end?", "Steam leaves it by a narrow hole.")
    assert asked(page, is_typed=True) == ["Why does the kettle whistle at the end?"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Too short.", id="short"),
        pytest.param("Set `a = {b: 1}` where the stove is = hot | cold.", id="code"),
        pytest.param("See https://example.org/kettle for all the kettles.", id="link"),
        pytest.param("The kettle <> on the stove since noon.", id="gap-to-fill"),
    ],
)
def test_what_is_no_plain_sentence_is_not_sent(text: str) -> None:
    assert asked(passage(text)) == []


def test_a_change_that_both_signs_bear_out_is_proposed_where_it_stands() -> None:
    page = passage("The **kettle**  boils in  kitchen of the house.")
    sentence = asked(page)[0]
    assert mended(page, [doubt(sentence, "", "The ")]) != page
    change = Doubt(
        line=0,
        start=sentence.index("kitchen"),
        end=sentence.index("kitchen"),
        old="",
        new="the ",
        copied=-1,
        instead=-1,
        gain=9,
    )
    assert mended(page, [change]) == page.replace("in  kitchen", "in  the kitchen")


@pytest.mark.parametrize(
    ("gain", "instead"), [pytest.param(0.5, -0.1, id="gain"), pytest.param(4, -5, id="faint")]
)
def test_one_sign_alone_is_not_enough(gain: float, instead: float) -> None:
    page = passage("Rain falls of the clouds and the wind blows.")
    weak = doubt(asked(page)[0], "of", "from", gain=gain, instead=instead)
    assert mended(page, [weak]) == page


def test_of_several_changes_at_one_place_the_likeliest_is_proposed() -> None:
    page = passage("Rain falls of the clouds and the wind blows.")
    sentence = asked(page)[0]
    several = [doubt(sentence, "of", "on", gain=8), doubt(sentence, "of", "from", gain=9)]
    assert mended(page, several) == page.replace(" of ", " from ")


def test_a_sentence_with_many_doubts_is_left_alone() -> None:
    page = passage("Rain falls of the clouds and the wind blows in this year.")
    sentence = asked(page)[0]
    many = [
        doubt(sentence, "of", "from"),
        doubt(sentence, "and", "or"),
        doubt(sentence, "in", "at"),
    ]
    assert mended(page, many) == page


def test_a_sentence_that_rules_mend_is_not_sent() -> None:
    page = passage("The kettle is is warm on the stove again. It depends on rain and wind.")
    assert asked(page) == ["It depends on rain and wind."]


def test_emphasis_and_code_are_never_touched() -> None:
    page = passage("The steam leaves by the **spout** of it and `on` is its switch.")
    sentence = asked(page)[0]
    marked = [doubt(sentence, "the spout", "spout"), doubt(sentence, "`on`", "in")]
    assert mended(page, marked) == page
