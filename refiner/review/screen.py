"""A proposal on a terminal: place first, then the reason, then the card with the words that change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refiner.review.card import nearest_above, nearest_below
from refiner.review.show import (
    KEPT_AROUND,
    LINE_WIDTH,
    changed_words,
    context_text,
    hidden_text,
    place_of,
    source_of,
    visible,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.text import Text

    from refiner.proposals import Proposal
    from refiner.review.card import Card, Line

ABOVE, BELOW = 4, 8
CONTEXT, CHANGED = "│ ", "┃ "
NARROWEST = 20


def shown(
    proposal: Proposal,
    wording: str | None,
    card: Card | None,
    *,
    width: int,
    is_whole: bool = False,
) -> Text:
    """A proposal for the eye; without colour, `[-old-]` and `{+new+}` stand for it.

    Args:
        proposal: Any.
        wording: The person's own wording, or None.
        card: What stands around the change, or None where the block has changed since.
        width: Of the terminal, in columns.
        is_whole: Whether long cards are shown whole.
    """
    from rich.text import Text

    text = Text()
    text.append(place_of(proposal, width), style="bold cyan")
    text.append(f"\n{visible(proposal.page)}:{proposal.line} · {proposal.id}\n", style="dim")
    about = Text()
    about.append(proposal.task, style="bold")
    about.append(f" · {visible(proposal.reason)} ", style="italic")
    note = f", {proposal.note}" if proposal.note else ""
    about.append(f"({source_of(proposal)}, {proposal.confidence:.0%}{note})", style="dim")
    if wording is not None:
        about.append(" in your own words", style="bold")
    _wrapped(text, about, "", "", width)
    if card is None:
        text.append(
            "its block has changed since: `refiner refine` makes a fresh proposal\n", style="yellow"
        )
    else:
        above = nearest_above(card.above, len(card.above) if is_whole else ABOVE)
        _context(text, above.lines[:1] if above.hidden else above.lines, width, is_whole=is_whole)
        _hidden(text, above.hidden)
        _context(text, above.lines[1:] if above.hidden else (), width, is_whole=is_whole)
    after = proposal.after if wording is None else wording
    around = None if is_whole else KEPT_AROUND
    _wrapped(text, words_of_change(proposal.before, after, around), CHANGED, "bold", width)
    if card is not None:
        below = nearest_below(card.below, len(card.below) if is_whole else BELOW)
        _context(text, below.lines, width, is_whole=is_whole)
        _hidden(text, below.hidden)
    text.rstrip()
    return text


def words_of_change(before: str, after: str, around: int | None = KEPT_AROUND) -> Text:
    """Old and new words between marks, in colour where there is colour."""
    from rich.text import Text

    text = Text()
    for word in changed_words(before, after, around):
        said = visible(word.text)
        if word.change == "same":
            text.append(said, style="dim" if word.is_cut else "")
        elif word.change == "old":
            text.append(f"[-{said}-]", style="red strike")
        else:
            text.append(f"{{+{said}+}}", style="green")
    return text


def _context(text: Text, lines: Iterable[Line], width: int, *, is_whole: bool) -> None:
    from rich.text import Text as RichText

    for line in lines:
        said = context_text(line, None if is_whole else LINE_WIDTH)
        _wrapped(text, RichText(said, style="dim"), CONTEXT, "dim", width)


def _hidden(text: Text, count: int) -> None:
    if count:
        text.append(f"{CONTEXT}{hidden_text(count)}: [c] shows the whole card\n", style="dim")


def _wrapped(text: Text, added: Text, bar: str, style: str, width: int) -> None:
    """Append text wrapped to the width, a bar before each of its lines."""
    for line in _lines(added, max(width - len(bar), NARROWEST)):
        text.append(bar, style=style)
        text.append_text(line)
        text.append("\n")


def _lines(text: Text, width: int) -> Sequence[Text]:
    from rich.console import Console

    text.expand_tabs(4)
    lines = text.wrap(Console(width=width), width)
    for line in lines:
        line.rstrip()
    return list(lines)
