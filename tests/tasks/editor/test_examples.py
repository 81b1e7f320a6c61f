"""The examples of the prompts are answers that the guards themselves let through."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from refiner.llm.prompt import load_prompt, render
from refiner.tasks import task_names
from refiner.tasks.editor import editor
from refiner.tasks.editor.model import ItemAnswer, answer_model, parts_for
from tests.tasks.pages import card, passage, read

if TYPE_CHECKING:
    from refiner.cards import ItemKind

KINDS: tuple[ItemKind, ...] = ("card", "passage")
FIELD = re.compile(r"(\w+): <data>(.*?)</data>", re.DOTALL)
EXAMPLES = [
    pytest.param(kind, turns, id=f"{kind}-{lang}-{number}")
    for kind in KINDS
    for lang, examples in load_prompt(kind).examples.items()
    for number, turns in enumerate(examples)
]


def page_of(kind: ItemKind, asked: str) -> str:
    fields = dict(FIELD.findall(asked))
    chapter = f"- {fields['Chapter']}\n"
    if kind == "passage":
        return chapter + passage(fields["Passage"])
    return chapter + card(fields["Question"], fields["Answer"])


@pytest.mark.parametrize(("kind", "turns"), EXAMPLES)
def test_the_guards_let_an_example_through(kind: ItemKind, turns: tuple[str, str]) -> None:
    asked, answered = turns
    _, book = read(page_of(kind, asked))
    task = editor(task_names())
    item = book.items[0]
    ask = task.ask(item, book, task.detect(item, book))
    assert ask is not None
    assert ask.guards is not None
    answer = ask.answer_model.model_validate_json(answered)
    checked = ask.guards.check(answer)
    assert checked.complaints == ()


@pytest.mark.parametrize("kind", KINDS)
def test_the_stable_part_is_long_enough_for_prompt_caches(kind: ItemKind) -> None:
    prompt = load_prompt(kind)
    names = [*prompt.variables, *prompt.background]
    for lang in ("en", "ca", "xx"):
        messages = render(
            prompt,
            dict.fromkeys(prompt.variables, "a"),
            dict.fromkeys(prompt.background, "a"),
            lang,
        )
        stable = "".join(message.content for message in messages[:-1])
        assert len(stable) / 5 > 1024  # no tokenizer needs fewer letters a token than five
    assert names


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_parts_of_the_chosen_tasks_are_in_prompt_and_schema(kind: ItemKind) -> None:
    parts = parts_for(kind, ["typo"])
    assert parts == ("corrections",)
    prompt = load_prompt(kind)
    messages = render(
        prompt,
        dict.fromkeys(prompt.variables, "a"),
        dict.fromkeys(prompt.background, "a"),
        "en",
        parts,
    )
    for message in messages:
        if message.role == "assistant":
            assert set(json.loads(message.content)) == {"corrections"}
    assert "`clozes`:" not in messages[0].content
    assert "`flags`:" not in messages[0].content
    model: type[ItemAnswer] = answer_model(kind, parts)
    assert set(model.model_json_schema()["properties"]) == {"corrections"}
