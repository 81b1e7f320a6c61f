"""Review in the terminal, one proposal at a time; each answer is kept at once."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from refiner.errors import UserError
from refiner.review.show import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from refiner.ledger import Ledger
    from refiner.proposals import Proposal

KEYS = "[a]ccept [r]eject [e]dit [s]kip [A]ll of this kind [R]eject all of it [u]ndo [?]help [q]uit"
HELP = """\
a  accept this proposal          r  reject it: it is never made again
e  edit the new lines in $EDITOR, and accept them so
s  skip: it stays pending        u  take the last answer back
A  accept all of this task on this page    R  reject all of them
q  quit; every answer is kept    ?  this help
Nothing is written to a page before `refiner apply`."""


def review(
    proposals: Sequence[Proposal],
    ledger: Ledger,
    console: Console,
    read_key: Callable[[], str],
) -> tuple[int, int]:
    """Ask about each proposal; how many were accepted and rejected.

    Args:
        proposals: What is pending, in the order to ask.
        ledger: Takes each answer at once.
        console: Where to show.
        read_key: Gives the next key; raises KeyboardInterrupt or EOFError to stop.
    """
    decided: dict[str, str] = {}
    history: list[tuple[int, list[str]]] = []
    at = 0
    while at < len(proposals):
        proposal = proposals[at]
        if proposal.id in decided:
            at += 1
            continue
        console.rule(f"{at + 1} of {len(proposals)}", style="dim")
        console.print(shown(proposal, ledger.wording(proposal.id)))
        key = _asked(console, read_key)
        if key == "q":
            break
        if key == "s":
            at += 1
        elif key == "?":
            console.print(HELP, markup=False, highlight=False)
        elif key == "u":
            at = _undone(history, decided, ledger, console, at)
        elif key in "arAR":
            ids = [proposal.id] if key in "ar" else _kind(proposals[at:], proposal, decided)
            decision = "accepted" if key in "aA" else "rejected"
            ledger.decide(ids, "accepted" if key in "aA" else "rejected", "terminal")
            decided.update(dict.fromkeys(ids, decision))
            history.append((at, ids))
            twin = "accept" if key in "aA" else "reject"
            what = (
                proposal.id if key in "ar" else f"--task {proposal.task} --page '{proposal.page}'"
            )
            console.print(
                f"{decision} {len(ids)}: `refiner {twin} {what}` does the same", style="dim"
            )
            at += 1
        elif key == "e":
            at += _edited(proposal, ledger, console, decided, history, at)
    answers = list(decided.values())
    return answers.count("accepted"), answers.count("rejected")


def edit_text(text: str) -> str | None:
    """Let the person edit text in `$VISUAL` or `$EDITOR`; None where it was left as it was.

    Raises:
        UserError: The editor can't be started, or fails.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory(prefix="refiner-") as folder:
        path = Path(folder) / "wording.md"
        path.write_text(text + "\n", encoding="utf-8")
        try:
            subprocess.run([*shlex.split(command), str(path)], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise UserError(
                f"the editor `{command}` can't be used: {error}; the proposal stays pending",
                hint="`export EDITOR=nano`",
            ) from error
        edited = path.read_text(encoding="utf-8").rstrip("\n")
    return None if edited == text else edited


def _asked(console: Console, read_key: Callable[[], str]) -> str:
    while True:
        console.print(KEYS, markup=False, highlight=False, style="dim")
        try:
            key = read_key()
        except (KeyboardInterrupt, EOFError):
            return "q"
        if key in {"\x03", "\x04", "\x1b"}:
            return "q"
        if key in "arsARueq?" and key:
            return key


def _kind(rest: Sequence[Proposal], like: Proposal, decided: dict[str, str]) -> list[str]:
    return [
        p.id for p in rest if p.task == like.task and p.page == like.page and p.id not in decided
    ]


def _undone(
    history: list[tuple[int, list[str]]],
    decided: dict[str, str],
    ledger: Ledger,
    console: Console,
    at: int,
) -> int:
    if not history:
        console.print("there is no answer to take back", style="dim")
        return at
    before, ids = history.pop()
    ledger.reopen(ids)
    for id_ in ids:
        del decided[id_]
    console.print(f"taken back: {len(ids)}", style="dim")
    return before


def _edited(
    proposal: Proposal,
    ledger: Ledger,
    console: Console,
    decided: dict[str, str],
    history: list[tuple[int, list[str]]],
    at: int,
) -> int:
    try:
        wording = edit_text(ledger.wording(proposal.id) or proposal.after)
    except UserError as error:
        console.print(f"{error.message}", markup=False, style="red")
        return 0
    if wording is None:
        console.print("left as it was", style="dim")
        return 0
    ledger.decide([proposal.id], "accepted", "terminal", wording=wording)
    decided[proposal.id] = "accepted"
    history.append((at, [proposal.id]))
    console.print("accepted in your own words", style="dim")
    return 1
