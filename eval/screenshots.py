"""`python -m eval.screenshots`: the pictures in `docs/`, taken anew from the sample graph.

The browser's need Chromium and the extra `web`; the terminal's is drawn by rich from what
`refiner review` shows, and photographed by the same Chromium.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
LARGEST_BYTES = 150_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
TYPICAL = "?task=typo"


@contextmanager
def served(root: Path) -> Iterator[str]:
    """The one-time address of a server for a graph."""
    command = [sys.executable, "-m", "refiner", "serve", "--no-open", str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.terminate()


def terminal_page(root: Path) -> str:
    """What the terminal shows of one proposal, as an HTML page."""
    from rich.console import Console

    from refiner.pipeline.session import open_session
    from refiner.review import terminal
    from refiner.review.reader import CardReader

    with open_session([root], None, {}, is_writing=False) as session:
        with Path(os.devnull).open("w", encoding="utf-8") as sink:
            console = Console(
                file=sink, record=True, width=88, force_terminal=True, highlight=False
            )
            reader = CardReader(session.target.root, session.settings.extract_options)
            chosen = [p for p in session.pending() if p.task == "typo"][:1]
            terminal.review(chosen, session.ledger, console, lambda: "q", reader.card)
        return console.export_html(inline_styles=True)


def save(page: Page, name: str) -> None:
    """Photograph what is in sight.

    Raises:
        SystemExit: The picture is too large for a repository.
    """
    path = DOCS / name
    page.screenshot(path=path)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")
    if path.stat().st_size > LARGEST_BYTES:
        sys.exit(f"{path} is larger than {LARGEST_BYTES:,} bytes")


def main() -> None:
    """Take all pictures."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        os.environ["XDG_STATE_HOME"] = f"{folder}/state"
        root = Path(shutil.copytree(ROOT / "fixtures" / "graph", Path(folder) / "graph"))
        command = [sys.executable, "-m", "refiner", "refine", "--model", "none", str(root)]
        subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = chromium.new_page(viewport={"width": 940, "height": 560}, color_scheme="light")
        page.set_content(terminal_page(root))
        page.set_viewport_size({"width": 880, "height": 190})
        save(page, "review-terminal.png")
        page.set_viewport_size({"width": 940, "height": 600})
        with served(root) as address:
            page.goto(address)
            save(page, "review-list.png")
            page.goto(page.url + TYPICAL)
            page.click("#start")
            page.wait_for_selector(".card")
            save(page, "review-card.png")
        chromium.close()


if __name__ == "__main__":
    main()
