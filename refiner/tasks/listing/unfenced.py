"""Listings that have their line breaks and stand outside a fence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from refiner.analysis.lines import Line, indentation, is_prose_like, masked, read_lines
from refiner.analysis.prose import holds_formula
from refiner.tasks.listing.code_language import code_language
from refiner.tasks.listing.restoring import indented, lost_indentation
from refiner.tasks.listing.shell_lines import shell_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refiner.cards import Text
    from refiner.cards.text import GuardedKind

# What Logseq takes for a part of its own in code that stands unfenced: `<stdio.h>`, `#include`.
OF_CODE: frozenset[GuardedKind] = frozenset(("html", "math", "url", "tag"))
_COLUMNS = "   "
# What e-books put before each line of a listing.
_EBOOK_LINE = "\u200b"
_LEAST_LINES = 2
# Emphasis in a comment hides no code.
_COMMENT = re.compile(r"\s(?:#|//)\s.*")
# What YAML has and a list of terms has not: nesting, items, values that are no word.
_YAML_SIGN = re.compile(
    r"\s*(?:-\s.*|(?:-\s+)?[\"']?[\w./$-]+[\"']?:\s*(?:$|[^\sA-Za-zÀ-ÿ].*|\S*[\d/:@=].*)"
    r"|(?:apiVersion|kind|metadata|spec|version|name|image|type):\s.*)$"
)
_PROMPT = re.compile(r"\s*(?:[$%]|[\w.-]+@[\w.-]+:\S*[$#])\s")
_CODE_SIGN = re.compile(r"[{}()\[\];=<>|&$\\#@_/]")
# What Logseq's Markdown takes away from code: pairs of `*` and `_`, tags of HTML, a heading's `#`.
_EMPHASIS = re.compile(
    r"(?<!\*)(?P<star>\*{1,3})(?=[^\s*])[^*\n]*[^*\s](?P=star)(?!\*)"
    r"|(?<![\w_])(?P<line>_{1,3})(?=[^\s_])[^_\n]*[^_\s](?P=line)(?![\w_])"
)
_TAG = re.compile(
    r"<(?P<tag>abbr|address|article|aside|audio|body|br|button|canvas|caption|cite|code|col|details|div|dl|em|embed"
    r"|fieldset|figure|footer|form|h[1-6]|head|header|hr|html|iframe|img|input|label|legend|li|link|main|meta|nav"
    r"|object|ol|option|p|pre|script|section|select|small|source|span|strong|style|sub|sup|table|tbody|td|textarea"
    r"|tfoot|th|thead|title|tr|ul|video)\b[^<>]*>(?:.*</(?P=tag)>)?|<!--.*-->"
)
# Of these languages the blanks before a line are a part.
_INDENTED = frozenset(("python", "yaml", "pycon"))
_HEADING = re.compile(r"\s*#{1,6}\s")
_FORMULA = re.compile(r"\$\$|\\[\[(]")


class Listing(NamedTuple):
    """A listing in a text.

    Attributes:
        start: Its first character; `end` is half-open.
        rule: The rule that it breaks.
        lang: Its language, or "".
        fenced: It in a fence, or None where that is not sure.
        lost: What of it is not shown without a fence, or "".
    """

    start: int
    end: int
    rule: str
    lang: str
    fenced: str | None
    lost: str = ""


def unfenced_listings(text: Text) -> Iterator[Listing]:
    """Runs of code lines that read badly without a fence, or lost their indentation."""
    lines = _with_shell_blocks(text, read_lines(masked(text, OF_CODE)))
    for run in _runs(text, lines):
        start, end = run[0].start, run[-1].end
        code = text.text[start:end]
        rows = [
            indentation(text, line.start) + text.text[line.start : line.end]
            if line.end > line.start
            else ""
            for line in run
        ]
        lang = code_language(code)
        if (
            len(rows) == 1
            or _FORMULA.search(code)
            or holds_formula(code)
            or not _is_listing(run, rows, lang)
        ):
            continue
        if lost_indentation(rows, lang):
            yield Listing(start, end, "lost-indentation", lang, fence(indented(code, lang), lang))
        elif lost := reads_badly(rows, lang):
            yield Listing(start, end, "unfenced", lang, fence(_dedented(rows), lang), lost)


def _with_shell_blocks(text: Text, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines, those of a shell's loops and branches as code: most of them read as words."""
    written = [text.text[line.start : line.end] for line in lines]
    inside = {number for first, end in shell_blocks(written) for number in range(first, end)}
    return tuple(
        line._replace(kind="code", is_yaml=False) if number in inside else line
        for number, line in enumerate(lines)
    )


