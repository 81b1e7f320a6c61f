from __future__ import annotations

import pytest

from refiner.analysis.lines import is_prose_like, prose_share, read_lines


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        pytest.param("", "blank", id="blank"),
        pytest.param("The tide turns twice a day, and the harbour with it.", "prose", id="prose"),
        pytest.param("La marea cambia dos veces al día.", "prose", id="Spanish prose"),
        pytest.param("for (int i = 0; i < n; i++) {", "code", id="code"),
        pytest.param("$ kubectl get pods -n harbour", "code", id="a command"),
        pytest.param("| tide | hour |", "table", id="a table's row"),
        pytest.param("Figure 3.2. Tides of one day", "caption", id="caption"),
        pytest.param("1. Moor the boat before the tide turns.", "item", id="item"),
    ],
)
def test_the_kind_of_a_line(line: str, kind: str) -> None:
    assert [found.kind for found in read_lines(line)] == [kind]


def test_lines_have_their_places_without_newlines() -> None:
    text = "The tide turns twice a day.\n\nkubectl get pods -n harbour"
    lines = read_lines(text)
    assert [text[line.start : line.end] for line in lines] == text.split("\n")


def test_a_key_and_a_value_are_yaml_in_company() -> None:
    lines = read_lines("tide:\n  high: 6\n  low: 12")
    assert all(line.kind == "code" and line.is_yaml for line in lines)


def test_prose_is_told_by_words_that_only_sentences_have() -> None:
    assert is_prose_like("It is the moon that moves the water of the sea.")
    assert not is_prose_like("x = moon.pull(sea)")
    assert prose_share("It is the moon.") > prose_share("moon sea pull")
