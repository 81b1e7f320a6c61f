"""Samples with input, target and result side by side."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from refiner.evals.scorers import VERDICTS
from refiner.proposals.diff import word_diff

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from refiner.evals.run import Result
    from refiner.evals.scorers import Score
    from refiner.proposals import Proposal

SIGNS = {"protected": "‼", "false alarm": "✕", "wrong": "✕", "missed": "○", "right": "✓"}
# White space that changed has to be seen.
SEEN = str.maketrans({" ": "·", "\u00a0": "⍽", "\t": "→"})


def case_cards(scores: Iterable[Score], langs: Mapping[str, str]) -> str:
    """All samples, worst first; those that are right are folded."""
    ordered = sorted(scores, key=lambda s: (VERDICTS.index(s.verdict), s.result.sample.name))
    return "".join(_card(score, langs) for score in ordered)


def _card(score: Score, langs: Mapping[str, str]) -> str:
    result = score.result
    sample = result.sample
    verdict = score.verdict
    is_open = "" if verdict == "right" else " open"
    name = verdict.replace(" ", "-")
    remark = f'<p class="remark">{escape(score.remark)}</p>' if score.remark else ""
    note = f'<p class="note">{escape(sample.note)}</p>' if sample.note else ""
    return (
        f'<details class="case v-{name}" data-task="{sample.task}" data-lang="{escape(sample.lang)}" '
        f'data-verdict="{verdict}"{is_open}><summary><span class="badge">{SIGNS[verdict]} {verdict}'
        f"</span> <code>{escape(sample.name)}</code> <small>"
        f"{escape(langs.get(sample.lang, sample.lang))}</small></summary>{remark}{note}"
        f'<div class="sides"><section><h4>Input</h4>{_input(result)}</section>'
        f"<section><h4>Target</h4>{_target(sample.target, is_clean=sample.is_clean)}</section>"
        f"<section><h4>Result</h4>{_result(result)}</section></div></details>"
    )


def _input(result: Result) -> str:
    block = result.item.block
    return page_text(result.sample.page, block.start, block.subtree_end)


def page_text(page: bytes, start: int, end: int) -> str:
    """A page, with the item between two bytes standing out."""
    parts = (
        (page[:start], "around"),
        (page[start:end], "item"),
        (page[end:], "around"),
    )
    written = "".join(
        f'<span class="{name}">{escape(part.decode())}</span>' for part, name in parts if part
    )
    return f'<pre tabindex="0">{written}</pre>'


def _target(target: Mapping[str, Any], *, is_clean: bool) -> str:
    rows = "".join(
        f"<dt>{escape(key.replace('_', ' '))}</dt><dd>{_value(value)}</dd>"
        for key, value in target.items()
    )
    told = "<p>Clean: nothing of this task may be proposed.</p>" if is_clean else ""
    return f"{told}<dl>{rows}</dl>" if rows else told


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        old, news = str(value.get("old", "")), value.get("new", [])
        nth = f" <small>(number {value['nth'] + 1})</small>" if value.get("nth") else ""
        written = " or ".join(f"<ins>{escape(_seen(old, str(new)))}</ins>" for new in news)
        return f"<del>{escape(_seen(old, old))}</del> → {written}{nth}"
    if isinstance(value, list):
        if all(isinstance(one, dict) for one in value):
            return "<br>".join(map(_value, value))
        return "<br>".join(
            escape(" / ".join(map(str, one)) if isinstance(one, list) else str(one))
            for one in value
        )
    text = str(value)
    return f"<pre>{escape(text)}</pre>" if "\n" in text else escape(text)


def _result(result: Result) -> str:
    task = result.sample.task
    own = [proposal for proposal in result.proposals if proposal.task == task]
    others = [proposal for proposal in result.proposals if proposal.task != task]
    parts = [proposal_card(proposal) for proposal in own]
    if not own:
        parts.append(f"<p>No {task} is proposed.</p>")
    if others:
        inner = "".join(map(proposal_card, others))
        parts.append(f"<details><summary>{len(others)} of other tasks</summary>{inner}</details>")
    return "".join(parts)


def proposal_card(proposal: Proposal) -> str:
    """A proposal with its reason and what it changes."""
    source = proposal.source if proposal.prompt is None else f"model, {proposal.prompt}"
    return (
        f'<div class="proposal"><p>{escape(proposal.reason)} <small>{escape(proposal.task)}, rule '
        f"{escape(proposal.rule)}; by {escape(source)}; {proposal.confidence:.2f}</small></p>"
        f'<pre tabindex="0">{_diff(proposal.before, proposal.after)}</pre></div>'
    )


def _diff(before: str, after: str) -> str:
    names = {"old": "del", "new": "ins"}
    parts = []
    for change, text in word_diff(before, after):
        if change == "same":
            parts.append(escape(text))
        else:
            seen = text.translate(SEEN) if not text.strip() else text
            parts.append(f"<{names[change]}>{escape(seen)}</{names[change]}>")
    return "".join(parts)


def _seen(old: str, text: str) -> str:
    """White space made visible where it alone matters, or is doubled."""
    is_spacing = "  " in old or "\u00a0" in old
    return text.translate(SEEN) if is_spacing else text
