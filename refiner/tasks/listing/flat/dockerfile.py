"""A Dockerfile on one line: each instruction begins a line."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from refiner.analysis.prose import is_sentence, sentence_start, squeezed, without_strings
from refiner.tasks.listing.flat.model import Flattened

if TYPE_CHECKING:
    from collections.abc import Iterator

_FROM = re.compile(
    r"(?<!\S)FROM\s+(?:--platform=\S+\s+)?[a-z][\w./-]*(?::[\w.${}-]+)?(?:@\S+)?(?:\s+[Aa][Ss]\s+[\w-]+)?"
    r"(?=\s+(?:RUN|COPY|ADD|CMD|ENTRYPOINT|EXPOSE|ENV|WORKDIR|USER|VOLUME|ARG|LABEL|HEALTHCHECK|FROM"
    r"|MAINTAINER|SHELL|ONBUILD|STOPSIGNAL)\s)"
)
_INSTRUCTION = re.compile(
    r"(?<!\S)(?:FROM|RUN|COPY|ADD|CMD|ENTRYPOINT|EXPOSE|ENV|WORKDIR|USER|VOLUME|ARG|LABEL|MAINTAINER|SHELL"
    r"|STOPSIGNAL)(?=\s+(?:\.{1,2}[\s/]|[^\s,.;:]))"
)
_CONTINUED = re.compile(r"\\\s+(?=\S)")
_COMMENT = re.compile(r"(?<!\S)#\s*\S")
_JOINED = re.compile(r"(?:&&|\|\||\||;|\\|HEALTHCHECK|ONBUILD)\s*$")


def find_dockerfile(line: str) -> Iterator[Flattened]:
    """A Dockerfile in a line of prose, from its `FROM` on.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    if "FROM" not in line:
        return
    bare = without_strings(line)
    first = _FROM.search(bare)
    if first is None:
        return
    starts = [
        match.start()
        for match in _INSTRUCTION.finditer(bare, first.start())
        if not _JOINED.search(bare[: match.start()])
    ]
    end = sentence_start(bare, starts[-1], has_capitals=True) or len(line)
    end = len(line[:end].rstrip())
    ranges = list(pairwise([*starts, end]))
    arguments = [bare[a:b].partition(" ")[2] for a, b in ranges if not bare.startswith("FROM", a)]
    if not arguments or any(is_sentence(argument) for argument in arguments):
        return
    is_sure = not _COMMENT.search(bare, first.start(), end)
    rows = [_row(line[a:b], bare[a:b]) for a, b in ranges]
    yield Flattened(first.start(), end, "dockerfile", "\n".join(rows) if is_sure else None)


def _row(written: str, bare: str) -> str:
    """An instruction, with a line behind each backslash that joins two."""
    cuts = [match.end() for match in _CONTINUED.finditer(bare)]
    parts = [written[a:b] for a, b in pairwise([0, *cuts, len(written)])]
    return "\n    ".join(squeezed(part) for part in parts)
