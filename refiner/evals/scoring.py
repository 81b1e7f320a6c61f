"""What the proposals are worth: counts per sample, and metrics over them with 95 % intervals.

Shares have Wilson's interval; F-measures and MCC a bootstrap over samples (1,000 draws, seeded).
"""

from __future__ import annotations

import math
import random
import re
import unicodedata
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from refiner.cards.language import detect_language
from refiner.logseq import parse, splice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from refiner.evals.running import Result
    from refiner.logseq import Edit
    from refiner.proposals import Proposal
    from refiner.report import Report

DRAWS = 1000
Z = 1.959964
TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
CLOZE = re.compile(r"\{\{cloze (.+?)(?: *\\\\ *[^{}]*)?\}\}")
KEPT = re.compile(r"!?\[[^\]\n]*\]\([^)\s]*\)|https?://\S+|(?<!\w)#\w+")
MIXED = ("typo", "whitespace")


class Metric(NamedTuple):
    """One figure: `low` and `high` bound its 95 % interval, `n` is what it was taken from."""

    task: str
    lang: str
    name: str
    value: float
    low: float
    high: float
    n: int


class Score(NamedTuple):
    """A sample's counts by name, and what a person should know of it."""

    result: Result
    counts: Counter[str]
    remark: str


def score(result: Result) -> Score:
    """Count what is right and wrong about a sample's proposals."""
    counts, remark = SCORERS[result.sample.task](result)
    page = result.sample.page
    counts["protected"] = sum(_touches_protected(page, proposal) for proposal in result.proposals)
    return Score(result, counts, remark)


def metrics(scores: Iterable[Score]) -> list[Metric]:
    """All metrics, by task, over all languages and for each."""
    groups: defaultdict[tuple[str, str], list[Counter[str]]] = defaultdict(list)
    for one in scores:
        sample = one.result.sample
        groups[sample.task, "all"].append(one.counts)
        groups[sample.task, sample.lang].append(one.counts)
    found = []
    for (task, lang), counts in sorted(groups.items()):
        measures = _measures(task)
        if lang == "all":
            measures |= _rule_measures(counts)
        for name, measure in measures.items():
            metric = measure(counts)
            if metric is not None:
                found.append(Metric(task, lang, name, *metric))
    return found


def usage_metrics(report: Report, count: int) -> list[Metric]:
    """What a run of so many samples cost per item, and how often each guard refused an answer.

    Answers that were recorded before cost nothing.
    """
    values = {
        "requests per item": report.requests / count,
        "tokens in per item": report.usage.prompt_tokens / count,
        "tokens out per item": report.usage.completion_tokens / count,
        "seconds per item": report.seconds / count,
    }
    values |= {f"refused by {guard}": float(n) for guard, n in sorted(report.rejections.items())}
    return [
        Metric("run", "all", name, value, value, value, count) for name, value in values.items()
    ]


Measured = tuple[float, float, float, int]


def _measures(task: str) -> dict[str, Callable[[Sequence[Counter[str]]], Measured | None]]:
    """The metrics of a task, by name."""
    found: dict[str, Callable[[Sequence[Counter[str]]], Measured | None]] = {
        "precision": lambda c: _share(c, "tp", "tp", "fp"),
        "recall": lambda c: _share(c, "tp", "tp", "fn"),
    }
    beta = {"typo": 0.5, "whitespace": 0.5, "truncation": 2.0}.get(task, 1.0)
    found[f"F{beta:g}"] = lambda c: _drawn(c, lambda total: f_measure(total, beta))
    if task not in MIXED:
        found["MCC"] = lambda c: _drawn(c, mcc)
    else:
        found["false edits per 100 clean"] = lambda c: _per_hundred(c, "false_clean", "clean")
    if task == "question":
        found["usable of shown"] = lambda c: _share(c, "usable", "usable", "wrong")
        found["abstained"] = lambda c: _share(c, "abstained", "abstained", "usable", "wrong")
    if task == "cloze":
        found["exact"] = lambda c: _share(c, "exact", "exact", "inexact")
        found["on a good target"] = lambda c: _share(c, "good", "good", "bad")
        found["worthless left alone"] = lambda c: _share(c, "left", "left", "fp")
    if task == "truncation":
        found["right cause"] = lambda c: _share(c, "cause", "cause", "other_cause")
    if task == "listing":
        found["restored exactly"] = lambda c: _share(c, "restored", "restored", "not_restored")
    found["protected spans touched"] = lambda c: (
        float(sum(x["protected"] for x in c)),
        0.0,
        0.0,
        len(c),
    )
    return found


