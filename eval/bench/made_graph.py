"""A graph as large as one likes, from a seed: books in two languages, in the shapes of real pages."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SUBJECTS = {
    "en": (
        [
            "broker",
            "scheduler",
            "index",
            "compiler",
            "glacier",
            "harbour",
            "orchard",
            "treaty",
            "enzyme",
            "ledger",
        ],
        [
            "queue",
            "thread",
            "table",
            "parser",
            "valley",
            "ship",
            "branch",
            "border",
            "protein",
            "account",
        ],
        "The {a} keeps each {b} until somebody asks for it, so that no {b} is lost when the {a} stops.",
        "How does the {a} treat a {b} in step {n}?",
        "About the {a}",
        "A {a} is a part of the system that hands every {b} to the one that waits for it. Step {n} depends on it.",
    ),
    "es": (
        [
            "molino",
            "puerto",
            "jardín",
            "tribunal",
            "motor",
            "archivo",
            "mercado",
            "puente",
            "horno",
            "canal",
        ],
        [
            "grano",
            "barco",
            "árbol",
            "juicio",
            "pistón",
            "documento",
            "precio",
            "pilar",
            "pan",
            "dique",
        ],
        "El {a} guarda cada {b} hasta que alguien lo pide, y así ningún {b} se pierde cuando el {a} se para.",
        "¿Cómo trata el {a} un {b} en el paso {n}?",
        "Sobre el {a}",
        "El {a} es una parte del sistema que entrega cada {b} a quien lo espera. El paso {n} depende de él.",
    ),
}
ITEMS = 6
BLOCKS = 20


def make_page(rng: random.Random, number: int) -> str:
    """One book's page: about 20 blocks, 6 of them cards and passages."""
    lang = "en" if number % 3 else "es"
    firsts, seconds, answer, question, vague, fact = SUBJECTS[lang]
    lines = [
        f"author:: [[Author {number % 400}]]",
        f'full-title:: "Book {number}"',
        "category:: #books",
        "",
        "- Highlights first synced by Readwise [[May 14th, 2024]]",
    ]
    blocks = 1
    for item in range(ITEMS):
        words = {"a": rng.choice(firsts), "b": rng.choice(seconds), "n": number * ITEMS + item}
        if item % 3 == 2:  # noqa: PLR2004 - every third is a passage
            lines.append(f"\t- {fact.format(**words)} #ñspace")
            blocks += 1
        else:
            asked = vague if rng.random() < 0.2 else question  # noqa: PLR2004 - a fifth is vague
            lines += [f"\t- {asked.format(**words)} #car", f"\t\t- {answer.format(**words)}"]
            blocks += 2
        lines.append("\t- -")
        blocks += 1
    while blocks < BLOCKS:
        lines.append(f"\t- {answer.format(a=rng.choice(firsts), b=rng.choice(seconds))}")
        blocks += 1
    return "\n".join(lines)


def make_graph(root: Path, pages: int, seed: int = 7) -> None:
    """Write a graph with so many pages; 20 blocks and 6 items on each."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    (root / "pages").mkdir(parents=True)
    (root / "logseq").mkdir()
    (root / "logseq" / "config.edn").write_text("{:file/name-format :triple-lowbar}")
    for number in range(pages):
        text = make_page(rng, number)
        (root / "pages" / f"Book {number} (highlights).md").write_text(text, encoding="utf-8")
