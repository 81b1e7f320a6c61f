import re

import pytest

from refiner.tasks.listing.code_language import code_language
from refiner.tasks.listing.task import TASK
from tests.tasks.pages import applied, card, drafts, findings, indented, passage, read

BED = "kind: Bed\nmetadata:\n  name: north\nspec:\n  rows: 3"


def rules(page: str) -> list[str]:
    return [finding.rule for finding in findings(TASK, page)]


def test_an_unfenced_listing_is_fenced_with_its_language() -> None:
    page = card("Example of a bed", f"Listing 2.1. A bed\n{BED}")
    assert applied(TASK, page) == card(
        "Example of a bed", f"Listing 2.1. A bed\n```yaml\n{BED}\n```"
    )


def test_prose_around_a_listing_stays_outside_the_fence() -> None:
    text = "You start it with a single command:\n\n{}\nThe last line says that it was dug."
    code = '$ dig --deep bed\n  bed *north* dug\n  bed "south" dug'
    page = passage(text.format(code))
    assert applied(TASK, page) == passage(text.format(f"```console\n{code}\n```"))


def test_an_object_in_one_column_is_indented_where_its_schema_is_sure() -> None:
    page = card("Example", "apiVersion: v1\nkind: Bed\nmetadata:\nname: north\nspec:\nrows: 3")
    assert applied(TASK, page) == card(
        "Example",
        "```yaml\napiVersion: v1\nkind: Bed\nmetadata:\n  name: north\nspec:\n  rows: 3\n```",
    )


@pytest.mark.parametrize(
    "code",
    [
        "spec:\nrows: 3\nsoil: loam\nstatus:\nready: yes",
        "def water(bed):\nfor row in bed:\nrow.water()\nbed.close()",
    ],
)
def test_a_lost_indentation_that_could_be_two_things_is_flagged(code: str) -> None:
    (draft,) = drafts(TASK, card("Example of a bed", f"Listing 2.1. A bed\n{code}"))
    assert draft.flag is not None
    assert draft.flag.cause == "lost-indentation"
    assert "listing 2.1" in draft.flag.detail


def test_a_listing_on_one_line_gets_its_lines_back() -> None:
    code = 'public class Bed { private int rows = 3; public String name() { return "a; {b"; } }'
    page = card("Example of a class", code)
    assert applied(TASK, page) == card(
        "Example of a class",
        "```java\npublic class Bed {\n    private int rows = 3;\n    public String name() {\n"
        '        return "a; {b";\n    }\n}\n```',
    )


def test_one_line_whose_lines_are_not_sure_is_flagged() -> None:
    code = "bed.water(i); // twice a day pump.rest(); } }"
    (draft,) = drafts(TASK, card("Example of a loop", f"public void water() {{ {code}"))
    assert draft.flag is not None
    assert draft.flag.cause == "one-line"


@pytest.mark.parametrize(
    "answer",
    [
        "Water moves down through the soil until it meets a layer that it can't pass.",
        "```yaml\nkind: Bed\n```",
        "kubectl get pods",
        "$ dig bed",
        "- clay\n- silt\n- sand",
        "Sand: coarse and dry.\nClay: fine and wet.\nLoam: both of them.",
        "1. Dig the bed.\n2. Water it.",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "Note: water it.\nTip: do it early.",
        "Primero: cavar.\nSegundo: regar.",
    ],
)
def test_what_is_no_listing_stays(answer: str) -> None:
    assert rules(card("What is it?", answer)) == []


@pytest.mark.parametrize(
    "code",
    [
        BED,
        "SELECT name, rows*depth*3\n  FROM beds\n  WHERE rows > 3;",
        "def water(bed):\n    for row in bed:\n        row.water()",
        '<div>\n  <p class="bed">loam</p>\n</div>',
    ],
)  # fmt: skip
def test_nothing_but_white_space_and_the_fence_changes(code: str) -> None:
    page = card("Example", f"Listing 2.1. A bed\n{code}")
    after = applied(TASK, page)
    assert "```" in after
    assert re.sub(r"\s|```(?:\w+\b)?", "", after) == re.sub(r"\s", "", page)