def _rule_measures(
    counts: Sequence[Counter[str]],
) -> dict[str, Callable[[Sequence[Counter[str]]], Measured | None]]:
    """Precision, recall, F1 and MCC of each rule that saw, or should have seen, something."""
    found: dict[str, Callable[[Sequence[Counter[str]]], Measured | None]] = {}
    rules = sorted({name.partition("@")[2] for one in counts for name in one if "@" in name})
    for rule in rules:
        tp, fp, fn = (f"{kind}@{rule}" for kind in ("tp", "fp", "fn"))
        found[f"{rule}: precision"] = partial(_share_of, hits=tp, of=(tp, fp))
        found[f"{rule}: recall"] = partial(_share_of, hits=tp, of=(tp, fn))
        found[f"{rule}: F1"] = partial(_of_rule, rule=rule, measure=partial(f_measure, beta=1))
        found[f"{rule}: MCC"] = partial(_of_rule, rule=rule, measure=mcc)
    return found


def _share_of(counts: Sequence[Counter[str]], *, hits: str, of: tuple[str, ...]) -> Measured | None:
    return _share(counts, hits, *of)


def _of_rule(
    counts: Sequence[Counter[str]], *, rule: str, measure: Callable[[Counter[str]], float | None]
) -> Measured | None:
    """A measure of one rule's own counts; a sample on which it rightly kept still is a `tn`."""
    kinds = ("tp", "fp", "fn")
    own = [Counter({kind: one[f"{kind}@{rule}"] for kind in kinds}) for one in counts]
    for one in own:
        one["tn"] = int(not one.total())
    return _drawn(own, measure)


def _by_rule(counts: Counter[str], seen: Iterable[str], wanted: Sequence[str]) -> None:
    """Count each rule that spoke as right or wrong; where none was right, the first is missed."""
    found = set(seen)
    for rule in found:
        counts[f"tp@{rule}" if rule in wanted else f"fp@{rule}"] = 1
    if wanted and not found & set(wanted):
        counts[f"fn@{wanted[0]}"] = 1


def f_measure(total: Counter[str], beta: float) -> float | None:
    """F over true and false positives and false negatives; None where there is nothing."""
    square = beta * beta
    weight = (1 + square) * total["tp"] + square * total["fn"] + total["fp"]
    return (1 + square) * total["tp"] / weight if weight else None


def mcc(total: Counter[str]) -> float | None:
    """Matthews' correlation of found and there; None where it is not defined."""
    tp, fp, fn, tn = (total[name] for name in ("tp", "fp", "fn", "tn"))
    below = math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    return (tp * tn - fp * fn) / below if below else None


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    share = hits / n
    centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def _share(counts: Sequence[Counter[str]], hits: str, *of: str) -> Measured | None:
    n = sum(one[name] for one in counts for name in of)
    if not n:
        return None
    total = sum(one[hits] for one in counts)
    return (total / n, *wilson(total, n), n)


def _per_hundred(counts: Sequence[Counter[str]], what: str, of: str) -> Measured | None:
    n = sum(one[of] for one in counts)
    if not n:
        return None
    total = sum(one[what] for one in counts)
    low, high = wilson(min(total, n), n)
    return (100 * total / n, 100 * low, 100 * high, n)


def _drawn(
    counts: Sequence[Counter[str]], measure: Callable[[Counter[str]], float | None]
) -> Measured | None:
    value = measure(_sum(counts))
    if value is None:
        return None
    rng = random.Random(0)  # noqa: S311 - reproducible, not secret
    drawn = (measure(_sum(rng.choices(counts, k=len(counts)))) for _ in range(DRAWS))
    values = sorted(one for one in drawn if one is not None)
    edge = round(0.025 * len(values))
    return (value, values[edge], values[-1 - edge], len(counts))


