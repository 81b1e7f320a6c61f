"""Block starts, levels, kinds, markers, properties and tags, as Logseq's own parser sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from refiner.logseq import GraphConfig, parse
from refiner.review.logseq_page import write_page
from tests.conftest import ROOT
from tests.logseq.oracle import IS_HERE, Seen, mldoc, ours
from tests.logseq.shapes import make_pages
from tests.proposals.made import edit, propose

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(not IS_HERE, reason="needs node and `npm ci --prefix tests/oracle`"),
]
REAL = [
    *sorted((ROOT.parent / "shared" / "seeds").glob("*.txt")),
    *sorted((ROOT / "fixtures").rglob("*.md")),
]
COUNT = 5000
# Of these pages at most so many may differ, all of them by constructs nested in one another in
# ways that no page met in the wild shows: a footnote or list that swallows an unclosed
# construct, `$$` or `\begin` in the middle of a line with text behind it, `#+END_SRC` without
# its beginning, HTML entities inside emphasis.
DIFFERING_AT_MOST = 110


def _but_closing_fences(data: bytes, seen: list[Seen]) -> list[Seen]:
    """Without tags on closing fences' lines: Logseq drops them, ours count on purpose."""
    page = parse(data)
    kept = []
    for block, one in zip(page.blocks, seen, strict=True):
        dropped = set()
        for tag in block.tags:
            region = page.region_at(tag.span.start)
            if region is not None and region.kind == "fence":
                dropped.add(tag.name)
        named = [tag.name for tag in block.tags if tag.name in dropped]
        outside = {
            tag.name for tag in block.tags if page.region_at(tag.span.start) is None and named
        }
        kept.append(one._replace(tags=one.tags - (dropped - outside)))
    return kept


@pytest.fixture(scope="module")
def seen_by_logseq() -> dict[Path, list[Seen] | None]:
    return dict(zip(REAL, mldoc(REAL), strict=True))


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_pages_and_fixtures_are_equal(
    path: Path, seen_by_logseq: dict[Path, list[Seen] | None]
) -> None:
    data = path.read_bytes()
    assert _but_closing_fences(data, ours(data)) == (seen_by_logseq[path] or [])


def test_generated_pages_of_all_shapes_are_equal_but_for_a_few(tmp_path: Path) -> None:
    paths = []
    for number, text in enumerate(make_pages(7, COUNT)):
        path = tmp_path / f"{number}.md"
        path.write_bytes(text.encode())
        paths.append(path)
    differing = 0
    for path, theirs in zip(paths, mldoc(paths), strict=True):
        data = path.read_bytes()
        differing += theirs is not None and _but_closing_fences(data, ours(data)) != theirs
    assert differing <= DIFFERING_AT_MOST


def test_a_review_page_shows_logseq_nothing_of_what_is_not_accepted(tmp_path: Path) -> None:
    data = b"- A [[Page]] {{cloze x}} #car\n  ```js\n  x #a\n  ```\n"
    proposals = [
        propose(data, edit(data, "A [", "{{cloze A}} #x ["), reason="see #tag and [[Page]]"),
        propose(data, edit(data, "x #a", "y #b\n  - z #c"), chapter=("About #things",)),
    ]
    path = tmp_path / "review.md"
    path.write_text(write_page(proposals, {}, GraphConfig()), encoding="utf-8")
    seen = mldoc([path])[0]
    assert seen is not None
    assert [block.level for block in seen] == [1, 2, 2] * 2
    assert [block.marker for block in seen if block.level == 1] == ["TODO", "TODO"]
    assert [block.properties for block in seen if block.level == 1] == [
        (("refiner", proposal.id),) for proposal in proposals
    ]
    assert not any(block.tags for block in seen)
