"""The exported file in Anki itself: its own library imports it into a collection of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from refiner.cards import ExtractOptions, extract
from refiner.cards.anki import HEADER, anki_line
from refiner.logseq import parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("anki.collection", reason="`anki` is not installed")

ID = "66a0f0f0-0000-4000-8000-000000000001"
PAGE = f"""\
- Chapter 2
\t- What does a **broker** keep & "why"? #car
\t  id:: {ID}
\t\t- Queues, see [the book](https://example.org/a_b) and `a < b`:
\t\t  ```yaml
\t\t  queues:
\t\t    - <a>
\t\t  ```
\t- A {{{{cloze std::vector \\\\ container}}}} keeps {{{{cloze items}}}} of size $x_1$. #car
\t- # is a comment here? #car
\t\t- No, a heading.
"""


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Any]:
    from anki.collection import Collection

    opened = Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


def put_in(collection: Any, page: str, tmp_path: Path) -> dict[str, int]:  # noqa: ANN401 - Anki's own
    """Import what is exported of a page, as a person does; notes by what became of them."""
    from anki.collection import ImportCsvRequest

    items = extract(parse(page.encode()), ExtractOptions())
    lines = [line for item in items if (line := anki_line("Brokers (highlights)", item))]
    path = tmp_path / "cards.txt"
    path.write_text("\n".join([*HEADER, *lines, ""]), encoding="utf-8")
    metadata = collection.get_csv_metadata(path=str(path), delimiter=None)
    log = collection.import_csv(ImportCsvRequest(path=str(path), metadata=metadata)).log
    names = ("new", "updated", "duplicate", "conflicting", "missing_notetype", "empty_first_field")
    return {name: count for name in names if (count := len(getattr(log, name)))}


def notes(collection: Any) -> dict[str, Any]:  # noqa: ANN401 - Anki's own
    found = [collection.get_note(number) for number in collection.find_notes("")]
    return {note.guid: note for note in found}


def test_ids_fields_tags_and_html_arrive(collection: Any, tmp_path: Path) -> None:  # noqa: ANN401
    assert put_in(collection, PAGE, tmp_path) == {"new": 3}
    note = notes(collection)[ID]
    assert note.note_type()["name"] == "Basic"
    assert note.tags == ["Brokers_(highlights)", "Chapter_2"]
    front, back = note.fields
    assert front == "What does a <b>broker</b> keep &amp; &quot;why&quot;?"
    assert '<a href="https://example.org/a_b">the book</a> and <code>a &lt; b</code>' in back
    assert "<pre><code>queues:<br>  - &lt;a&gt;</code></pre>" in back


def test_clozes_ask_one_card_each_and_keep_double_colons(
    collection: Any,  # noqa: ANN401
    tmp_path: Path,
) -> None:
    put_in(collection, PAGE, tmp_path)
    (note,) = [n for n in notes(collection).values() if n.note_type()["name"] == "Cloze"]
    first, second = note.cards()
    assert "[container]" in first.question()
    assert "std" not in first.question().partition("cloze-inactive")[0].partition("[container]")[2]
    assert "std:&#58;vector" in first.answer()
    assert "[...]" in second.question()
    assert "\\(x_1\\)" in note.fields[0]


def test_a_later_import_updates_a_card_by_its_id_and_doubles_none(
    collection: Any,  # noqa: ANN401
    tmp_path: Path,
) -> None:
    put_in(collection, PAGE, tmp_path)
    assert put_in(collection, PAGE, tmp_path) == {"duplicate": 3}
    changed = PAGE.replace("What does", "Which things does")
    assert put_in(collection, changed, tmp_path) == {"duplicate": 2, "updated": 1}
    assert notes(collection)[ID].fields[0].startswith("Which things does")
    assert len(notes(collection)) == 3
