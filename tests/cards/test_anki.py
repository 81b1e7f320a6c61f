from __future__ import annotations

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


def test_an_id_stays_when_the_card_moves() -> None:
    first = notes(PAGE)[1][0]
    assert notes(f"- New first block\n{PAGE}")[1][0] == first


def test_every_note_is_one_line_of_five_columns() -> None:
    assert all(len(note) == 5 for note in notes(PAGE))
    assert HEADER[:3] == ("#separator:tab", "#html:true", "#guid column:1")
