"""The pages in a real Chromium: what a person does there, and what nobody may do."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Literal

import pytest

from refiner.ledger import Ledger
from tests.conftest import ROOT
from tests.review.browser.served import CHROMIUM, chromium, refiner, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]
SEEDS = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))
EVIL = (
    "- What is a registy <script>document.title='owned'</script><img src=x onerror=alert(1)>? #car\n"
    "\t- A store of **images** with `code`, [a link](javascript:alert(1)) and"
    " ![dot](../assets/dot.png) ![out](../assets/../../secret.png).\n"
    "\t  ```html\n\t  <b onclick=alert(1)>listing</b>\n\t  ```\n"
    "- What is a contaner? #car\n\t- A process with its own view.\n"
    "- What is a volme? #car\n\t- A folder that stays.\n"
)
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d4944415478da63fccf50cf000004810181d3bd9b460000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "graph"
    (root / "pages").mkdir(parents=True)
    (root / "logseq").mkdir()
    (root / "assets").mkdir()
    (root / "assets" / "dot.png").write_bytes(DOT)
    (tmp_path / "secret.png").write_bytes(DOT)
    (root / "pages" / "Cluster.md").write_text(EVIL, encoding="utf-8")
    refiner("refine", "--model", "none", root)
    return root


@pytest.fixture
def page(browser: Browser, root: Path) -> Iterator[Page]:
    with serving(root) as address:
        context = browser.new_context(color_scheme="light")
        context.set_default_timeout(15_000)
        opened = context.new_page()
        opened.goto(address)
        yield opened
        context.close()


def proposals(root: Path) -> dict[str, str]:
    """State of each proposal in the ledger, by the first line after it."""
    found = list((root.parent / "state" / "refiner").glob("*.db"))
    with Ledger(found[0]) as ledger:
        known = ledger.proposals(("pending", "accepted", "rejected", "applied", "stale"))
        return {p.id: p.state for p in known}


def states(root: Path) -> list[str]:
    return sorted(proposals(root).values())


def key(page: Page, name: str) -> None:
    """Press a key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(name)


def ids_on(review: Path) -> set[str]:
    """Ids of the proposals on a review page; it goes with the last of them."""
    text = review.read_text(encoding="utf-8") if review.exists() else ""
    return set(re.findall(r"refiner:: ([0-9a-f]{12})", text))


