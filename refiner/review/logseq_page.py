"""The review page in Logseq: what waits, written as Logseq saves it, and the decisions read back.

Old and new text stand inside a fence with the rest of the card, so that Logseq indexes no tag, cloze
or ref of a text that nobody has accepted, and none a second time.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from refiner.graph.scan import REVIEW
from refiner.logseq import file_name_from_title, parse
from refiner.review.card import nearest_above, nearest_below
from refiner.review.logseq_notes import (
    ID_PROPERTY,
    Notes,
    added_words,
    foreign_lines,
    id_of,
    merged,
    read_notes,
)
from refiner.review.show import chapter_of, context_text, hidden_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from refiner.logseq import Block, GraphConfig, Page
    from refiner.proposals import Proposal
    from refiner.review.card import Card, Line

# File systems take 255; the rest is for what Logseq and sync services put behind a name.
LONGEST_NAME_BYTES = 230
# A byte of a title takes at most so many in a file name: `%3F`, or a letter composed anew.
ESCAPED_BYTES = 3
NOTHING = "Nothing waits for review."
# An index as `write_index` gives it, nothing of a person's in it: with 10,000 pages it is long.
ONLY_INDEX = re.compile(
    rf"(?:- \[\[{REVIEW}/[^\n]*\]\] \d+\n\t- \w+ \d+(?: · \w+ \d+)*(?:\n|\Z))+".encode()
)
FENCE = re.compile(r"[ \t]*(?:```|~~~)")
ID = re.compile(r"[0-9a-f]{12}")
ACCEPT = frozenset({"DONE"})
REJECT = frozenset({"CANCELED", "CANCELLED"})
WAIT = frozenset({"TODO", "LATER", "NOW", "DOING", "WAITING", "WAIT", "STARTED", "IN-PROGRESS"})
# Begins the lines of the card around a change: no line of a diff, and no end of a fence.
CONTEXT = "│"
MARKS = frozenset({"+", "-", CONTEXT})
ABOVE, BELOW, WIDTH = 4, 8, 200
# What Logseq would index in a text that is only shown: tags, refs, macros, properties.
LIVE = {"[[": "", "]]": "", "((": "( (", "{{": "{ {", "::": ": :", "`": "'", "\n": " "}

Choice = Literal["accepted", "rejected"]


class ReadDecision(NamedTuple):
    """What a person decided about one proposal on the page.

    Attributes:
        id: The proposal.
        choice: None where it still waits.
        wording: The lines after the edit in the person's own words, or None.
        comment: What the person wrote below it, as lines of Markdown, or "".
    """

    id: str
    choice: Choice | None
    wording: str | None
    comment: str


@dataclass
class ReadPage:
    """A review page as read: the decisions, and what could not be understood, by line."""

    decisions: list[ReadDecision] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


def review_title(page_title: str) -> str:
    """Title of the review page of a page; a long one is cut, so that its file name has room."""
    title = f"{REVIEW}/{page_title}"
    if len(title.encode()) * ESCAPED_BYTES <= LONGEST_NAME_BYTES:
        return title
    if len(file_name_from_title(title, "legacy").encode()) <= LONGEST_NAME_BYTES:
        return title
    digest = hashlib.sha256(page_title.encode()).hexdigest()[:8]
    kept = page_title
    while (
        len(file_name_from_title(f"{REVIEW}/{kept}… {digest}", "legacy").encode())
        > LONGEST_NAME_BYTES
    ):
        kept = kept[: len(kept) * 9 // 10]
    return f"{REVIEW}/{kept.rstrip()}… {digest}"


def review_file(title: str, config: GraphConfig, *, is_graph: bool) -> str:
    """Where the review page of this title lies, relative to the graph's root.

    A page that stands alone gets its review page beside it, with `___` for `/`.
    """
    if not is_graph:
        return file_name_from_title(title, "triple-lowbar")
    return f"{config.pages_directory}/{file_name_from_title(title, config.file_name_format)}"


def write_page(
    proposals: Sequence[Proposal],
    wordings: dict[str, str],
    config: GraphConfig,
    notes: Notes | None = None,
    cards: Mapping[str, Card] | None = None,
) -> str:
    """The review page of one page's pending proposals, with what the person wrote between them.

    Args:
        proposals: In the order in which they are shown.
        wordings: The person's own wording, by proposal.
        config: The graph's configuration.
        notes: What the person wrote.
        cards: The card around each proposal, by its id.
    """
    around = cards or {}
    ours = [
        (p.id, "\n".join(_block(p, wordings.get(p.id), config, around.get(p.id))))
        for p in proposals
    ]
    return merged(ours, notes or Notes())


def write_index(counts: Sequence[tuple[str, dict[str, int]]]) -> str:
    """The page `refiner/review`: each page that has something waiting, with counts by task."""
    lines = []
    for title, tasks in counts:
        total = sum(tasks.values())
        lines.append(f"- [[{review_title(title)}]] {total}")
        counted = " · ".join(f"{task} {count}" for task, count in tasks.items())
        lines.append(f"\t- {counted}")
    return "\n".join(lines) or f"- {NOTHING}"


def with_own_blocks(index: str, data: bytes) -> str | None:
    """A new index with the person's blocks of the old one below it; None for a page of their own.

    Args:
        index: The page `refiner/review`, as `write_index` gives it.
        data: What stands there now.

    Raises:
        DecodeError: It is not UTF-8.
    """
    if ONLY_INDEX.fullmatch(data):
        return index
    page = parse(data)
    if data.strip() and not any(_is_index_block(page, block) for block in page.blocks):
        return None
    notes = read_notes(data, _is_index_block)
    below = [block.text for block in notes.blocks]
    return merged([("", "\n".join([index, *below]))], Notes(notes.preamble))


def _is_index_block(page: Page, block: Block) -> bool:
    text = page.data[block.body : block.end].decode().strip().partition("\n")[0]
    return text == NOTHING or re.fullmatch(rf"\[\[{REVIEW}/.*\]\] \d+", text) is not None


def diff_lines(before: str, after: str) -> list[str]:
    """Old and new lines with `- `, `+ ` and two blanks before them.

    A line that would close the fence around the diff is never written as unchanged.
    """
    import difflib

    old, new = before.split("\n"), after.split("\n")
    lines: list[str] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            for line in old[i:j]:
                lines += [f"- {line}", f"+ {line}"] if FENCE.match(line) else [f"  {line}"]
        else:
            lines += [f"- {line}" for line in old[i:j]]
            lines += [f"+ {line}" for line in new[k:m]]
    return [line.rstrip() for line in lines]


def read_page(data: bytes, known: dict[str, Proposal]) -> ReadPage:
    """Read decisions from a review page, however Logseq saved it.

    Args:
        data: The page's bytes.
        known: The proposals that it may tell of, by id, in any state.

    Raises:
        DecodeError: It is not UTF-8.
    """
    page = parse(data)
    result = ReadPage()
    seen: set[str] = set()
    for block in page.blocks:
        id_ = id_of(block)
        if id_ is None:
            if block.parent is None and _looks_like_ours(page, block):
                result.problems.append(
                    (page.line_of(block.mark), "has lost its `refiner::` property")
                )
            continue
        line = page.line_of(block.mark)
        problem = _problem(id_, block, known, seen)
        if problem is not None:
            result.problems.append((line, problem))
            continue
        seen.add(id_)
        decision = _decision(page, block, known[id_])
        if isinstance(decision, str):
            result.problems.append((line, decision))
        else:
            result.decisions.append(decision)
    return result


def _block(
    proposal: Proposal, wording: str | None, config: GraphConfig, card: Card | None
) -> list[str]:
    marker = "LATER" if config.workflow == "now" else "TODO"
    after = proposal.after if wording is None else wording
    fenced = [
        *(_above(card.above) if card else ()),
        *diff_lines(proposal.before, after),
        *(_below(card.below) if card else ()),
    ]
    return [
        f"- {marker} {_title(proposal)}",
        f"  {ID_PROPERTY}:: {proposal.id}",
        "\t- ```diff",
        *(f"\t  {line}".rstrip() for line in fenced),
        "\t  ```",
        f"\t- {_reason(proposal)}",
        *(f"\t{line}" for line in proposal.comment.split("\n") if line),
    ]


def _title(proposal: Proposal) -> str:
    chapter = "".join(f" ▸ {shown}" for part in chapter_of(proposal) if (shown := inert(part)))
    note = f" · {proposal.note}" if proposal.note else ""
    return f"{proposal.task} · [[{proposal.page_title}]]{chapter[:160]}{note}"


def _reason(proposal: Proposal) -> str:
    source = "rule" if proposal.model is None else f"{proposal.model}, {proposal.prompt}"
    return f"{inert(proposal.reason)} ({source}, {proposal.confidence:.0%})"


def _above(lines: Sequence[Line]) -> Iterable[str]:
    """The card above a change: its first line, what is left out, what stands next to the change."""
    shown = nearest_above(lines, ABOVE)
    first = 1 if shown.hidden else len(shown.lines)
    yield from map(_context, shown.lines[:first])
    if shown.hidden:
        yield f"{CONTEXT} {hidden_text(shown.hidden)}"
    yield from map(_context, shown.lines[first:])


def _below(lines: Sequence[Line]) -> Iterable[str]:
    shown = nearest_below(lines, BELOW)
    yield from map(_context, shown.lines)
    if shown.hidden:
        yield f"{CONTEXT} {hidden_text(shown.hidden)}"


def _context(line: Line) -> str:
    return f"{CONTEXT} {context_text(line, WIDTH)}"


def inert(text: str) -> str:
    """Text as it may stand on a review page outside a fence: nothing in it is indexed."""
    for live, dead in LIVE.items():
        text = text.replace(live, dead)
    return re.sub(r"#(?=\S)", "＃", text.lstrip("#- ")).strip()


def _looks_like_ours(page: Page, block: Block) -> bool:
    return block.marker is not None and b"\xc2\xb7" in page.data[block.body : block.end]


def _problem(id_: str, block: Block, known: dict[str, Proposal], seen: set[str]) -> str | None:
    if not ID.fullmatch(id_):
        return f"has `refiner:: {id_[:40]}`, expected 12 hex digits"
    if id_ not in known:
        return f"tells of a proposal `{id_}` that the ledger does not know"
    if id_ in seen:
        return f"tells of the proposal `{id_}` a second time"
    if block.marker is None:
        return "has lost its marker: expected TODO, DONE or CANCELED"
    if block.marker not in ACCEPT | REJECT | WAIT:
        return f"has the marker {block.marker}, expected TODO, DONE or CANCELED"
    return None


def _decision(page: Page, block: Block, proposal: Proposal) -> ReadDecision | str:
    choice: Choice | None = None
    if block.marker in ACCEPT:
        choice = "accepted"
    elif block.marker in REJECT:
        choice = "rejected"
    fence = next((child for child in block.children if _fence_lines(page, child) is not None), None)
    comment = "\n".join(_comment(page, block, fence, proposal))
    if fence is None:
        if choice == "rejected":
            return ReadDecision(proposal.id, choice, None, comment)
        return "has lost its diff; the proposal stays pending"
    lines = _fence_lines(page, fence) or []
    before = [line[2:].rstrip() for line in lines if line[:1] != "+"]
    if before != [line.rstrip() for line in proposal.before.split("\n")]:
        return "has a diff whose old lines are not the proposal's; the proposal stays pending"
    after = [line[2:] for line in lines if line[:1] != "-"]
    wording = None
    if [line.rstrip() for line in after] != [x.rstrip() for x in proposal.after.split("\n")]:
        wording = "\n".join(after)
    if (
        choice == "accepted"
        and wording is not None
        and not wording.strip()
        and proposal.after.strip()
    ):
        return "has no `+` line left: write your own wording there, or mark it CANCELED"
    return ReadDecision(proposal.id, choice, wording, comment)


def _fence_lines(page: Page, block: Block) -> list[str] | None:
    """The diff inside the fence of a block that begins with one, or None."""
    region = page.region_at(block.body)
    if region is None or region.kind != "fence":
        return None
    raw = page.data[block.start : min(region.end, block.end)].decode().split("\n")
    indentation = page.data[block.start : block.mark].decode()
    end = next((i for i in range(len(raw) - 1, 0, -1) if FENCE.match(raw[i])), len(raw))
    lines = (_without(line.rstrip("\r"), indentation) for line in raw[1:end])
    return [line for line in lines if not line.startswith(CONTEXT)]


def _without(line: str, indentation: str) -> str:
    """A fence's line without the block's indentation, which Logseq may have changed."""
    for prefix in (f"{indentation}  ", f"{indentation}\t", indentation):
        if line.startswith(prefix) and line[len(prefix) : len(prefix) + 1] in {
            *MARKS,
            " ",
            "",
        }:
            return line[len(prefix) :]
    bare = line.lstrip(" \t")
    return bare if bare[:1] in MARKS else f"  {bare}" if bare else ""


def _comment(page: Page, block: Block, fence: Block | None, proposal: Proposal) -> list[str]:
    """What a person wrote into our block or below it, as lines of Markdown."""
    title, *below = _own_lines(page, block)
    added = [added_words(title, _title(proposal), (*proposal.chapter, proposal.page_title))]
    lines = [f"- {text}" for text in [*added, *foreign_lines(below)] if text]
    for child in block.children:
        if child is fence:
            region = page.region_at(child.body)
            end = child.end if region is None else min(region.end, child.end)
            behind = page.data[end : child.end].decode().split("\n")
            lines += [f"- {text}" for text in foreign_lines(behind)]
        elif _is_reason(page, child, proposal):
            first, *rest = _own_lines(page, child)
            words = added_words(first, _reason(proposal))
            lines += [f"- {text}" for text in [words, *foreign_lines(rest)] if text]
        else:
            lines += _dedented(page, child)
            continue
        for grandchild in child.children:
            lines += _dedented(page, grandchild)
    return lines


def _own_lines(page: Page, block: Block) -> list[str]:
    return page.data[block.body : block.end].decode().rstrip("\n").split("\n")


def _is_reason(page: Page, block: Block, proposal: Proposal) -> bool:
    text = page.data[block.body : block.end].decode()
    return text.strip().startswith(inert(proposal.reason)[:40])


def _dedented(page: Page, block: Block) -> list[str]:
    """A comment's lines, its first bullet at the margin."""
    raw = page.data[block.start : block.subtree_end].decode().rstrip("\n")
    indentation = page.data[block.start : block.mark].decode()
    return [line.removeprefix(indentation) for line in raw.split("\n")]
