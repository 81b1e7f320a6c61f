"""Words about a proposal that every surface shows: place, source, and the words that change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from refiner.messages import count_of
from refiner.proposals import word_diff

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refiner.proposals import Change, Proposal
    from refiner.review.card import Line

# Source: the headings of Readwise's exports to Logseq.
SYNC_HEADING = re.compile(
    r"(?:Highlights first synced by|New highlights added|Highlights refreshed by)\b.*",
    re.IGNORECASE,
)
# Line feed and tab are layout; all else that moves the cursor, or text around, is shown.
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
KEPT_AROUND = 120
LINE_WIDTH = 400


def visible(text: str) -> str:
    """Text from a graph or an endpoint as it may reach a screen: what would act on it is shown.

    Control characters get their pictures (`␛`), others that are not seen, such as those that turn
    the reading direction, their numbers (`<U+202E>`). Line feeds and tabs stay.
    """
    return HIDDEN.sub(_shown, text)


def one_line(text: str) -> str:
    """Text on one line: visible, every run of white space one blank."""
    return visible(" ".join(text.split()))


def place_parts(proposal: Proposal) -> tuple[str, ...]:
    """Page and chapter, outermost first, without the headings that a sync put in."""
    return (one_line(proposal.page_title or proposal.page), *map(one_line, chapter_of(proposal)))


def chapter_of(proposal: Proposal) -> tuple[str, ...]:
    """The blocks above, without the headings that a sync put in, as they are written."""
    return tuple(part for part in proposal.chapter if part and not SYNC_HEADING.match(part))


def place_of(proposal: Proposal, width: int | None = None) -> str:
    """Page ▸ chapter on one line, the chapter's middle left out where it is too wide.

    Args:
        proposal: Any.
        width: At most so many characters; None for all.
    """
    parts = place_parts(proposal)
    whole = " ▸ ".join(parts)
    if width is None or len(whole) <= width:
        return whole
    if len(parts) > 2:  # noqa: PLR2004 - page and innermost heading
        whole = f"{parts[0]} ▸ … ▸ {parts[-1]}"
    return whole if len(whole) <= width else whole[: max(width - 1, 1)] + "…"


def source_of(proposal: Proposal) -> str:
    """Who worded the edit: the rule, or the model and its prompt."""
    if proposal.model is None:
        return f"rule {proposal.rule}"
    return visible(f"{proposal.model}, {proposal.prompt}")


class Words(NamedTuple):
    """A run of words that stays, goes or comes; `is_cut` where it stands for a longer one."""

    change: Change
    text: str
    is_cut: bool = False


def changed_words(before: str, after: str, around: int | None = KEPT_AROUND) -> Iterator[Words]:
    """Old and new words in reading order; a mark begins with its first word, not at a line's end.

    Args:
        before: The lines as they are.
        after: The lines as they would be.
        around: How many unchanged characters to keep beside a change; None keeps all.
    """
    parts = list(word_diff(before, after))
    for number, (change, text) in enumerate(parts):
        is_short = around is None or len(text) <= 2 * around
        if change != "same":
            bare = text.lstrip("\n") or text
            if bare != text:
                yield Words("same", text[: -len(bare)])
            yield Words(change, bare)
            continue
        if is_short or len(parts) == 1:
            yield Words(change, text)
            continue
        kept = around or 0
        start = "" if number == 0 else _first_words(text, kept)
        end = "" if number == len(parts) - 1 else _last_words(text, kept)
        if start:
            yield Words("same", start)
        yield Words("same", "…", is_cut=True)
        if end:
            yield Words("same", end)


def context_text(line: Line, width: int | None = LINE_WIDTH) -> str:
    """A line of a card on any surface of text: its depth, a bullet where a block begins."""
    said = visible(line.text)
    if width is not None and len(said) > width:
        said = said[: width - 1] + "…"
    bullet = ("- " if line.is_first else "  ") if line.depth else ""
    return "  " * max(line.depth - 1, 0) + bullet + said


def hidden_text(count: int) -> str:
    """What stands in the place of lines that are left out."""
    return f"… {count_of(count, 'more line')}"


def _first_words(text: str, size: int) -> str:
    cut = text.rfind(" ", size // 2, size)
    return text[: cut if cut > 0 else size]


def _last_words(text: str, size: int) -> str:
    start = len(text) - size
    cut = text.find(" ", start, start + size // 2)
    return text[cut if cut > 0 else start :]


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:  # noqa: PLR2004 - C0
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"<U+{code:04X}>"  # noqa: PLR2004 - delete