@pytest.mark.parametrize(
    ("code", "lang"),
    [
        (BED, "yaml"),
        ("$ dig bed\nbed dug", "console"),
        ("SELECT * FROM beds;", "sql"),
        ("def water(bed):\n    pass", "python"),
        ("public class Bed {}", "java"),
        ("const bed = () => 3;", "javascript"),
        ("func water(b Bed) error {", "go"),
        ("FROM python:3\nRUN pip install bed", "dockerfile"),
        ("<?xml version='1.0'?>", "xml"),
        ("Water moves down.", ""),
    ],
)
def test_the_language_of_a_listing(code: str, lang: str) -> None:
    assert code_language(code) == lang


def test_code_that_logseq_takes_for_tags_and_html_is_a_listing() -> None:
    code = '#include <stdio.h>\nint main(void) {\nif (1) {\nprintf("a { b");\n}\nreturn 0;\n}'
    fenced = (
        '```c\n#include <stdio.h>\nint main(void) {\n    if (1) {\n        printf("a { b");\n    }\n'
        "    return 0;\n}\n```"
    )
    assert applied(TASK, card("Example of main", code)) == card("Example of main", fenced)


def test_json_in_one_column_is_indented_by_its_brackets() -> None:
    code = '{\n"name": "north",\n"rows": [\n3\n]\n}'
    assert applied(TASK, card("Example", code)) == card(
        "Example", '```json\n{\n  "name": "north",\n  "rows": [\n    3\n  ]\n}\n```'
    )


def test_a_tag_behind_code_keeps_a_line_out_of_the_fence() -> None:
    assert findings(TASK, card("Example", "spec:\n  rows: 3 #blue")) == []


def test_a_line_with_a_block_that_stops_in_the_middle_is_flagged() -> None:
    code = 'resource "bed" "north" { name = "web" soil_id = soils.loam.id water { depth = 3'
    (draft,) = drafts(TASK, card("Example of a bed", f"Listing 2.1. A bed\n{code}"))
    assert draft.flag is not None


def test_a_table_that_a_command_printed_stays_with_it() -> None:
    code = "$ df -h\nFilesystem      Size  Used Avail Use% Mounted on\n/dev/_sda1_     916G   77G  793G   9% /"
    assert applied(TASK, card("Disk?", code)) == card("Disk?", f"```console\n{code}\n```")


def test_a_tag_behind_the_last_line_goes_below_the_fence_where_logseq_sees_it() -> None:
    page = passage(f"Listing 2.1. A bed\n{BED}")
    fenced = f"- Listing 2.1. A bed\n  ```yaml\n{indented(BED, '  ')}\n  ```\n  #ñspace"
    assert applied(TASK, page) == fenced.replace("yaml\nkind", "yaml\n  kind")
    assert [item.kind for item in read(applied(TASK, page))[1].items] == ["passage"]


def test_a_text_over_several_lines_whose_blanks_count_is_not_indented() -> None:
    code = 'public class Bed {\nString soil = """\nloam;\nclay;\n""";\n}'
    (draft,) = drafts(TASK, card("Example", f"Listing 2.1. A text\n{code}"))
    assert draft.flag is not None


@pytest.mark.parametrize(
    ("lang", "code"),
    [
        ("bash", "case BED in\n  wet) rake ;;\n  dry)\n    water\n    rest\n    ;;\nesac"),
        ("bash", 'for bed in beds/*\ndo\n  if [ -f "$bed" ]; then\n    cat "$bed"\n  fi\ndone'),
        ("python", "def wet(bed):\n    if bed.depth > 3:\n        return True\n    return False"),
    ],
)
def test_lines_that_lost_their_indentation_get_it_back(lang: str, code: str) -> None:
    flat = "\n".join(row.strip() for row in code.split("\n"))
    fenced = card("Example of a bed", f"It is so:\n```{lang}\n{code}\n```")
    assert applied(TASK, card("Example of a bed", f"It is so:\n{flat}")) == fenced


def test_emphasis_in_a_comment_is_no_reason_for_a_fence() -> None:
    code = ">>> repr(bed)  # calls bed.__repr__()\n'bed'\n>>> len(bed)  # and bed.__len__()\n3"
    assert drafts(TASK, card("What is a bed?", code)) == []


def test_half_a_listing_of_an_e_book_gets_no_fence() -> None:
    rows = [
        "Given a bed like this:",
        "  | 1 | 2 |",
        "  | 3 | 4 |",
        "When it rains, then it is wet:",
    ]
    code = "\n".join(f"\u200b \t  {row}" for row in rows)
    assert drafts(TASK, card("Which steps are there?", code)) == []
