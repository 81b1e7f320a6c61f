"""Detection is a pure function of plain values: it can be mapped over pages anywhere."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import pytest

from refiner.logseq import DecodeError
from refiner.pipeline.detect import PageFindings, detect, draft
from refiner.pipeline.options import plan_options
from refiner.settings import Settings
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from refiner.proposals import Abstention, Draft

OPTIONS = plan_options(Settings())
PAGES = sorted((ROOT / "fixtures" / "graph" / "pages").glob("*.md"))
NESTED = b"".join(b"\t" * depth + b"- Types of soil %d #car\n" % depth for depth in range(60))


def plain(page: PageFindings) -> list[Any]:
    """All that a page's findings say, without the page."""
    return [(f.item.hash, f.item.index, f.task, f.findings, f.ask) for f in page.found]


def drafts(page: PageFindings) -> list[list[Draft | Abstention]]:
    return [draft(found, page.book, None, OPTIONS.task) for found in page.found]


@pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
def test_findings_and_asks_survive_a_pickle(path: Path) -> None:
    arguments = (path.read_bytes(), path.stem, OPTIONS, {"registry": 3})
    page = detect(*arguments)
    again = detect(*pickle.loads(pickle.dumps(arguments)))  # noqa: S301 - our own
    assert plain(again) == plain(page)
    copy = pickle.loads(pickle.dumps(page))  # noqa: S301 - our own
    assert plain(copy) == plain(page)
    assert drafts(copy) == drafts(page)


def test_blocks_of_a_pickled_page_are_those_of_one_page() -> None:
    page = detect(NESTED, "Soil", OPTIONS, {})
    copy = pickle.loads(pickle.dumps(page))  # noqa: S301 - our own
    assert len({id(item.block.page) for item in copy.book.items}) == 1
    assert [i.block.level for i in copy.book.items] == [i.block.level for i in page.book.items]


def test_a_pool_of_fresh_processes_finds_the_same() -> None:
    here = [detect(path.read_bytes(), path.stem, OPTIONS, {}) for path in PAGES]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        calls = [pool.submit(detect, p.read_bytes(), p.stem, OPTIONS, {}) for p in PAGES]
        there = [call.result() for call in calls]
    assert [plain(page) for page in there] == [plain(page) for page in here]


def test_words_of_the_book_keep_what_they_know_from_being_a_slip() -> None:
    data = b"- What is a kubelet? #car\n\t- A zorblat that runs pods.\n"
    alone = detect(data, "Book", OPTIONS, {})
    beside = detect(data, "Book", OPTIONS, {"zorblat": 20})
    assert alone.book.words["zorblat"] == 1
    assert beside.book.words["zorblat"] == 21


def test_a_page_that_is_not_utf_8_is_told_with_its_line() -> None:
    with pytest.raises(DecodeError) as caught:
        detect(b"- one\n- \xff\n", "Book", OPTIONS, {})
    assert caught.value.line == 2
