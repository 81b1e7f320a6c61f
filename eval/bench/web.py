"""What a click costs in the browser's pages with 2,000 pending proposals, from request to last byte."""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

PENDING = 2000
PER_PAGE = 500
ROUNDS = 20


def made_graph(root: Path) -> None:
    """A graph whose cards have one typo each."""
    (root / "logseq").mkdir(parents=True)
    (root / "pages").mkdir()
    for book in range(PENDING // PER_PAGE):
        cards = [
            f"- How does the seperate bed {n} of garden {book} keep its water? #car\n"
            f"\t- A layer of straw lies over bed {n}, so that the sun does not dry it.\n"
            for n in range(PER_PAGE)
        ]
        (root / "pages" / f"Garden {book}.md").write_text("".join(cards), encoding="utf-8")


class Client:
    """One browser, as far as time goes."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.host = parts.netloc
        self.cookie = ""
        self.cookie = self.send("GET", f"/?{parts.query}")[1].partition(";")[0]

    def send(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[str, str]:
        """One request, and what it led to where it was a redirect: text and cookie."""
        connection = HTTPConnection(self.host, timeout=120)
        body = urlencode(form) if form is not None else None
        headers = {"Cookie": self.cookie, "Origin": f"http://{self.host}"}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        cookie = answer.getheader("set-cookie") or ""
        location = answer.getheader("location")
        connection.close()
        if location and not cookie:
            return self.send("GET", location)
        return text, cookie

    def timed(
        self, method: str, path: str, form: dict[str, str] | None = None
    ) -> tuple[float, str]:
        """Milliseconds of a request with what it leads to, and the text."""
        start = time.perf_counter()
        text = self.send(method, path, form)[0]
        return (time.perf_counter() - start) * 1000, text


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "graph"
        made_graph(root)
        environment = {**os.environ, "XDG_STATE_HOME": f"{folder}/state"}
        run = [sys.executable, "-m", "refiner"]
        refine = [*run, "refine", "--model", "none", "--task", "typo", str(root)]
        subprocess.run(refine, check=True, env=environment, capture_output=True)
        listed = subprocess.run(
            [*run, "diff", "--json", str(root)], check=True, env=environment, capture_output=True
        )
        ids = [json.loads(line)["id"] for line in listed.stdout.splitlines()]
        print(f"{len(ids):,} pending on {PENDING // PER_PAGE} pages")
        serve = [*run, "serve", "--no-open", str(root)]
        with subprocess.Popen(
            serve, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        ) as process:
            try:
                address = process.stdout.readline().strip() if process.stdout else ""
                _measure(Client(address), ids)
            finally:
                process.terminate()
        shutil.rmtree(root)


def _measure(client: Client, ids: list[str]) -> None:
    times: dict[str, list[float]] = {}
    first, _ = client.timed("GET", "/")
    times["first page, first time"] = [first]
    times["first page"] = [client.timed("GET", "/")[0] for _ in range(ROUNDS)]
    times["next card"] = [client.timed("GET", f"/card/{id_}")[0] for id_ in ids[:ROUNDS]]
    times["decide, with the card that follows"] = [
        client.timed("POST", "/decide", {"id": id_, "state": "pending", "decision": "accepted"})[0]
        for id_ in ids[:ROUNDS]
    ]
    form = {"id": ids[-1], "by": "page", "decision": "rejected"}
    _, text = client.timed("GET", f"/bulk?{urlencode(form)}")
    found = re.search(r'name="count" value="(\d+)"', text)
    count = found[1] if found else "0"
    times[f"bulk of {count}"] = [client.timed("POST", "/bulk", {**form, "count": count})[0]]
    print(f"{'':38} {'median ms':>10} {'worst ms':>10}")
    for name, values in times.items():
        print(f"{name:38} {statistics.median(values):10.0f} {max(values):10.0f}")
