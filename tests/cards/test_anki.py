from __future__ import annotations

import pytest

from refiner.cards import ExtractOptions, extract
from refiner.cards.anki import HEADER, anki_line
from refiner.logseq import parse

PAGE = """\
- Chapter 2
\t- What does a broker keep & why? #car
\t  id:: 66a0f0f0-0000-4000-8000-000000000001
\t\t- Queues:
\t\t  ```yaml
\t\t  queues:
\t\t    - <a>
\t\t  ```
\t- A {{cloze broker \\\\ part}} keeps {{cloze queues}}. #car
\t- Never asked #car
\t- A passage without clozes. #ñspace
"""


def notes(page: str) -> list[list[str]]:
    items = extract(parse(page.encode()), ExtractOptions())
    lines = [anki_line("Brokers (highlights)", item) for item in items]
    return [line.split("\t") for line in lines if line is not None]


def test_a_card_is_a_note_with_its_own_id_and_escaped_html() -> None:
    guid, kind, front, back, tags = notes(PAGE)[0]
    assert guid == "66a0f0f0-0000-4000-8000-000000000001"
    assert kind == "Basic"
    assert front == "What does a broker keep &amp; why?"
    assert back == "Queues:<pre><code>queues:<br>  - &lt;a&gt;</code></pre>"
    assert tags == "Brokers_(highlights) Chapter_2"


def test_clozes_are_clozes_with_their_hints() -> None:
    found = notes(PAGE)
    assert len(found) == 2
    assert found[1][1] == "Cloze"
    assert found[1][2] == "A {{c1::broker::part}} keeps {{c2::queues}}."


def test_double_colons_of_a_term_are_no_hint() -> None:
    found = notes("- A {{cloze std::vector}} grows. #car\n")
    assert found[0][2] == "A {{c1::std:&#58;vector}} grows."


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("a `b < c` d", "a <code>b &lt; c</code> d", id="code"),
        pytest.param("**x** & y", "<b>x</b> &amp; y", id="bold"),
        pytest.param("[x](https://a.b/c_d)", '<a href="https://a.b/c_d">x</a>', id="link"),
        pytest.param(
            "![x](https://a.b/c.png)", '<img src="https://a.b/c.png" alt="x">', id="image"
        ),
        pytest.param("[x](javascript:y)", "[x](javascript:y)", id="no link"),
        pytest.param("$x_1$ of $$y$$", "\\(x_1\\) of \\[y\\]", id="formulas"),
        pytest.param("$5 and $6", "$5 and $6", id="prices"),
        pytest.param("`**x**` <b>", "<code>**x**</code> &lt;b&gt;", id="marks in code"),
    ],
)
def test_marks_are_shown_as_anki_shows_them(written: str, shown: str) -> None:
    (note,) = notes(f"- What is it like? #car\n\t- {written}\n")
    assert note[3] == shown


def test_an_id_stays_when_the_card_moves() -> None:
    first = notes(PAGE)[1][0]
    assert notes(f"- New first block\n{PAGE}")[1][0] == first


def test_every_note_is_one_line_of_five_columns() -> None:
    assert all(len(note) == 5 for note in notes(PAGE))
    assert HEADER[:3] == ("#separator:tab", "#html:true", "#guid column:1")
