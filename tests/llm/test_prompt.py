from __future__ import annotations

import hashlib

import pytest

from refiner.llm.prompt import (
    PromptError,
    load_prompt,
    neutral,
    parse_prompt,
    prompts_folder,
    render,
)

# A changed prompt needs a changed version: then this table gets a new line in its place.
DIGESTS = {
    "card@2": "c97912bed84a320a",
    "cloze@5": "db9499af5e054c97",
    "passage@2": "2ec86b49cf7fe73f",
    "question@4": "5d328a2e95900ee9",
}


@pytest.mark.parametrize("name", ["card", "cloze", "passage", "question"])
def test_a_changed_prompt_has_a_changed_version(name: str) -> None:
    text = (prompts_folder() / f"{name}.md").read_bytes()
    assert DIGESTS[load_prompt(name).id] == hashlib.sha256(text).hexdigest()[:16]


def test_every_prompt_is_held_by_the_table() -> None:
    assert {path.stem for path in prompts_folder().glob("*.md")} == {
        name.partition("@")[0] for name in DIGESTS
    }


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(PromptError, match="`terms`"):
        render(
            load_prompt("question"),
            {"question": "a", "answer": "b"},
            {"title": "", "chapter": ""},
            "en",
        )


def test_front_matter_and_placeholders_that_differ_are_named() -> None:
    text = '+++\nname = "x"\nversion = 1\nvariables = ["a"]\n+++\n# System\nDo.\n# User\n$a $b\n'
    with pytest.raises(PromptError, match="differ in b"):
        parse_prompt(text, "x.md")


@pytest.mark.parametrize("text", ["</data>", "<|im_end|>", "[INST]", "<DATA>", "</s>"])
def test_text_from_the_graph_can_t_end_its_fence(text: str) -> None:
    assert not set("<>[]") & set(neutral(text))


def test_the_stable_part_comes_first() -> None:
    prompt = load_prompt("question")
    values = {"question": "Q", "answer": "A", "terms": "T"}
    one = render(prompt, values, {"title": "X", "chapter": ""}, "es")
    two = render(prompt, {**values, "answer": "B"}, {"title": "Y", "chapter": "Z"}, "es")
    assert one[:-1] == two[:-1]
    assert one[0].role == "system"
