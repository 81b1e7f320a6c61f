"""Whatever a person writes on a review page stands there afterwards, or in the ledger."""

from __future__ import annotations

import os
import random
import shutil
from typing import TYPE_CHECKING

import pytest

from refiner.pipeline.session import open_session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from refiner.pipeline.session import Session

# `make attacks` asks for all 200; the tests of every change take a quarter.
MANGLINGS = 200 if os.environ.get("ALL_ATTACKS") else 50
SEED = 20


def _lines_of_first_kind(lines: list[str], begins: str) -> list[int]:
    return [at for at, line in enumerate(lines) if line.lstrip("\t").startswith(begins)]


def own_block(lines: list[str], at: int, word: str) -> None:
    tops = [*_lines_of_first_kind(lines, "- TODO"), len(lines)]
    lines.insert(tops[at % len(tops)], f"- {word} to think over")


def own_task(lines: list[str], at: int, word: str) -> None:
    tops = [*_lines_of_first_kind(lines, "- TODO"), len(lines)]
    lines[tops[at % len(tops)] : tops[at % len(tops)]] = [f"- TODO {word}", f"\t- below {word}"]


def child(lines: list[str], at: int, word: str) -> None:
    reasons = [n for n, line in enumerate(lines) if line.endswith("%)")]
    lines.insert(reasons[at % len(reasons)] + 1, f"\t- {word} says Marta")


def grandchild(lines: list[str], at: int, word: str) -> None:
    reasons = [n for n, line in enumerate(lines) if line.endswith("%)")]
    lines.insert(reasons[at % len(reasons)] + 1, f"\t\t- {word} below the reason")


def behind_the_reason(lines: list[str], at: int, word: str) -> None:
    reasons = [n for n, line in enumerate(lines) if line.endswith("%)")]
    lines[reasons[at % len(reasons)]] += f" but {word}"


def second_line(lines: list[str], at: int, word: str) -> None:
    ids = _lines_of_first_kind(lines, "  refiner::")
    lines.insert(ids[at % len(ids)] + 1, f"  {word} in the block itself")


def in_the_title(lines: list[str], at: int, word: str) -> None:
    tops = _lines_of_first_kind(lines, "- TODO")
    place = tops[at % len(tops)]
    lines[place] = lines[place].replace(" · ", f" · {word} ", 1)


def behind_the_title(lines: list[str], at: int, word: str) -> None:
    tops = _lines_of_first_kind(lines, "- TODO")
    lines[tops[at % len(tops)]] += f" {word}"


def reworded(lines: list[str], at: int, word: str) -> None:
    plus = _lines_of_first_kind(lines, "  + ")
    lines[plus[at % len(plus)]] += f" {word}"


def below_the_fence(lines: list[str], at: int, word: str) -> None:
    ends = [n for n, line in enumerate(lines) if line.strip() == "```"]
    lines.insert(ends[at % len(ends)] + 1, f"\t  {word} behind the fence")


def page_property(lines: list[str], at: int, word: str) -> None:
    lines[0:0] = [f"note{at}:: {word}", ""]


WAYS: tuple[Callable[[list[str], int, str], None], ...] = (
    own_block, own_task, child, grandchild, behind_the_reason, second_line, in_the_title,
    behind_the_title, reworded, below_the_fence, page_property,
)  # fmt: skip


def everything_kept(session: Session, graph: Path) -> str:
    pages = [file.read_text(encoding="utf-8") for file in graph.rglob("refiner___review*.md")]
    rows = session.ledger._db.execute("SELECT data, wording FROM proposals")  # noqa: SLF001 - what it holds
    return "\n".join([*pages, *(f"{row['data']} {row['wording']}" for row in rows)])


@pytest.fixture
def reviewing(refined: Path) -> Path:
    return refined


def review_pages(graph: Path) -> list[Path]:
    return sorted(p for p in graph.rglob("refiner___review___*.md") if p.stat().st_size)


def test_no_word_is_lost_however_a_review_page_is_mangled(reviewing: Path, tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 - a repeatable order
    state = tmp_path / "state"
    fresh, fresh_state = tmp_path / "fresh", tmp_path / "fresh-state"
    shutil.copytree(reviewing, fresh)
    shutil.copytree(state, fresh_state)
    lost, written = [], 0
    for number in range(MANGLINGS):
        if number % 20 == 0:  # begin anew: decided blocks leave the pages
            shutil.rmtree(reviewing)
            shutil.copytree(fresh, reviewing, copy_function=shutil.copy2)
            shutil.rmtree(state)
            shutil.copytree(fresh_state, state)
        page = chance.choice(review_pages(reviewing))
        lines = page.read_text(encoding="utf-8").split("\n")
        words = []
        for part in range(chance.randint(1, 4)):
            way = chance.choice(WAYS)
            word = f"zq{number}x{part}"
            try:
                way(lines, chance.randint(0, 50), word)
            except (ZeroDivisionError, ValueError):
                continue  # nothing of that kind is left on the page
            words.append((word, way.__name__))
        text = "\n".join(lines)
        words = [(word, way) for word, way in words if word in text]
        if chance.random() < 0.6:
            marker = chance.choice(["DONE", "CANCELED"])
            text = text.replace("- TODO", f"- {marker}", chance.choice([1, 2, 99]))
        page.write_text(text, encoding="utf-8")
        with open_session([reviewing], None, {"model": "none"}, is_writing=True) as session:
            for _ in range(2):  # what the first command kept, the second does too
                with session.reviewed():
                    pending = session.pending()
                    if pending:
                        session.ledger.decide([chance.choice(pending).id], "accepted", "command")
            kept = everything_kept(session, reviewing)
        written += len(words)
        lost += [(word, way) for word, way in words if word not in kept]
    assert written > MANGLINGS
    assert lost == []
