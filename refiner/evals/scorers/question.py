"""`question`: whether a vague one was found, and what the rewrite that is shown is worth."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from refiner.evals.scorers.score import as_list, count_found, count_rules, folded
from refiner.lang.detect import detect_language

if TYPE_CHECKING:
    from collections import Counter

    from refiner.evals.run import Result

KEPT = re.compile(r"!?\[[^\]\n]*\]\([^)\s]*\)|https?://\S+|(?<!\w)#\w+")
WORD = re.compile(r"\w+")
CAPTION = re.compile(
    r"^\W*(?:fig(?:ure|ura|\.)?|listing|listado|llistat|table|tabla|taula)\s*\d.*$",
    re.IGNORECASE | re.MULTILINE,
)
LEAST_LETTERS = 4
# A question that holds this share of what only the answer says leaves little to recall.
GIVEN_SHARE = 0.6
LEAST_GIVEN = 3
COPIED_WORDS = 7
LACKS = "lacks "


def score_question(result: Result) -> tuple[Counter[str], str]:
    """Vague ones are found by rules; of what is shown, all criteria have to be met."""
    target = result.sample.target
    shown = [proposal for proposal in result.of("question") if proposal.flag is None]
    counts = count_found(result, is_found=bool(result.rules or shown))
    count_rules(counts, result.rules, target.get("rules", []))
    if result.sample.is_clean:
        return counts, f"asks {shown[0].after!r}" if shown else ""
    if not shown:
        counts["abstained"] = 1
        return counts, "no rewrite is shown"
    after = shown[0].after
    problems = question_problems(after, target)
    is_given = gives_away(after, result.item.question.text, result.item.answer)
    counts["given_away" if is_given else "not_given_away"] = 1
    if is_given:
        problems.append("gives the answer away")
    counts["unusable" if problems else "usable"] = 1
    # Lacking one of several points is weak; all other faults make a question wrong.
    points = len(target.get("must_any", []))
    lacking = sum(problem.startswith(LACKS) for problem in problems)
    is_wrong = len(problems) > lacking or 0 < points == lacking
    counts["wrong" if is_wrong else "not_wrong"] = 1
    return counts, "; ".join(problems)


def question_problems(after: str, target: dict[str, Any]) -> list[str]:
    """What speaks against a rewritten question, by a sample's criteria; empty where it is usable."""
    # Links, images and tags have to stay: the criteria are about the words of the question.
    words = KEPT.sub(" ", after)
    text = folded(words)
    groups = [as_list(group) for group in target.get("must_any", [])]
    problems = [
        LACKS + " / ".join(group)
        for group in groups
        if not any(_holds(text, term) for term in group)
    ]
    problems += [f"holds {term}" for term in target.get("must_not", []) if _holds(text, term)]
    asked = _bare(text)
    problems += [f"asks {bad}" for bad in target.get("bad", []) if _bare(folded(bad)) == asked]
    if words.count("?") != 1:
        problems.append("is not one question")
    lang = detect_language(words)
    if lang and lang != target.get("lang", lang):
        problems.append(f"is in {lang}")
    return problems


def gives_away(after: str, before: str, answer: str) -> bool:
    """Whether a question says what its answer should.

    It does where it holds three in five of the words that only the answer holds (three at least),
    or seven words of it in a row that the old question did not hold. A caption in the answer says
    what the figure is about: that may be asked.
    """
    asked, said = (
        WORD.findall(folded(KEPT.sub(" ", after))),
        WORD.findall(folded(CAPTION.sub("", answer))),
    )
    old = " ".join(WORD.findall(folded(before)))
    known = set(old.split())
    own = {word for word in said if _tells(word) and word not in known}
    given = own & set(asked)
    if len(given) >= LEAST_GIVEN and len(given) >= GIVEN_SHARE * len(own):
        return True
    whole = f" {' '.join(said)} "
    runs = (
        " ".join(asked[start : start + COPIED_WORDS])
        for start in range(len(asked) - COPIED_WORDS + 1)
    )
    return any(f" {run} " in whole and run not in old for run in runs)


def _holds(text: str, term: str) -> bool:
    """Whether a term stands in a text as a word of its own, in the singular or plural."""
    own = re.escape(folded(term))
    return re.search(rf"(?<!\w){own}(?:e?s)?(?!\w)", text) is not None


def _bare(text: str) -> str:
    return " ".join(WORD.findall(text))


def _tells(word: str) -> bool:
    return len(word) >= LEAST_LETTERS or word.isdigit()