def _sum(counts: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return total


def _detection(result: Result, *, is_found: bool) -> Counter[str]:
    if result.sample.is_clean:
        return Counter({"fp" if is_found else "tn": 1, "clean": 1})
    return Counter({"tp" if is_found else "fn": 1})


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _question(result: Result) -> tuple[Counter[str], str]:
    """Vague ones are found by rules; a rewrite is usable where it meets all criteria."""
    counts = _detection(result, is_found=bool(result.rules))
    proposals = result.of("question")
    target = result.sample.target
    _by_rule(counts, result.rules, target.get("rules", []))
    if result.sample.is_clean:
        return counts, proposals[0].after if proposals else ""
    if not proposals or proposals[0].flag is not None:
        counts["abstained"] = 1
        return counts, "no rewrite"
    problems = question_problems(proposals[0].after, target)
    counts["wrong" if problems else "usable"] = 1
    return counts, "; ".join(problems)


def question_problems(after: str, target: dict[str, Any]) -> list[str]:
    """What speaks against a rewritten question, by a sample's criteria; empty where it is usable."""
    # Links, images and tags have to stay: the criteria are about the words of the question.
    words = KEPT.sub(" ", after)
    text = _folded(words)
    missing = [
        group
        for group in target.get("must_any", [])
        if not any(_folded(term) in text for term in ([group] if isinstance(group, str) else group))
    ]
    unwanted = [term for term in target.get("must_not", []) if _folded(term) in text]
    asked = " ".join(text.split())
    unwanted += [bad for bad in target.get("bad", []) if _folded(bad) == asked]
    lang = detect_language(words)
    problems = [f"lacks {' / '.join(group)}" for group in missing]
    problems += [f"holds {term}" for term in unwanted]
    if lang and lang != target.get("lang", lang):
        problems.append(f"is in {lang}")
    return problems


def _edits(result: Result) -> tuple[Counter[str], str]:
    """Corrections are compared as texts: what changed, and whether it should have."""
    sample = result.sample
    edits: list[Edit] = []
    for proposal in result.of(*MIXED):
        for edit in proposal.place.edits:
            if all(edit.start >= other.end or edit.end <= other.start for other in edits):
                edits.append(edit)
    # Spaces and hyphenation are a kind of their own: neither task pays for the other's edits.
    before = sample.page.decode()
    after = splice(sample.page, edits).decode()
    begin = len(sample.page[: result.item.block.start].decode())
    wanted = []
    for edit in sample.target.get("edits", []):
        at = begin - 1
        for _ in range(edit.get("nth", 0) + 1):
            at = before.find(edit["old"], at + 1)
        wanted.append((at, at + len(edit["old"]), edit["old"], edit["new"]))
    own = [p for p in result.of(sample.task) for _ in p.place.edits]
    stray = [
        old
        for start, end, old in _changed(before, after)
        if not any(start < last and first < end for first, last, _, _ in wanted)
        and (own or sample.is_clean)
    ]
    done = [
        any(after.count(new) > before.count(new) for new in news) or old not in after[begin:]
        for _, _, old, news in wanted
    ]
    counts = Counter({"tp": sum(done), "fn": len(done) - sum(done), "fp": len(stray)})
    if sample.is_clean:
        counts["clean"] = 1
        counts["false_clean"] = len(stray)
    missed = [old for (_, _, old, _), is_done in zip(wanted, done, strict=True) if not is_done]
    return counts, "; ".join(
        [f"changed {old!r}" for old in stray] + [f"missed {o!r}" for o in missed]
    )


def _changed(before: str, after: str) -> list[tuple[int, int, str]]:
    """Stretches of the text before that read otherwise after: start, end, text."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    starts = [0]
    for token in old:
        starts.append(starts[-1] + len(token))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        (starts[i1], max(starts[i2], starts[i1] + 1), "".join(old[i1:i2]))
        for tag, i1, i2, _, _ in matcher.get_opcodes()
        if tag != "equal"
    ]


def _cloze(result: Result) -> tuple[Counter[str], str]:
    proposals = result.of("cloze")
    counts = _detection(result, is_found=bool(proposals))
    if result.sample.is_clean:
        counts["left"] = not proposals
    if not proposals:
        return counts, "" if result.sample.is_clean else "nothing hidden"
    passage = result.item.question.text
    hidden = CLOZE.findall(proposals[0].after)
    is_exact = bool(hidden) and all(term in passage for term in hidden)
    counts["exact" if is_exact else "inexact"] = 1
    if not result.sample.is_clean:
        target = result.sample.target
        good, fine = target.get("good", []), target.get("ok", [])
        is_good = any(_meets(term, good) for term in hidden)
        is_fine = all(_meets(term, [*good, *fine]) for term in hidden)
        counts["good" if is_good and is_fine else "bad"] = 1
    return counts, "hides " + ", ".join(hidden)


def _meets(term: str, terms: Iterable[str]) -> bool:
    own = _folded(term)
    return any(own in _folded(other) or _folded(other) in own for other in terms)


def _truncation(result: Result) -> tuple[Counter[str], str]:
    flags = [p.flag for p in result.of("truncation", "listing") if p.flag is not None]
    counts = _detection(result, is_found=bool(flags))
    seen = [flag["cause"] for flag in flags]
    wanted = result.sample.target.get("cause", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    _by_rule(counts, seen, wanted)
    if flags and not result.sample.is_clean:
        counts["cause" if set(seen) & set(wanted) else "other_cause"] = 1
    return counts, ", ".join(seen)


def _listing(result: Result) -> tuple[Counter[str], str]:
    proposals = result.of("listing")
    counts = _detection(result, is_found=bool(proposals))
    fenced = result.sample.target.get("fenced")
    if fenced is not None:
        lines = [line.strip() for line in fenced.strip().splitlines()]
        own = [line.strip() for p in proposals for line in p.after.splitlines()]
        joined = "\n".join(own)
        counts["restored" if "\n".join(lines) in joined else "not_restored"] = 1
    return counts, proposals[0].reason if proposals else ""


def _flag(result: Result) -> tuple[Counter[str], str]:
    raised = {p.flag["name"] for p in result.of("flag", "question") if p.flag is not None}
    wanted = set(result.sample.target.get("names", []))
    if result.sample.is_clean:
        counts = _detection(result, is_found=bool(raised))
    else:
        counts = Counter(tp=len(raised & wanted), fn=len(wanted - raised), fp=len(raised - wanted))
    for kind, names in (
        ("tp", raised & wanted),
        ("fp", raised - wanted),
        ("fn", wanted - raised),
    ):
        counts.update(f"{kind}@{name}" for name in names)
    return counts, ", ".join(sorted(raised))


def _touches_protected(page: bytes, proposal: Proposal) -> bool:
    """Whether an edit changes what lies in a link, code, a reference or a property."""
    if proposal.task in {"listing", "whitespace"}:
        return False
    parsed = parse(page)
    parts = [part.span for block in parsed.blocks for part in block.protected]
    return any(
        edit.start < edit.end
        and any(edit.start < span.end and span.start < edit.end for span in parts)
        and not _keeps(page, edit.start, edit.end, edit.new, parts)
        for edit in proposal.place.edits
    )


def _keeps(page: bytes, start: int, end: int, new: str, parts: Sequence[tuple[int, int]]) -> bool:
    """Whether each protected part inside an edit stands in its new text as it was."""
    return all(
        start <= first and last <= end and page[first:last].decode() in new
        for first, last in parts
        if start < last and first < end
    )


SCORERS: dict[str, Callable[[Result], tuple[Counter[str], str]]] = {
    "question": _question,
    "typo": _edits,
    "whitespace": _edits,
    "cloze": _cloze,
    "truncation": _truncation,
    "listing": _listing,
    "flag": _flag,
}
