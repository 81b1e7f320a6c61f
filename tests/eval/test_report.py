"""The report: one page that loads nothing, runs nothing of a sample, and shows every model."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from refiner.evals.baselines import Baseline, Choice
from refiner.evals.metrics import metrics
from refiner.evals.report import html_report
from refiner.pipeline.report import Report
from tests.eval.made import proposal, replacement, sample, scored

if TYPE_CHECKING:
    from refiner.evals.scorers import Score

NASTY = "- <script>alert(1)</script> resevoir \"' & <img src=x> #car\n\t- It fills slowly.\n"
VOID = {"meta", "input", "img", "br"}


def nasty_score() -> Score:
    one = sample(NASTY, edits=[{"old": "resevoir", "new": ["<b>reservoir</b>"]}])
    return scored(one, proposal(one, [replacement(one, "resevoir", "<i>reservoir</i>")]))


def page(*baselines: Baseline, model: str = "none") -> str:
    scores = [nasty_score(), scored(sample("- Fine? #car\n\t- Yes.\n"))]
    return html_report(Choice(model), metrics(scores), baselines, scores, Report())


def test_text_of_samples_is_escaped() -> None:
    html = page(model="<b>model</b>")
    assert "<script>alert" not in html
    assert "<img src=x>" not in html
    assert "<b>reservoir" not in html
    assert "<i>reservoir" not in html
    assert "<b>model" not in html
    assert html.count("<script>") == 1


def test_nothing_is_loaded_and_the_policy_knows_the_page_s_own_parts_alone() -> None:
    html = page()
    assert not re.search(
        r"""(?:src|href|url)\s*[=(]\s*["']?(?!#)\S*//|@import|\sstyle=|\son\w+=""", html
    )
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; ")
    assert "unsafe" not in policy[1]
    for tag in ("style", "script"):
        own = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert own is not None
        digest = base64.b64encode(hashlib.sha256(own[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]


class Nesting(HTMLParser):
    """Fails where an element is not closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """SVG closes its own."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_elements_are_closed_and_ids_are_unique() -> None:
    parser = Nesting()
    parser.feed(page())
    assert parser.open == []
    assert len(set(parser.ids)) == len(parser.ids)


def test_every_baseline_stands_beside_the_run_and_its_own_is_a_mark() -> None:
    known = {m.key: m.estimate for m in metrics([nasty_score()])}
    own, other = Baseline(Choice("none"), 1, known), Baseline(Choice("local", each=5), 1, known)
    alone, together = page(), page(own, other)
    assert "local (one sample in 5)" not in alone
    assert "this run has no baseline yet" in alone
    assert "local (one sample in 5)" in together
    assert "baseline of this run" in together
    assert re.search(r"<title>all languages, none \(all samples\): [^<]*; baseline ", together)


@pytest.mark.parametrize("name", ["task", "language", "model", "verdict", "text"])
def test_there_is_a_filter_by(name: str) -> None:
    assert f'id="{name}"' in page()


def test_a_diff_shows_what_went_and_what_came_and_the_worst_stands_first() -> None:
    html = page()
    assert "<del>resevoir</del>" in html
    assert "<ins>&lt;i&gt;reservoir&lt;/i&gt;</ins>" in html
    assert html.index('data-verdict="wrong"') < html.index('data-verdict="right"')


def test_white_space_that_changed_can_be_seen() -> None:
    one = sample(
        "- A  word? #car\n\t- Yes.\n", "whitespace", edits=[{"old": "A  word", "new": ["A word"]}]
    )
    found = scored(one, proposal(one, [replacement(one, "A  word", "A word")]))
    html = html_report(Choice("none"), metrics([found]), [], [found], Report())
    assert "<del>··</del><ins>·</ins>" in html
