"""One odd page is told and skipped; all the others go on."""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING

import pytest

from refiner.graph.target import find_pages, locate
from refiner.logseq.config import read_config
from refiner.review.logseq_page import review_file, review_title
from tests.command import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CARD = "- What is a registy in Docker? #car\n\t- A store of images that are pulled by name.\n"


def put(graph: Path, name: str, text: str = CARD) -> None:
    (graph / "pages" / name).write_text(text, encoding="utf-8")


def put_bytes_name(graph: Path) -> None:
    place = os.fsencode(str(graph / "pages")) + b"/bad\xff\xfename.md"
    descriptor = os.open(place, os.O_CREAT | os.O_WRONLY)
    os.write(descriptor, CARD.encode())
    os.close(descriptor)


def put_twins(graph: Path) -> None:
    for form, word in (("NFC", "one"), ("NFD", "two")):
        name = unicodedata.normalize(form, "Café") + ".md"  # type: ignore[arg-type]
        put(graph, name, CARD.replace("Docker", f"Docker {word}"))


ODD: dict[str, Callable[[Path], object]] = {
    "a long title": lambda g: put(g, "long.md", f"title:: {'x' * 300}\n\n{CARD}"),
    "a long file name": lambda g: put(g, f"{'y' * 245}.md"),
    "a file name that is not UTF-8": put_bytes_name,
    "a link to its own folder": lambda g: (g / "pages" / "loop").symlink_to("."),
    "a link to itself": lambda g: (g / "pages" / "self.md").symlink_to("self.md"),
    "a link to nothing": lambda g: (g / "pages" / "a.md").symlink_to("gone.md"),
    "a folder named as a page": lambda g: (g / "pages" / "folder.md").mkdir(),
    "not UTF-8": lambda g: (g / "pages" / "latin.md").write_bytes(b"- caf\xe9 #car\n\t- x"),
    "twins in another Unicode form": put_twins,
    "a line break in a name": lambda g: put(g, "new\nline.md"),
    "control characters in a name": lambda g: put(g, "ctl\x1b]0;pwn\x07.md"),
    "a name that looks like markup": lambda g: put(g, "Notes [draft].md"),
    "a name with a bracket": lambda g: put(g, "x[.md"),
    "a name of markup": lambda g: put(g, "[bold]y[bold].md"),
    "a folder at a review page": lambda g: (
        g / "pages" / "refiner___review___Queues in Practice (highlights).md"
    ).mkdir(),
    "an odd configuration": lambda g: (g / "logseq" / "config.edn").write_text(
        "{:hidden 5 :file/name-format :triple-lowbar}"
    ),
}


def test_the_others_go_on(graph: Path) -> None:
    for odd in ODD.values():
        odd(graph)
    for command in (
        ("cards",),
        ("refine", "--model", "none"),
        ("status",),
        ("diff",),
        ("apply", "--all"),
        ("undo",),
    ):
        done = run(*command, str(graph))
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == 0, (command, done.stderr)
        if command[0] == "apply":
            assert "registry" in (graph / "pages" / "x[.md").read_text(encoding="utf-8")
    assert "took back" in done.stderr
    assert (graph / "pages" / "x[.md").read_text(encoding="utf-8") == CARD


def test_of_twins_the_composed_name_is_read(graph: Path) -> None:
    put_twins(graph)
    found = find_pages(locate([graph]))
    names = [file.path for file in found.pages if "Caf" in file.path]
    assert names == [unicodedata.normalize("NFC", "pages/Café.md")]
    assert any("Unicode form" in reason for _, reason in found.skipped)


def test_hidden_may_be_anything() -> None:
    assert read_config(b"{:hidden 5}").hidden == ()
    assert read_config(b'{:hidden ["a" 5 "b"]}').hidden == ("a", "b")


def test_a_long_title_gets_a_review_page_of_its_own() -> None:
    config = read_config(None)
    titles = [review_title("ñ" * 300), review_title("ñ" * 299 + "o")]
    names = [review_file(title, config, is_graph=True).partition("/")[2] for title in titles]
    assert len(set(names)) == 2
    assert all(len(name.encode()) <= 255 for name in names)


@pytest.mark.parametrize(
    ("written", "shown"),
    [("Notes [draft].md", "Notes [draft]"), ("[bold]y[bold].md", "[bold]y[bold]")],
)
def test_names_that_look_like_markup_are_shown_as_they_are(
    graph: Path, written: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    put(graph, written)
    run("refine", "--model", "none", str(graph))
    assert shown in run("status", str(graph)).stdout.replace("\n", "")
