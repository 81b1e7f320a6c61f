"""Grammar with the real embedded model: a slip that no rule knows, between right sentences."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(
        importlib.util.find_spec("xllamacpp") is None, reason="needs the extra `local`"
    ),
]
PAGE = """\
- What is the temperature which water boils on a mountain? #card
\t- On a high mountain, the water boils earlier because there is less air above it.
- ¿Por qué silba la tetera cuando hierve el agua? #card
\t- El vapor sale por un agujero estrecho.
"""


def test_a_missing_word_is_put_in_and_right_sentences_stay(tmp_path: Path) -> None:
    page = tmp_path / "Tea.md"
    page.write_text(PAGE, encoding="utf-8")
    (tmp_path / "refiner.toml").write_text('grammar = "all"\n', encoding="utf-8")
    (tmp_path / "logseq").mkdir()
    words = ["refine", "--task", "typo", "--json", "--ledger", str(tmp_path / "ledger.db")]
    done = subprocess.run(
        [sys.executable, "-m", "refiner", *words, str(page)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=550,
    )
    (made,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert made["after"].startswith("What is the temperature at which water boils")
    assert (made["source"], made["prompt"].partition("@")[0]) == ("model", "grammar")