def reads_badly(rows: list[str], lang: str) -> str:
    """What Markdown does not show of code, for a person, or "" where it shows it as it is written.

    Args:
        rows: Its lines with their indentation.
        lang: Its language.

    Source:
        mldoc 1.5.7: pairs of `*` and `_` become emphasis, tags of
        HTML are rendered, others are not, `#` begins a heading. A
        browser shows no blanks before a line: only where they are
        a part of the language is the code another one without.
    """
    written = [row for row in rows if row.strip()]
    depths = {len(row) - len(row.lstrip()) for row in written}
    for row in written:
        lost = _EMPHASIS.search(_COMMENT.sub("", row))
        if lost is not None:
            return f"the `{lost['star'] or lost['line']}` of `{lost[0]}`"
        tag = _TAG.search(row)
        if tag is not None:
            return f"`{tag[0].partition('>')[0]}>`"
        if _HEADING.match(row):
            return f"the `#` of `{row.strip()}`"
    is_nested = len(depths) > 1 and len(written) > _LEAST_LINES
    return "its indentation" if is_nested and lang in _INDENTED else ""


def fence(code: str | None, lang: str) -> str | None:
    """The code in a fence, or None where it is not sure or holds one."""
    if code is None or "```" in code:
        return None
    return f"```{lang}\n{code}\n```"


def _runs(text: Text, lines: tuple[Line, ...]) -> Iterator[list[Line]]:
    """Runs of code lines whose first and last line are sure.

    A run takes in what a command printed. One that a line follows, or precedes, which may be
    code as well as words is left alone: half a listing in a fence is worse than none.
    """
    number = 0
    while number < len(lines):
        if not _is_code(text, lines[number]):
            number += 1
            continue
        first = number
        while number < len(lines) and _goes_on(text, lines, first, number):
            number += 1
        run = _trimmed(list(lines[first:number]))
        before = lines[first - 1] if first else None
        if not (before and _may_be_code(text, before)) and not (
            number < len(lines) and _may_be_code(text, lines[number])
        ):
            yield run


def _is_code(text: Text, line: Line) -> bool:
    return line.kind == "code" and not _holds_protected(text, line)


def _holds_protected(text: Text, line: Line) -> bool:
    """Whether a line has a part that a fence would take away: a link, a macro, a tag behind words."""
    return any(
        part.start < line.end
        and line.start < part.end
        and (part.kind not in OF_CODE or (part.kind == "tag" and part.start > line.start))
        for part in text.protected
    )


def _goes_on(text: Text, lines: tuple[Line, ...], first: int, number: int) -> bool:
    line = lines[number]
    if _holds_protected(text, line):
        return False
    if line.kind == "code" or (line.kind == "table" and lines[number - 1].kind != "blank"):
        return True
    if line.kind == "blank":
        return line.start == line.end
    written = text.text[line.start : line.end]
    head = lines[first]
    is_output = _PROMPT.match(text.text[head.start : head.end]) is not None
    is_deeper = len(indentation(text, line.start)) > len(indentation(text, head.start))
    is_next = lines[number - 1].kind != "blank"
    is_words = is_prose_like(written) and _COLUMNS not in written
    return is_deeper or (is_output and is_next and not is_words)


def _may_be_code(text: Text, line: Line) -> bool:
    """Whether a line beside a run could be a part of it: words alone, or a sentence, can't."""
    if line.kind in {"blank", "caption", "heading"}:
        return False
    written = text.text[line.start : line.end].rstrip()
    if written.startswith(_EBOOK_LINE):
        return True
    return (
        not is_prose_like(written)
        and not written.endswith((":", ".", "!", "?"))
        and _CODE_SIGN.search(written) is not None
    )


def _trimmed(run: list[Line]) -> list[Line]:
    while run[-1].kind == "blank":
        run.pop()
    return run


def _is_listing(run: list[Line], rows: list[str], lang: str) -> bool:
    """Whether a run of code lines is a listing: not a glossary (`Sand: coarse`)."""
    if lang == "yaml":
        return any(_YAML_SIGN.match(row) for row in rows)
    return bool(lang) or sum(line.kind == "code" for line in run) > _LEAST_LINES


def _dedented(rows: list[str]) -> str:
    common = min(len(row) - len(row.lstrip()) for row in rows if row.strip())
    return "\n".join(row[common:].rstrip() for row in rows)
