"""`cloze`: whether a passage worth learning got one, exact, and on a term worth hiding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.evals.scorers.score import count_found, folded

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable

    from refiner.evals.run import Result
    from refiner.logseq import Edit

MACRO = re.compile(r"\{\{cloze (?P<term>[^{}\n]+?)(?: *\\\\ *[^{}\n]*)?\}\}")
# A new last child on one line, and the tag at its end.
CHILD = re.compile(r"\r?\n[ \t]*- (?P<line>[^\n]+) #\S+")
WORD = re.compile(r"\w+")
# Of English, Spanish and Catalan.
FUNCTION_WORDS = frozenset(
    {
        *("a", "an", "the", "of", "in", "on", "at", "to", "by", "for", "and", "or"),
        *("el", "la", "los", "las", "un", "una", "uno", "de", "del", "en", "por", "al", "y", "o"),
        *("els", "les", "l", "d", "per", "i"),
    }
)
# How much of a good term has to be hidden, and how little else: the Dice overlap of their words.
LEAST_OVERLAP = 0.6


def score_cloze(result: Result) -> tuple[Counter[str], str]:
    """Count what was hidden, or rightly was not."""
    proposals = result.of("cloze")
    counts = count_found(result, is_found=bool(proposals))
    if result.sample.is_clean:
        counts["left"] = not proposals
    if not proposals:
        return counts, "" if result.sample.is_clean else "nothing is hidden"
    edits = [edit for proposal in proposals for edit in proposal.place.edits]
    hidden = [match["term"] for edit in edits for match in MACRO.finditer(edit.new)]
    is_exact = bool(hidden) and all(
        is_exact_edit(edit, result.item.question.text) for edit in edits
    )
    counts["exact" if is_exact else "inexact"] = 1
    remark = "hides " + ", ".join(hidden)
    if result.sample.is_clean:
        return counts, remark
    target = result.sample.target
    good, fine = target.get("good", []), target.get("ok", [])
    is_good = any(meets(term, good) for term in hidden) and all(
        meets(term, [*good, *fine]) and not is_same(term, target.get("bad", [])) for term in hidden
    )
    counts["good" if is_good else "bad"] = 1
    shares = [max((overlap(term, other) for other in good), default=0.0) for term in hidden]
    counts["overlap_percent"] = round(100 * sum(shares) / len(shares)) if shares else 0
    return counts, remark if is_exact else f"{remark}; the passage does not come back"


def is_exact_edit(edit: Edit, passage: str) -> bool:
    """Whether taking the macros out gives the passage's own words back, byte for byte.

    A new child has to hold whole sentences of the passage; inside the passage an edit has to
    leave what it replaced.
    """
    if edit.old:
        return _plain(edit.new) == edit.old
    child = CHILD.fullmatch(edit.new)
    if child is None:
        return False
    line = _plain(child["line"])
    whole = passage.find(line)
    if line == "" or whole < 0 or MACRO.fullmatch(child["line"]):
        return False
    before, after = passage[:whole], passage[whole + len(line) :]
    return _is_boundary(before[-1:]) and _is_boundary(after[:1])


def meets(term: str, terms: Iterable[str]) -> bool:
    """Whether a hidden term is one of these, or most of one and little else."""
    return any(overlap(term, other) >= LEAST_OVERLAP for other in terms)


def is_same(term: str, terms: Iterable[str]) -> bool:
    """Whether a hidden term has the very words of one of these."""
    own = _words(term)
    return any(own == _words(other) for other in terms)


def overlap(term: str, other: str) -> float:
    """Dice's overlap of the words of two terms, function words left out; 0 to 1."""
    own, theirs = _words(term), _words(other)
    if not own or not theirs:
        return float(folded(term).strip() == folded(other).strip())
    return 2 * len(own & theirs) / (len(own) + len(theirs))


def _words(term: str) -> frozenset[str]:
    return frozenset(WORD.findall(folded(term))) - FUNCTION_WORDS


def _plain(written: str) -> str:
    """The text without its macros; one that is left over, or broken, is no text of a passage."""
    return MACRO.sub(lambda match: match["term"], written)


def _is_boundary(char: str) -> bool:
    return char == "" or char.isspace()
