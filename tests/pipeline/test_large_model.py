"""One request for a whole item, through the pipeline, against an endpoint that plays a large model."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from refiner.graph.target import locate
from refiner.ledger import Ledger
from refiner.pipeline.detect import detect
from refiner.pipeline.options import Run, plan_options
from refiner.pipeline.refine import dry_run, refine
from refiner.pipeline.select import EVERYTHING, Selection
from refiner.settings import Settings
from tests.llm.edits import Editor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_httpserver import HTTPServer

    from refiner.pipeline.report import Report
    from refiner.proposals import Proposal

PAGE = """- Chapter 1. Gauges
	- About the float gauge #car
		- A float rises and fall with the tide, and a pen draws its curve on a drum of paper.
	- What does a drum of the gauge carry? #car
		- The paper on which the pen draws the tide's curve
	- The drum of a float gauge turns once in twelve hours, and its paper is changed each week. #ñspace
"""
VAGUE = {
    "question": {"why": "it asks nothing", "new": "How does a float gauge draw the tide?"},
    "corrections": [{"old": "rises and fall", "new": "rises and falls", "kind": "grammar"}],
}
CLOZE = {
    "clozes": [
        {
            "sentence": "The drum of a float gauge turns once in twelve hours, and its paper is "
            "changed each week.",
            "terms": ["twelve hours"],
            "hint": "time",
        }
    ]
}


def edits(text: str, times: int) -> dict[str, Any]:
    """A sound answer about each item of the page."""
    assert times < 2
    if "About the float" in text:
        return VAGUE
    return CLOZE if "Passage:" in text else {}


class Graph:
    """A graph with one page, and runs over it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.root = folder / "graph"
        (self.root / "pages").mkdir(parents=True)
        self.write(PAGE)
        self.ledger = Ledger(folder / "ledger.db")
        self.settings = Settings(model="big", base_url=url, concurrency=1, retry_s=1)

    def write(self, page: str) -> None:
        (self.root / "pages" / "Gauges.md").write_text(page, encoding="utf-8")

    def run(self, selection: Selection = EVERYTHING, **settings: Any) -> Report:  # noqa: ANN401 - settings
        own = self.settings.model_copy(update=settings)
        return refine(locate([self.root]), own, self.ledger, selection)

    def pending(self) -> list[Proposal]:
        return [p for p in self.ledger.proposals() if p.state == "pending"]

    def by_model(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for proposal in self.pending():
            if proposal.source == "model":
                found.setdefault(proposal.task, []).append(proposal.after)
        return found


@pytest.fixture
def editor(httpserver: HTTPServer) -> Editor:
    found = Editor(httpserver)
    found.script = edits
    return found


@pytest.fixture
def graph(tmp_path: Path, editor: Editor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Graph]:
    monkeypatch.delenv("REFINER_MODEL_GRADE")
    found = Graph(tmp_path, editor.url)
    with found.ledger:
        yield found


@pytest.mark.parametrize("mode", ["json_schema", "tools", "json"])
def test_one_request_for_an_item_brings_all_that_is_to_mend(
    graph: Graph, editor: Editor, mode: str
) -> None:
    editor.mode = mode
    report = graph.run()
    assert (report.requests, report.failed.total()) == (3, 0)
    assert len(editor.bodies) == 3
    made = graph.by_model()
    assert set(made) == {"question", "typo", "cloze"}
    assert "How does a float gauge draw the tide?" in made["question"][0]
    assert "rises and falls" in made["typo"][0]
    assert "{{cloze twelve hours \\\\ time}}" in made["cloze"][0]
    assert graph.run().sent == 0


def test_a_schema_for_strict_endpoints_closes_every_object(graph: Graph, editor: Editor) -> None:
    graph.run()

    def check(schema: Any) -> None:  # noqa: ANN401 - a JSON value
        if isinstance(schema, list):
            for value in schema:
                check(value)
        elif isinstance(schema, dict):
            assert not {"minLength", "maxLength", "minItems", "maxItems", "default"} & set(schema)
            if schema.get("type") == "object":
                assert schema["additionalProperties"] is False
                assert set(schema["required"]) == set(schema["properties"])
            for value in schema.values():
                check(value)

    for body in editor.bodies:
        asked = body["response_format"]["json_schema"]
        assert asked["strict"] is True
        check(asked["schema"])


def test_the_stable_part_is_the_same_for_every_card(graph: Graph, editor: Editor) -> None:
    graph.run()
    cards = [body for body in editor.bodies if "Question:" in body["messages"][-1]["content"]]
    assert len(cards) == 2
    assert cards[0]["messages"][:-1] == cards[1]["messages"][:-1]
    assert cards[0]["response_format"] == cards[1]["response_format"]


def test_only_the_chosen_tasks_are_asked_for(graph: Graph, editor: Editor) -> None:
    graph.run(Selection(tasks=("typo",)))
    for body in editor.bodies:
        schema = body["response_format"]["json_schema"]["schema"]
        assert list(schema["properties"]) == ["corrections"]
    assert set(graph.by_model()) == {"typo"}


def test_a_refused_part_is_asked_for_again_alone(graph: Graph, editor: Editor) -> None:
    def script(text: str, times: int) -> dict[str, Any]:
        if "About the float" not in text:
            return {}
        if times == 0:
            invented = {"why": "vague", "new": "How did Lord Kelvin's gauge draw the tide?"}
            return {**VAGUE, "question": invented}
        return {"question": VAGUE["question"]}

    editor.script = script
    report = graph.run()
    assert len(editor.bodies) == 4
    again = editor.bodies[1]
    assert list(again["response_format"]["json_schema"]["schema"]["properties"]) == ["question"]
    assert "Kelvin" in again["messages"][-2]["content"]
    assert "corrections" not in again["messages"][-2]["content"]
    assert "stands neither in the card" in again["messages"][-1]["content"]
    assert set(graph.by_model()) == {"question", "typo"}
    assert report.rejections == {"editor: grounded": 1}


def test_a_part_that_is_refused_twice_is_dropped_and_the_rest_stays(
    graph: Graph, editor: Editor
) -> None:
    invented = {"why": "vague", "new": "How did Lord Kelvin's gauge draw the tide?"}

    def script(text: str, _times: int) -> dict[str, Any]:
        return {**VAGUE, "question": invented} if "About the float" in text else {}

    editor.script = script
    graph.run()
    assert len(editor.bodies) == 4
    assert set(graph.by_model()) == {"typo"}
    assert graph.run().sent == 0


def test_what_passed_is_proposed_while_the_rest_waits_for_its_re_ask(
    graph: Graph, tmp_path: Path
) -> None:
    from refiner.llm.openai_api.batch import read_batch
    from refiner.llm.openai_api.batch_files import write_batch

    run = Run.of(locate([graph.root]), graph.settings, graph.ledger)
    requests = dry_run(run)[2]
    plan = tmp_path / "plan.jsonl"
    assert [count for _, count in write_batch(plan, [*requests.values()], "big", graph.ledger)] == [
        3
    ]
    results = tmp_path / "results.jsonl"

    def answer(lines: list[dict[str, Any]], question: str) -> None:
        written = []
        for line in lines:
            schema = line["body"]["response_format"]["json_schema"]["schema"]
            text = json.dumps(line["body"]["messages"])
            edit = {**VAGUE, "question": {"why": "vague", "new": question}}
            parts = edit if "About the float" in text else {}
            from tests.llm.edits import NOTHING

            value = {name: parts.get(name, NOTHING[name]) for name in schema["properties"]}
            body = {"choices": [{"message": {"content": json.dumps(value)}}]}
            response = {"status_code": 200, "body": body}
            written.append(json.dumps({"custom_id": line["custom_id"], "response": response}))
        results.write_text("\n".join(written), encoding="utf-8")

    def lines() -> list[dict[str, Any]]:
        return [json.loads(line) for line in plan.read_text(encoding="utf-8").splitlines()]

    answer(lines(), "How did Lord Kelvin's gauge draw the tide?")
    assert read_batch(results, requests, graph.ledger)[:2] == (2, 1)
    graph.run(max_requests=0)
    assert set(graph.by_model()) == {"typo"}
    rest = dry_run(run)[2]
    assert len(rest) == 1
    list(write_batch(plan, [*rest.values()], "big", graph.ledger))
    (line,) = lines()
    assert line["custom_id"].endswith("-2")
    assert list(line["body"]["response_format"]["json_schema"]["schema"]["properties"]) == [
        "question"
    ]
    answer([line], "How does a float gauge draw the tide?")
    assert read_batch(results, rest, graph.ledger).taken == 1
    graph.run(max_requests=0)
    assert set(graph.by_model()) == {"question", "typo"}
    assert dry_run(run)[2] == {}


def test_a_small_model_at_an_endpoint_is_asked_task_by_task(graph: Graph, editor: Editor) -> None:
    graph.run(model_grade="small", retry_s=0)
    properties = [
        list(body["response_format"]["json_schema"]["schema"]["properties"])
        for body in editor.bodies
    ]
    assert ["questions"] in properties
    assert not any("corrections" in names for names in properties)


def test_a_dry_run_is_exact_in_requests(graph: Graph, editor: Editor) -> None:
    run = Run.of(locate([graph.root]), graph.settings, graph.ledger)
    _, plan, unsent = dry_run(run)
    assert {name: part.requests for name, part in plan.items()} == {"card": 2, "passage": 1}
    assert len(unsent) == 3
    graph.run()
    assert len(editor.bodies) == 3


def test_findings_of_a_large_model_s_plan_pickle(graph: Graph) -> None:
    options = plan_options(graph.settings)
    assert options.is_large
    found = detect(PAGE.encode(), "Gauges", options, {})
    again = pickle.loads(pickle.dumps(found))  # noqa: S301 - our own
    models = [one.ask and one.ask.answer_model for one in again.found]
    assert None not in models
    assert models == [one.ask and one.ask.answer_model for one in found.found]


def test_what_rules_settled_is_told_and_not_proposed_twice(graph: Graph, editor: Editor) -> None:
    graph.write(PAGE.replace("a pen draws", "a pen drwas"))

    def script(text: str, _times: int) -> dict[str, Any]:
        if "About the float" not in text:
            return {}
        assert "corrected: drwas → draws" in text
        own = {"old": "a pen drwas", "new": "a pen draws", "kind": "spelling"}
        return {"corrections": [own]}

    editor.script = script
    graph.run()
    typos = [p for p in graph.pending() if p.task == "typo"]
    assert [p.source for p in typos] == ["rule"]
    assert len(editor.bodies) == 3


def test_a_correction_of_a_question_gives_way_to_its_rewrite(graph: Graph, editor: Editor) -> None:
    graph.write(PAGE.replace("About the float gauge", "About the flaot gauge's drawing"))

    def script(text: str, _times: int) -> dict[str, Any]:
        if "About the fl" not in text:
            return {}
        own = {"old": "gauge's drawing", "new": "gauges' drawing", "kind": "grammar"}
        return {**VAGUE, "corrections": [own]}

    editor.script = script
    graph.run()
    assert [p.task for p in graph.pending() if "float gauge draw the tide?" in p.after] == [
        "question"
    ]
    assert not any(p.task == "typo" and "About the" in p.before for p in graph.pending())


PNG = b"\x89PNG\r\n\x1a\n" + b"gauge" * 10


@pytest.mark.parametrize(
    ("images", "target", "shown"),
    [
        ("none", "../assets/gauge.png", None),
        ("own", "../assets/gauge.png", "data:image/png;base64,"),
        ("own", "../assets/missing.png", None),
        ("own", "../pages/Gauges.md", None),
        ("own", "../../outside.png", None),
        ("own", "../assets/link.png", None),
        ("own", "https://example.org/gauge.png", None),
        ("remote", "https://example.org/gauge.png", "https://example.org/gauge.png"),
    ],
)
def test_an_image_is_shown_only_where_the_person_allowed_it(
    graph: Graph, editor: Editor, images: str, target: str, shown: str | None
) -> None:
    (graph.root / "assets").mkdir()
    (graph.root / "assets" / "gauge.png").write_bytes(PNG)
    (graph.root.parent / "outside.png").write_bytes(PNG)
    (graph.root / "assets" / "link.png").symlink_to(graph.root.parent / "outside.png")
    graph.write(f"- ![]({target}) #car\n\t- A float rises with the tide and turns a drum.\n")
    graph.run(images=images)
    (body,) = editor.bodies
    content = body["messages"][-1]["content"]
    if shown is None:
        assert isinstance(content, str)
    else:
        assert content[1]["image_url"]["url"].startswith(shown)


def test_an_image_that_is_too_large_stays_here(graph: Graph, editor: Editor) -> None:
    (graph.root / "assets").mkdir()
    (graph.root / "assets" / "gauge.png").write_bytes(PNG + bytes(4_000_000))
    graph.write("- ![](../assets/gauge.png) #car\n\t- A float rises with the tide.\n")
    graph.run(images="own")
    assert isinstance(editor.bodies[0]["messages"][-1]["content"], str)
