"""Labelled items of a graph: found, refined on a copy, scored by the command."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from refiner.errors import UserError
from refiner.evals.labelled import asking, find_items, with_proposals
from refiner.evals.labels import Label, read_labels
from refiner.graph.target import locate
from refiner.ledger import Ledger
from refiner.settings import load_settings
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """title:: Rivers

- Dams
\t- How does a resevoir fill? #car
\t\t- Slowly, as rivers bring their water to it.

\t- Not an item
\t- In 1869 the Suez Canal was opened. <b>Ships</b> pass it. #ñspace
"""
CARD = {"page": "pages/Rivers.md", "line": 4, "kind": "card", "lang": "en"}
PASSAGE = {"page": "pages/Rivers.md", "line": 8, "kind": "passage", "lang": "en"}
TYPO = {"wrong": "resevoir", "right": "reservoir", "where": "question"}
LOOKED = {"typos": [], "truncated": False, "flattened_code": False}


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    root = tmp_path / "graph"
    (root / "pages").mkdir(parents=True)
    (root / "pages" / "Rivers.md").write_text(PAGE, encoding="utf-8")
    return root


def labels_of(folder: Path, *labels: dict[str, object]) -> Path:
    path = folder / "labels.jsonl"
    path.write_text("\n".join(map(json.dumps, labels)), encoding="utf-8")
    return path


def evaluate(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "refiner", "eval", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def files(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_an_item_is_its_lines_and_those_below_it_without_blank_ones(graph: Path) -> None:
    settings = load_settings(graph, {"model": "none"})
    labels = {1: Label.model_validate(CARD)}
    (found,) = find_items(labels, locate([graph]), settings, graph)
    assert found.text == "\n".join(PAGE.split("\n")[3:5])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"page": "pages/River.md"}, "not a page of the graph; did you mean `pages/Rivers.md`?"),
        ({"page": "elsewhere.md"}, "not a page of the graph"),
        ({"line": 5}, "a bullet without a tag that makes it a card or passage"),
        ({"line": 6}, "where no bullet stands; the nearest item begins at line 4"),
        ({"line": 99}, "where no bullet stands; the nearest item begins at line 8"),
        ({"kind": "passage"}, "which is a card, not a passage"),
    ],
    ids=["near page", "no page", "plain bullet", "blank line", "behind the end", "other kind"],
)
def test_a_label_that_is_about_no_item_is_named(
    graph: Path, tmp_path: Path, said: dict[str, object], told: str
) -> None:
    path = labels_of(tmp_path, PASSAGE, {**CARD, **said})
    settings = load_settings(graph, {"model": "none"})
    with pytest.raises(UserError) as caught:
        find_items(read_labels(path), locate([graph]), settings, path)
    assert caught.value.message.startswith(f"`{path}:2` labels `")
    assert told in caught.value.message
    assert caught.value.message.endswith("nothing was scored")


def test_many_labels_about_no_item_are_counted(graph: Path, tmp_path: Path) -> None:
    path = labels_of(tmp_path, *({**CARD, "line": 20 + n} for n in range(7)))
    settings = load_settings(graph, {"model": "none"})
    with pytest.raises(UserError, match=r"(?s):5` .*and 2 more\n  nothing was scored$"):
        find_items(read_labels(path), locate([graph]), settings, path)


def test_a_proposal_goes_to_the_item_that_holds_its_edit(graph: Path) -> None:
    settings = load_settings(graph, {"model": "none"})
    target = locate([graph])
    labels = {n: Label.model_validate(one) for n, one in enumerate((CARD, PASSAGE), 1)}
    items = find_items(labels, target, settings, graph)
    with asking(items, target, settings) as asked:
        card, passage = with_proposals(items, asked)
    assert [e.new for p in card.of("typo") for e in p.place.edits] == ["reservoir"]
    assert not passage.of("typo")


def test_the_command_scores_and_leaves_the_graph_and_the_person_s_ledger_alone(
    graph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    path = labels_of(tmp_path, {**CARD, **LOOKED, "typos": [TYPO]}, {**PASSAGE, **LOOKED})
    before = files(graph)
    done = evaluate("--graph", graph, "--labels", path, "--model", "none", "--json")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    found = {(one["task"], one["lang"], one["name"]): one for one in lines}
    assert found["typo", "all", "recall"]["value"] == 1
    assert found["all", "all", "faultless items with a proposal"]["n"] == 1
    assert {"task", "lang", "rule", "name", "value", "low", "high", "n"} == set(lines[0])
    assert files(graph) == before
    assert not state.exists()


def test_what_was_missed_is_shown_and_written(graph: Path, tmp_path: Path) -> None:
    missed = {"wrong": "Slowly", "right": "slowly"}
    path = labels_of(tmp_path, {**CARD, **LOOKED, "typos": [missed]}, {**PASSAGE, **LOOKED})
    report = tmp_path / "report.html"
    words: list[str | Path] = [
        "--graph",
        graph,
        "--labels",
        path,
        "--model",
        "none",
        "--task",
        "typo",
    ]
    done = evaluate(*words, "--show", "typo", "--html", report)
    assert done.returncode == 0, done.stderr
    assert "--- missed pages/Rivers.md:4: 'Slowly' → 'slowly'" in done.stdout
    assert "--- false alarm pages/Rivers.md:4: 'resevoir' → 'reservoir'" in done.stdout
    assert "2 labelled items" in done.stdout
    assert "truncation" not in done.stdout
    html = report.read_text(encoding="utf-8")
    assert html.startswith("<!doctype html>")
    assert "typo missed" in html
    assert "&lt;b&gt;Ships" in html
    assert "<b>Ships" not in html


def test_a_ledger_with_decisions_is_never_used(graph: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.db"
    words = [sys.executable, "-m", "refiner"]
    for command in (["refine", "--model", "none"], ["accept", "--task", "typo"]):
        done = [*words, *command, "--ledger", str(own), str(graph)]
        subprocess.run(done, cwd=ROOT, capture_output=True, check=True)
    path = labels_of(tmp_path, CARD)
    done2 = evaluate("--graph", graph, "--labels", path, "--model", "none", "--ledger", own)
    assert done2.returncode == 1
    assert "holds decisions on a graph; nothing was scored" in done2.stderr
    with Ledger(own) as ledger:
        assert len(ledger.proposals(["accepted"])) == 1


def test_a_skeleton_is_scored_as_nothing_judged_and_is_never_overwritten(
    graph: Path, tmp_path: Path
) -> None:
    path = tmp_path / "labels.jsonl"
    words: list[str | Path] = ["--graph", graph, "--labels", path]
    made = evaluate(*words, "--init", "9")
    assert made.returncode == 0, made.stderr
    assert "holds 2 items to label" in made.stderr
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(line["line"], line["kind"]) for line in lines] == [(4, "card"), (8, "passage")]
    assert lines[0]["text"].startswith("\t- How does a resevoir fill? #car\n\t\t- Slowly")
    assert set(lines[0]) == set(Label.model_fields)
    done = evaluate(*words, "--model", "none", "--json")
    assert done.returncode == 0, done.stderr
    judged = [json.loads(line) for line in done.stdout.splitlines()]
    assert {one["value"] for one in judged} == {None, 0.0}
    again = evaluate(*words, "--init", "9")
    assert again.returncode == 1
    assert "exists; nothing was written" in again.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["--graph", "x"],
        ["--labels", "x"],
        ["--init", "3"],
        ["--show", "typo"],
        ["--graph", "x", "--labels", "y", "--check"],
        ["--graph", "x", "--labels", "y", "--show", "typos"],
    ],
    ids=["graph alone", "labels alone", "init alone", "show alone", "check", "unknown task"],
)
def test_options_that_do_not_go_together_are_refused(words: list[str]) -> None:
    done = evaluate(*words)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