def wait_for(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait for what happens behind the browser's answers."""
    for _ in range(200):
        if is_so():
            return
        page.wait_for_timeout(50)
    pytest.fail("it did not come about")


def test_accept_reject_undo_and_apply_by_keys(page: Page, root: Path) -> None:
    total = len(proposals(root))
    key(page, "Enter")
    key(page, "a")
    assert states(root).count("accepted") == 1
    key(page, "u")
    assert states(root).count("pending") == total
    key(page, "a")
    key(page, "r")
    assert {"accepted", "rejected"} <= set(states(root))
    before = (root / "pages" / "Cluster.md").read_bytes()
    page.goto(page.url.partition("/card")[0] + "/apply")
    assert "pages/Cluster.md" in page.inner_text("main")
    page.click("#apply")
    page.wait_for_selector("text=wrote 1 proposal on 1 page")
    assert (root / "pages" / "Cluster.md").read_bytes() != before
    page.click("button:has-text('Undo')")
    page.wait_for_selector("text=took back 1 proposal on 1 page")
    assert (root / "pages" / "Cluster.md").read_bytes() == before


def test_an_edit_has_a_live_diff_and_the_same_check(page: Page, root: Path) -> None:
    key(page, "Enter")
    page.keyboard.press("e")
    page.fill("#wording", "")
    page.wait_for_selector("#preview .problem")
    assert "empty" in page.inner_text("#preview")
    page.fill("#wording", "What is an image store? #car")
    page.wait_for_selector("#preview ins:has-text('image')")
    key(page, "Control+Enter")
    assert states(root).count("accepted") == 1
    shown = refiner("diff", "--accepted", root)
    assert "+- What is an image store? #car" in shown


def test_all_of_a_kind_after_one_question(page: Page, root: Path) -> None:
    key(page, "Enter")
    key(page, "R")
    count = page.inner_text("h1")
    assert count.startswith("Reject ")
    key(page, "Enter")
    assert str(states(root).count("rejected")) in count


def test_all_that_filters_show_after_one_question(page: Page, root: Path) -> None:
    start = page.url
    page.goto(f"{start}?q=volme")
    with page.expect_navigation():
        page.click("a:has-text('Reject all')")
    assert page.inner_text("h1") == "Reject 1 proposal at once?"
    assert page.locator(".list del:has-text('volme')").count() == 1
    key(page, "Enter")
    assert states(root).count("rejected") == 1
    page.goto(start)
    key(page, "u")
    assert "rejected" not in states(root)


def test_the_last_answer_leads_on_to_the_writing(page: Page, root: Path) -> None:
    key(page, "Enter")
    for _ in proposals(root):
        key(page, "a")
    key(page, "Enter")
    assert page.inner_text("h1") == "Apply"
    assert set(states(root)) == {"accepted"}


def test_html_of_a_card_stays_text(page: Page) -> None:
    said: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(page.url + "?q=registy")
    key(page, "Enter")
    assert "<script>" in page.inner_text(".card")
    assert "owned" not in page.title().split(" · ")[-1]
    assert page.locator(".card script, .card [onerror], .card [onclick]").count() == 0
    assert page.locator(".card a[href^=javascript]").count() == 0
    assert page.locator(".card strong").inner_text() == "images"
    assert "<b onclick=alert(1)>" in page.inner_text(".card pre")
    sources = [image.get_attribute("src") for image in page.locator(".card img").all()]
    assert sources == ["/assets/dot.png"]
    page.wait_for_function("document.querySelector('.card img').naturalWidth === 1")
    for path in ("/assets/..%2f..%2fsecret.png", "/assets/%2e%2e/%2e%2e/secret.png"):
        assert page.request.get(page.url.partition("/card")[0] + path).status == 404
    assert said == []


def test_a_second_tab_sees_what_was_decided(page: Page, root: Path) -> None:
    key(page, "Enter")
    other = page.context.new_page()
    other.goto(page.url)
    key(other, "r")
    page.bring_to_front()
    page.wait_for_selector("#changed:not([hidden])")
    key(page, "a")
    assert "rejected elsewhere" in page.inner_text("#said")
    assert "accepted" not in states(root)


def test_logseq_sees_what_was_decided_and_is_heard(page: Page, root: Path) -> None:
    review = next(root.glob("pages/refiner*review*Cluster*"))
    waiting = ids_on(review)
    key(page, "Enter")
    key(page, "r")
    wait_for(page, lambda: len(ids_on(review)) == len(waiting) - 1)
    review.write_text(review.read_text().replace("- TODO ", "- DONE ", 1))
    page.wait_for_selector("#changed:not([hidden])")
    assert states(root).count("accepted") == 1


def test_the_last_answer_is_in_logseq_when_the_server_has_ended(
    browser: Browser, root: Path
) -> None:
    review = next(root.glob("pages/refiner*review*Cluster*"))
    waiting = ids_on(review)
    with serving(root) as address:
        page = browser.new_page()
        page.goto(address)
        key(page, "Enter")
        key(page, "r")
        page.close()
    assert len(ids_on(review)) == len(waiting) - 1


def test_a_mangled_review_page_is_told_with_its_place_and_what_helps(
    page: Page, root: Path
) -> None:
    review = next(root.glob("pages/refiner*review*Cluster*"))
    text = review.read_text()
    review.write_text(text.replace("\t  + ", "\t  ", 1))
    page.wait_for_selector("#changed:not([hidden])")
    with page.expect_navigation():
        page.click("#changed a")
    assert f"pages/{review.name}:" in page.inner_text(".trouble")
    assert "refiner refine" in page.inner_text(".trouble .hint")
    key(page, "Enter")
    key(page, "r")  # decisions go on all the same
    assert states(root).count("rejected") == 1
    review.write_text(text)
    page.wait_for_selector("#changed:not([hidden])")
    with page.expect_navigation():
        page.click("#changed a")
    assert page.locator(".trouble").count() == 0


def test_a_ledger_that_was_removed_is_told_instead_of_an_answer_that_is_lost(
    page: Page, root: Path
) -> None:
    key(page, "Enter")
    for path in (root.parent / "state" / "refiner").glob("*.db*"):
        path.unlink()
    key(page, "a")
    assert "was removed or replaced" in page.inner_text("[role=alert]")
    assert page.inner_text("h1") == "That was not done"


def test_a_list_of_many_pages_is_turned(browser: Browser, tmp_path: Path) -> None:
    root = tmp_path / "many"
    (root / "pages").mkdir(parents=True)
    for number in range(60):
        text = f"- What is a contaner {number}? #car\n\t- A process with its own view.\n"
        (root / "pages" / f"Page {number:02}.md").write_text(text, encoding="utf-8")
    refiner("refine", "--model", "none", "--task", "typo", root)
    with serving(root) as address:
        page = browser.new_page()
        page.goto(address)
        assert page.locator(".pages tbody tr").count() == 50
        with page.expect_navigation():
            page.click("nav[aria-label='Parts of the list of proposals'] a:has-text('Later')")
        assert page.locator(".list li").count() == 10
        with page.expect_navigation():
            page.click("nav[aria-label='Parts of the list of pages'] a:has-text('Later')")
        assert page.locator(".pages tbody tr").count() == 10
        assert page.locator(".list li").count() == 10
        assert "Pages 51 to 60 of 60" in page.inner_text("main")
        with page.expect_navigation():
            page.click(".pages a:has-text('Page 55')")
        assert page.locator(".list li").count() == 1
        page.close()


def test_a_proposal_whose_text_changed_says_so(page: Page, root: Path) -> None:
    key(page, "Enter")
    path = root / "pages" / "Cluster.md"
    path.write_text(path.read_text().replace("What is a", "So what is a"))
    page.reload()
    assert "Overtaken" in page.inner_text(".notice")
    assert page.locator("[data-key=a]").count() == 0


def each_view(page: Page) -> Iterator[str]:
    """Lead through all views there are, with something in each."""
    start = page.url.rstrip("/")
    yield "list"
    key(page, "Enter")
    yield "card"
    page.keyboard.press("e")
    yield "edit"
    page.goto(f"{start}/?task=typo")
    with page.expect_navigation():
        page.click("a:has-text('Accept all')")
    yield "bulk"
    key(page, "Enter")
    page.goto(f"{start}/decided")
    yield "decided"
    page.goto(f"{start}/apply")
    page.click("#apply")
    page.wait_for_selector("text=Written before")
    yield "apply"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(page: Page, scheme: Literal["light", "dark"]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    for view in each_view(page):
        found = Axe().run(page).response["violations"]
        serious = [v["id"] for v in found if v["impact"] in {"serious", "critical"}]
        assert serious == [], view


@pytest.mark.parametrize("width", [320, 1280])
def test_no_window_is_too_narrow(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    for view in each_view(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= width, view


@pytest.mark.skipif(not SEEDS, reason="the real page is not here")
def test_a_real_page_by_keys_alone(browser: Browser, tmp_path: Path) -> None:
    """Ledger, Logseq page and terminal agree after each step; bytes as decided in the terminal."""
    own = tmp_path / "browser" / "Real page.md"
    twin = tmp_path / "terminal" / "Real page.md"
    for path in (own, twin):
        path.parent.mkdir()
        shutil.copyfile(SEEDS[0], path)
        refiner("refine", "--model", "none", path)
    review = next(own.parent.glob("refiner___review___*"))
    ledger_file = next((tmp_path / "state" / "refiner").glob("browser-*.db"))
    with serving(own) as address, Ledger(ledger_file) as ledger:
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        key(page, "Enter")
        total = len(ledger.proposals())
        for step in range(total):
            key(page, "r" if step % 5 == 4 else "a")
            waiting = {p.id for p in ledger.proposals()}
            assert len(waiting) == total - step - 1
            wait_for(page, lambda: ids_on(review) == {p.id for p in ledger.proposals()})
        page.goto(address.partition("/?")[0] + "/apply")
        page.click("#apply")
        page.wait_for_selector("text=wrote")
        context.close()
        decided = {p.id: p.state for p in ledger.proposals(("applied", "rejected", "accepted"))}
    found = [json.loads(line) for line in refiner("diff", "--json", twin).splitlines()]
    assert {p["id"] for p in found} == set(decided)
    rejected = [id_ for id_, state in decided.items() if state == "rejected"]
    refiner("reject", *rejected, twin)
    refiner("apply", "--all", twin)
    assert own.read_bytes() == twin.read_bytes() != SEEDS[0].read_bytes()
