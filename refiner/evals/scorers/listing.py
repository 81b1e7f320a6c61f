"""`listing`: whether a listing got its fence, line by line as it should stand, or a mark."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from refiner.evals.scorers.score import count_found

if TYPE_CHECKING:
    from collections import Counter

    from refiner.evals.run import Result

FENCE = re.compile(
    r"^(?P<indent>[ \t]*)```(?P<lang>\w*)[ \t]*\n(?P<code>.*?)\n[ \t]*```", re.DOTALL | re.MULTILINE
)


def score_listing(result: Result) -> tuple[Counter[str], str]:
    """Count listings that were found, and those that stand as they should."""
    proposals = result.of("listing")
    counts = count_found(result, is_found=bool(proposals))
    if result.sample.is_clean or not proposals:
        return counts, proposals[0].reason if proposals else ""
    target = result.sample.target
    fences = [match for p in proposals for match in FENCE.finditer(p.after)]
    problem = ""
    if target.get("flag"):
        problem = "a fence where a mark is right" if fences else ""
    elif "fenced" in target:
        wanted = target["fenced"].strip("\n")
        if not fences:
            problem = "a mark where a fence is right"
        elif not any(is_same(match["code"], wanted, target.get("lang", "")) for match in fences):
            problem = "the fence should hold other lines"
    counts["other_result" if problem else "result"] = 1
    lang = target.get("lang")
    if lang and fences:
        is_lang = all(match["lang"] == lang for match in fences)
        counts["lang" if is_lang else "other_lang"] = 1
    return counts, problem or proposals[0].reason


def is_same(code: str, wanted: str, lang: str) -> bool:
    """Whether a listing stands as it should: in YAML a list may be as deep as its key, or deeper."""
    if nesting(code) == nesting(wanted):
        return True
    rows = [[row.strip() for row in one.split("\n")] for one in (code, wanted)]
    return lang == "yaml" and rows[0] == rows[1] and _meaning(code) == _meaning(wanted)


def _meaning(code: str) -> object:
    try:
        return list(yaml.load_all(code, Loader=yaml.BaseLoader))
    except yaml.YAMLError:
        return code


def nesting(code: str) -> list[tuple[int, str]]:
    """Each line's depth and text: what indentation means, whatever its width."""
    found = []
    above: list[int] = []
    for line in code.expandtabs(4).split("\n"):
        text = line.strip()
        if not text:
            found.append((0, ""))
            continue
        width = len(line) - len(line.lstrip())
        while above and above[-1] > width:
            above.pop()
        if not above or above[-1] < width:
            above.append(width)
        found.append((len(above) - 1, text))
    return found
