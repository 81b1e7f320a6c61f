"""What a graph holds, and a `refiner.toml` that fits it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from refiner.cards import ExtractOptions, extract
from refiner.errors import RefinerError
from refiner.graph.files import read_file
from refiner.graph.target import find_pages
from refiner.logseq import DecodeError, parse
from refiner.messages import count_of
from refiner.settings import personal_file
from refiner.tasks import task_names

if TYPE_CHECKING:
    from refiner.graph.target import Target

CARD = re.compile(r"^(?:car|cards?|flash-?cards?|anki|srs|tarjetas?|targetes?|fitxes?)$")
PASSAGE = re.compile(r"^(?:ñ?space|passages?|highlights?|quotes?|citas?|cites?|subrayados?)$")


def propose_settings(target: Target) -> tuple[str, list[str]]:
    """The text of a commented `refiner.toml`, and what was found, line by line."""
    tags: Counter[str] = Counter()
    with_children: Counter[str] = Counter()
    langs: Counter[str] = Counter()
    files = find_pages(target).pages
    for file in files:
        try:
            page = parse(read_file(target.root / file.path))
        except (DecodeError, RefinerError):
            continue
        for block in page.blocks:
            for tag in block.tags:
                tags[tag.name] += 1
                with_children[tag.name] += bool(block.children)
        for item in extract(page, ExtractOptions()):
            langs[item.lang] += bool(item.lang)
    cards = [name for name in tags if CARD.match(name)] or ["card"]
    passages = [name for name in tags if PASSAGE.match(name)]
    pages = count_of(len(files), "page")
    lines = [f"a graph of files, {pages}, {target.config.file_name_format} file names"]
    for name, count in tags.most_common(12):
        blocks = count_of(count, "block")
        lines.append(f"#{name}: {blocks}, {with_children[name]} of them with blocks below")
    if langs:
        lines.append(
            "languages: " + ", ".join(f"{lang} {count}" for lang, count in langs.most_common())
        )
    text = f"""\
# Settings of refiner for this graph. What is not said here keeps its default.

# Tags that make a block a card (its children are the answer), and a passage.
card_tags = [{_listed(cards)}]
passage_tags = [{_listed(passages or ["ñspace"])}]

# Which refinements to look for.
# tasks = [{", ".join(f'"{name}"' for name in task_names())}]

# "local" runs inside the process, "none" uses rules alone.
# model = "local"

# An endpoint, its key, the ledger's place and what is accepted without you belong into your own
# file: {personal_file()}
# There, [graphs."{target.root}"] holds what is for this graph alone.
"""
    return text, lines


def _listed(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in sorted(names))
