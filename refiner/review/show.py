"""Proposals on a terminal: place first, then the reason, then the words that change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refiner.proposals import word_diff

if TYPE_CHECKING:
    from rich.text import Text

    from refiner.proposals import Proposal


def place_of(proposal: Proposal) -> str:
    """Page, line and chapter in one line."""
    chapter = "".join(f" ▸ {part}" for part in proposal.chapter)
    return f"{proposal.page}:{proposal.line}{chapter[:120]}"


def source_of(proposal: Proposal) -> str:
    """Who worded the edit."""
    who = "rule" if proposal.model is None else f"{proposal.model}, {proposal.prompt}"
    note = f", {proposal.note}" if proposal.note else ""
    return f"{who}, {proposal.confidence:.0%}{note}"


def shown(proposal: Proposal, wording: str | None = None) -> Text:
    """A proposal for the eye; without colour, `[-old-]` and `{+new+}` stand for it.

    Lines that stay as they are between changes are left out beyond two.
    """
    from rich.text import Text

    text = Text()
    text.append(f"{proposal.task} · ", style="bold")
    text.append(f"{place_of(proposal)}\n", style="cyan")
    text.append(f"{proposal.reason} ", style="italic")
    text.append(f"({source_of(proposal)}) {proposal.id}\n", style="dim")
    after = proposal.after if wording is None else wording
    text.append_text(changed_words(proposal.before, after))
    return text


def changed_words(before: str, after: str) -> Text:
    """Old and new words between marks, in colour where there is colour."""
    from rich.text import Text

    text = Text()
    parts = list(word_diff(before, after))
    for number, (change, words) in enumerate(parts):
        if change == "same":
            is_edge = number in {0, len(parts) - 1}
            text.append(_shortened(words, is_first=number == 0) if is_edge else words)
        elif change == "old":
            text.append(f"[-{words}-]", style="red strike")
        else:
            text.append(f"{{+{words}+}}", style="green")
    return text


def _shortened(words: str, *, is_first: bool) -> str:
    """The two lines of unchanged text that stand next to a change."""
    lines = words.split("\n")
    if len(lines) <= 3:  # noqa: PLR2004 - two lines and the rest of the changed one
        return words
    return "\n".join(["…", *lines[-3:]]) if is_first else "\n".join([*lines[:3], "…"])
