"""What the guards of a large model's answers let through and refuse: `python -m eval.guards`.

Reads `fixtures/guards/answers.jsonl`: answers about golden samples, half of them good and half spoilt
as models spoil (a name invented, a number changed, another language, style rewritten, code touched,
the answer copied, evidence made up). A spoilt one counts as caught where a guard refuses it, or where
it would be proposed with little confidence.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from refiner.cards import ExtractOptions
from refiner.evals.estimates import wilson
from refiner.evals.samples import read_sample
from refiner.pipeline.detect import read_book
from refiner.tasks.editor.check import ItemGuards
from refiner.tasks.editor.model import answer_model
from refiner.tasks.editor.propose import drafts_of
from refiner.tasks.editor.view import ItemView
from refiner.tasks.model import Draft, TaskOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GOLDEN = Path("fixtures/golden")
ANSWERS = Path("fixtures/guards/answers.jsonl")
UNSURE = 0.5  # a proposal of less confidence is shown as an unsure one


@dataclass(frozen=True, slots=True)
class Case:
    """One answer about a golden sample.

    Attributes:
        sample: The sample's name.
        part: The part of an answer.
        spoilt: How it was spoilt, or None where it is good.
        answer: The part's value.
    """

    sample: str
    part: str
    spoilt: str | None
    answer: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case.

    Attributes:
        case: The case.
        guard: The guard that refused it, or "".
        confidence: Of the least sure of its proposals; None where there is none.
    """

    case: Case
    guard: str
    confidence: float | None

    @property
    def is_refused(self) -> bool:
        """Whether nothing would be proposed because a guard spoke."""
        return bool(self.guard)

    @property
    def is_caught(self) -> bool:
        """Whether it would not be proposed as a sure change."""
        return self.confidence is None or self.confidence < UNSURE


def load_cases(path: Path = ANSWERS) -> list[Case]:
    """Read the answers."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Case(**json.loads(line)) for line in lines if line.strip()]


def judge(cases: Iterable[Case], disabled: Sequence[str] = ()) -> list[Outcome]:
    """Put each answer past the guards.

    Args:
        cases: The answers.
        disabled: Guards that are switched off.
    """
    return [_judged(case, frozenset(disabled)) for case in cases]


def _judged(case: Case, disabled: frozenset[str]) -> Outcome:
    sample = read_sample(GOLDEN / f"{case.sample}.md")
    _, book = read_book(sample.page, sample.name, ExtractOptions())
    item = book.items[sample.item]
    view = ItemView(item, book)
    model = answer_model(item.kind, (case.part,))
    answer = model.model_validate_json(json.dumps({case.part: case.answer}))
    checked = ItemGuards(view, disabled).check(answer)
    kept = model.model_validate_json(checked.kept.model_dump_json())
    drafts = [d for d in drafts_of(kept, view, [], TaskOptions()) if isinstance(d, Draft)]
    guard = checked.complaints[0].partition(":")[0] if checked.complaints else ""
    return Outcome(case, guard, min((d.confidence for d in drafts), default=None))


def table(outcomes: Sequence[Outcome]) -> str:
    """False refusals and misses by part, as Markdown."""
    lines = [
        "| part | good | refused | unsure | spoilt | missed |",
        "|---|---|---|---|---|---|",
    ]
    parts = list(dict.fromkeys(outcome.case.part for outcome in outcomes))
    for part in [*parts, "all"]:
        own = [o for o in outcomes if part in {o.case.part, "all"}]
        good = [o for o in own if o.case.spoilt is None]
        spoilt = [o for o in own if o.case.spoilt is not None]
        refused = sum(o.is_refused for o in good)
        unsure = sum(not o.is_refused and o.is_caught for o in good)
        missed = sum(not o.is_caught for o in spoilt)
        lines.append(
            f"| {part} | {len(good)} | {_share(refused, len(good))} | {unsure} "
            f"| {len(spoilt)} | {_share(missed, len(spoilt))} |"
        )
    return "\n".join(lines)


def guard_table(outcomes: Sequence[Outcome]) -> str:
    """By guard: how many spoilt answers it refuses, how many good ones, and what is missed without it."""
    caught = Counter(o.guard for o in outcomes if o.case.spoilt is not None and o.guard)
    wrong = Counter(o.guard for o in outcomes if o.case.spoilt is None and o.guard)
    cases = [outcome.case for outcome in outcomes]
    missed = sum(not o.is_caught for o in outcomes if o.case.spoilt is not None)
    lines = ["| guard | spoilt refused | good refused | missed without it |", "|---|---|---|---|"]
    for guard in sorted({*caught, *wrong}, key=lambda name: (-caught[name], name)):
        without = judge(cases, [guard])
        more = sum(not o.is_caught for o in without if o.case.spoilt is not None) - missed
        lines.append(f"| `{guard}` | {caught[guard]} | {wrong[guard]} | {more:+d} |")
    return "\n".join(lines)


def _share(count: int, total: int) -> str:
    if not total:
        return "–"
    low, high = wilson(count, total)
    return f"{count} ({count / total:.1%}; {low:.1%} to {high:.1%})"


def main() -> None:
    """Print the tables, and with `--show` each answer that went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=Path, default=ANSWERS)
    parser.add_argument("--show", action="store_true", help="each one that went wrong")
    parser.add_argument("--guards", action="store_true", help="what each guard is worth")
    args = parser.parse_args()
    outcomes = judge(load_cases(args.answers))
    print(table(outcomes))
    if args.guards:
        print(f"\n{guard_table(outcomes)}")
    if args.show:
        for outcome in outcomes:
            case = outcome.case
            is_wrong = outcome.is_refused if case.spoilt is None else not outcome.is_caught
            if is_wrong or (outcome.confidence is None and case.spoilt is None):
                print(
                    f"\n{case.sample} ({case.spoilt or 'good'}), {outcome.guard or 'let through'}"
                )
                print(f"  {json.dumps(case.answer, ensure_ascii=False)[:240]}")


if __name__ == "__main__":
    main()
