"""What was once measured stays: rules alone on every sample, the embedded model on a part."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from tests.conftest import ROOT

EACH = "10"


def evaluate(*words: str) -> None:
    command = [sys.executable, "-m", "refiner", "eval", "--check", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_rules_alone_are_as_good_as_they_were() -> None:
    evaluate("--model", "none")


@pytest.mark.model
@pytest.mark.skipif(importlib.util.find_spec("xllamacpp") is None, reason="needs the extra `local`")
def test_the_embedded_model_is_as_good_as_it_was() -> None:
    evaluate("--model", "local", "--each", EACH)


def test_a_large_model_s_recorded_answers_are_worth_what_they_were() -> None:
    answers = ROOT / "fixtures" / "answers" / "large.jsonl"
    evaluate("--model", "recorded", "--model-grade", "large", "--answers", str(answers))
