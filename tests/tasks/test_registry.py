"""A task is one module, one entry of the registry, and a prompt: nothing else names it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, get_args

import pytest

from refiner.cards import ExtractOptions
from refiner.errors import UsageError
from refiner.evals.samples import load_samples
from refiner.lang.sections.spelling import Replacement
from refiner.llm import prompt as prompts
from refiner.pipeline.apply import apply_accepted
from refiner.pipeline.detect import read_book
from refiner.pipeline.refine import refine
from refiner.pipeline.session import open_session
from refiner.settings import load_settings
from refiner.tasks import asking_tasks, get_task, registry, task_names
from refiner.tasks.editor.model import CutCause, FlagName
from refiner.tasks.model import FACTS
from tests.conftest import ROOT
from tests.tasks import toy

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_httpserver import HTTPServer

    from tests.llm.fixtures import Refiner

CARD = "- WHAT is a weir? #car\n\t- A low dam that raises the water of a river.\n"


@pytest.fixture
def with_toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry with one entry more, and its prompt in the folder of prompts."""
    entry = registry.Entry("toy", "tests.tasks.toy", ("shouted",), asks=True)
    monkeypatch.setattr(registry, "REGISTRY", (*registry.REGISTRY, entry))
    folder = tmp_path / "prompts"
    folder.mkdir()
    for name in sorted(asking_tasks() - {"toy"}):
        text = (prompts.prompts_folder() / f"{name}.md").read_text(encoding="utf-8")
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / "toy.md").write_text(toy.PROMPT, encoding="utf-8")
    monkeypatch.setattr(prompts, "prompts_folder", lambda: folder)


def play(httpserver: HTTPServer, *words: str) -> None:
    """An endpoint that says these words, one after the other."""
    for word in words:
        message = {"role": "assistant", "content": json.dumps({"word": word})}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        usage = {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}
        body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m"}
        handler = httpserver.expect_ordered_request("/v1/chat/completions")
        handler.respond_with_json({**body, "choices": [choice], "usage": usage})


@pytest.mark.usefixtures("with_toy")
def test_a_new_task_runs_from_finding_to_page(tmp_path: Path, httpserver: HTTPServer) -> None:
    page = tmp_path / "graph" / "pages" / "Rivers.md"
    page.parent.mkdir(parents=True)
    page.write_text(CARD, encoding="utf-8")
    play(httpserver, "which", "what")  # the guard refuses the first
    flags = {"model": "m", "base_url": httpserver.url_for("/v1"), "tasks": ("toy",)}
    with open_session([page.parent.parent], None, flags, is_writing=True) as session:
        with session.reviewed():
            report = refine(session.target, session.settings, session.ledger)
        assert report.rejections == {"toy: same-word": 1}
        (proposal,) = session.pending()
        assert (proposal.task, proposal.prompt, proposal.model) == ("toy", "toy@1", "m")
        session.ledger.decide([proposal.id], "accepted", "command")
        with session.reviewed():
            apply_accepted(session)
    assert page.read_text(encoding="utf-8") == CARD.replace("WHAT", "What")
    httpserver.check_assertions()


@pytest.mark.usefixtures("with_toy")
def test_settings_and_command_line_know_a_new_task(refiner: Refiner, tmp_path: Path) -> None:
    assert load_settings(None).tasks[-1] == "toy"
    (tmp_path / "refiner.toml").write_text('tasks = ["toy"]\n')
    code, _, err = refiner("refine", "--model", "none", "--task", "toy", str(tmp_path))
    assert (code, "proposals 0" in err) == (0, True)
    code, _, err = refiner("refine", "--model", "none", "--task", "toyy", str(tmp_path))
    assert (code, "did you mean `toy`?" in err) == (2, True)


def test_every_entry_loads_and_names_itself() -> None:
    assert [get_task(name).name for name in task_names()] == list(task_names())


def test_settings_refuse_a_task_that_does_not_exist() -> None:
    with pytest.raises(UsageError, match="there is no task `typos`; did you mean `typo`"):
        load_settings(None, {"tasks": ("typos",)})


def test_every_rule_that_speaks_has_its_name_in_the_registry() -> None:
    known = {(entry.name, rule) for entry in registry.REGISTRY for rule in entry.rules}
    seen = set()
    for sample in load_samples(ROOT / "fixtures" / "golden", None):
        _, book = read_book(sample.page, "", ExtractOptions())
        task = get_task(sample.task)
        for item in book.items:
            seen |= {(sample.task, finding.rule) for finding in task.detect(item, book)}
    seen |= {("truncation", cause) for cause in get_args(CutCause)}
    seen |= {("flag", name) for name in get_args(FlagName)}
    seen |= {("typo", rule) for rule in get_args(Replacement.model_fields["rule"].annotation)}
    assert seen - known == set()


def test_settings_refuse_to_mute_a_rule_that_does_not_exist() -> None:
    with pytest.raises(UsageError, match="no rule `bare-topics`; did you mean `bare-topic`"):
        load_settings(None, {"mute": ("bare-topics",)})
    with pytest.raises(UsageError, match="no task `whitespaces`; did you mean `whitespace`"):
        load_settings(None, {"auto_accept": {"whitespaces": 0.9}})
    with pytest.raises(UsageError, match="less than or equal to 1"):
        load_settings(None, {"auto_accept": {"whitespace": 90}})


def test_a_guard_reads_its_own_values_alone() -> None:
    calm = toy.Calm.model_validate({"word": "loud"}, context={FACTS: toy.Shouted("LOUD")})
    assert calm.word == "loud"
    with pytest.raises(ValueError, match="same-word"):
        toy.Calm.model_validate({"word": "loud"})
    with pytest.raises(TypeError, match="expected Shouted"):
        toy.Calm.model_validate({"word": "loud"}, context={FACTS: "LOUD"})
