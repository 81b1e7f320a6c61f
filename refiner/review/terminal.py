"""Review in the terminal, one proposal at a time; each answer is kept at once."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from refiner.errors import UserError
from refiner.messages import count_of
from refiner.review.answers import (
    Answer,
    decide,
    edit,
    same_kind,
    undo,
    was_meanwhile,
    wording_notes,
)
from refiner.review.card import card_key, card_order
from refiner.review.screen import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from refiner.ledger import Ledger
    from refiner.proposals import Proposal
    from refiner.review.card import Card

KEYS = (
    "[a]ccept [r]eject [e]dit [s]kip [A]ll of its kind [R]eject all [c]ard [u]ndo"
    " [←] [→] [?]help [q]uit"
)
HELP = """\
a    accept this proposal
r    reject it: it is never made again
e    edit the new lines in $EDITOR, and accept them so
s    skip: it stays pending
A R  accept, reject all of this task on this page
c    show the whole card, or a part of it
u    take the last answer back
← →  go back, go on, without an answer
q    quit; every answer is kept
Nothing is written to a page before `refiner apply`."""
LEFT, RIGHT = "\x1b[D", "\x1b[C"
MOVES = {LEFT: "left", "\x1bOD": "left", RIGHT: "s", "\x1bOC": "s"}
QUITS = {"\x03", "\x04", "\x1b"}


def review(
    proposals: Sequence[Proposal],
    ledger: Ledger,
    console: Console,
    read_key: Callable[[], str],
    card_of: Callable[[Proposal], Card | None],
) -> tuple[int, int]:
    """Ask about each proposal; how many were accepted and rejected.

    Args:
        proposals: What is pending; those of one card are asked about together.
        ledger: Takes each answer at once.
        console: Where to show.
        read_key: Gives the next key; raises KeyboardInterrupt or EOFError to stop.
        card_of: The card around a proposal as its page is now, or None where it has changed.
    """
    return _Review(card_order(proposals), ledger, console, read_key, card_of).run()


class _Review:
    """One pass over proposals: where it stands, and what was answered."""

    def __init__(
        self,
        proposals: list[Proposal],
        ledger: Ledger,
        console: Console,
        read_key: Callable[[], str],
        card_of: Callable[[Proposal], Card | None],
    ) -> None:
        self.proposals = proposals
        self.ledger = ledger
        self.console = console
        self.read_key = read_key
        self.card_of = card_of
        self.at = 0
        self.is_whole = False
        self.decided: dict[str, str] = {}
        self.history: list[tuple[int, tuple[str, ...]]] = []

    def run(self) -> tuple[int, int]:
        """Ask until all is answered, or the person quits."""
        while self.at < len(self.proposals):
            proposal = self.proposals[self.at]
            if proposal.id in self.decided:
                self.at += 1
                continue
            now = self.ledger.proposal(proposal.id)
            if now is None or now.state != "pending":
                state = "gone" if now is None else now.state
                self._say(f"{proposal.id} was {was_meanwhile(state)}")
                self.at += 1
                continue
            self._show(proposal)
            key = self._asked()
            if key == "q":
                break
            self._act(key, proposal)
        answers = list(self.decided.values())
        return answers.count("accepted"), answers.count("rejected")

    def _show(self, proposal: Proposal) -> None:
        others = [p.task for p in self.proposals if card_key(p) == card_key(proposal)]
        self.console.rule(f"{self.at + 1} of {len(self.proposals)}", style="dim", characters="─")
        self.console.print(
            shown(
                proposal,
                self.ledger.wording(proposal.id),
                self.card_of(proposal),
                width=self.console.width,
                is_whole=self.is_whole,
            ),
            soft_wrap=True,
        )
        if len(others) > 1:
            self._say(f"on this card: {', '.join(others)}")

    def _act(self, key: str, proposal: Proposal) -> None:
        if key == "s":
            self.at += 1
        elif key == "left":
            self.at = self._before(self.at)
        elif key == "?":
            self.console.print(HELP, markup=False, highlight=False)
        elif key == "c":
            self.is_whole = not self.is_whole
        elif key == "u":
            self._undo()
        elif key == "e":
            self._edit(proposal)
        else:
            self._decide(key, proposal)

    def _before(self, at: int) -> int:
        """The nearest proposal before this one that waits, or this one."""
        return next(
            (i for i in range(at - 1, -1, -1) if self.proposals[i].id not in self.decided), at
        )

    def _decide(self, key: str, proposal: Proposal) -> None:
        is_one = key in "ar"
        rest = [proposal]
        if not is_one:
            rest = same_kind(self.proposals[self.at :], proposal, "task", self.decided)
        decision, twin = ("accepted", "accept") if key in "aA" else ("rejected", "reject")
        answer = decide(
            self.ledger,
            rest,
            "accepted" if key in "aA" else "rejected",
            "terminal",
            is_bulk=not is_one,
        )
        what = proposal.id if is_one else f"--task {proposal.task} --page '{proposal.page}'"
        self._took(answer)
        if answer.ids:
            self._say(f"{decision} {len(answer.ids)}: `refiner {twin} {what}` does the same")

    def _edit(self, proposal: Proposal) -> None:
        try:
            wording = edit_text(self.ledger.wording(proposal.id) or proposal.after)
            if wording is None:
                self._say("left as it was")
                return
            answer = edit(self.ledger, proposal, wording, "terminal")
        except UserError as error:
            self.console.print(error.message, markup=False, style="red")
            return
        self._took(answer)
        if answer.ids:
            self._say("accepted in your own words")
        for note in wording_notes(proposal, wording):
            self._say(f"note: {note}")

    def _took(self, answer: Answer) -> None:
        self.decided.update(dict.fromkeys(answer.ids, answer.decision))
        if answer.ids:
            self.history.append((self.at, answer.ids))
        for id_, state in answer.missed:
            self._say(f"{id_} was {was_meanwhile(state)}, and stays so")
            self.decided[id_] = "missed"
        self.at += 1

    def _undo(self) -> None:
        if not self.history:
            self._say("there is no answer to take back")
            return
        self.at, ids = self.history.pop()
        undo(self.ledger, ids)
        for id_ in ids:
            del self.decided[id_]
        self._say(f"taken back: {count_of(len(ids), 'answer')}")

    def _asked(self) -> str:
        while True:
            self.console.print(KEYS, markup=False, highlight=False, style="dim")
            try:
                key = self.read_key()
            except (KeyboardInterrupt, EOFError):
                return "q"
            key = MOVES.get(key, key)
            if key in QUITS:
                return "q"
            if key == "left" or (len(key) == 1 and key in "arsARceuq?"):
                return key

    def _say(self, text: str) -> None:
        self.console.print(text, markup=False, highlight=False, style="dim")


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
            edited = path.read_text(encoding="utf-8").rstrip("\n")
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            raise UserError(
                f"the editor `{command}` can't be used: {error}; the proposal stays pending",
                hint="`export EDITOR=nano`",
            ) from error
    return None if edited == text else edited
