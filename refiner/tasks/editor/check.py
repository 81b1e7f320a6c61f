"""An answer past its guards: each part is kept, or asked for again, alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from refiner.tasks.editor.clozes import Fit, judge_cloze
from refiner.tasks.editor.corrections import is_rewritten, judge_correction
from refiner.tasks.editor.cuts import Seen, judge_cut
from refiner.tasks.editor.flags import flag_faults
from refiner.tasks.editor.listings import Restored, judge_listing
from refiner.tasks.editor.model import LISTS, answer_model
from refiner.tasks.editor.questions import question_faults
from refiner.tasks.editor.view import ItemView, Violation
from refiner.tasks.model import Checked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pydantic import BaseModel

    from refiner.tasks.editor.corrections import Change

SHOWN_LETTERS = 60


class _Verdict(NamedTuple):
    """What came of one entry of a part: kept, dropped in silence, or refused."""

    is_kept: bool
    violation: Violation | None = None


@dataclass(frozen=True)
class ItemGuards:
    """The guards of one item's answer.

    Attributes:
        view: What they know of the item.
        disabled: Guards that are switched off, to measure what each is worth.
    """

    view: ItemView
    disabled: frozenset[str] = frozenset()

    def check(self, answer: BaseModel) -> Checked:
        """Part an answer into what passes and what has to be asked for again."""
        kept: dict[str, Any] = {}
        violations: list[Violation] = []
        for part in type(answer).model_fields:
            entries = getattr(answer, part)
            if part in LISTS:
                kept[part], found = self._list(part, entries)
            else:
                kept[part], found = self._single(part, entries)
            violations += found
        model = type(answer)
        failed = tuple(dict.fromkeys(violation.part for violation in violations))
        again = answer_model(self.view.kind, failed) if failed else None
        complaints = tuple(_told(violation, answer) for violation in violations)
        return Checked(model(**_dumped(kept)), complaints, again)

    def joined(self, kept: BaseModel, second: BaseModel) -> BaseModel:
        """What was kept of a first answer, with what the second try brought past the guards."""
        again = self.check(second).kept
        values = {part: getattr(kept, part) for part in type(kept).model_fields}
        for part in type(again).model_fields:
            new = getattr(again, part)
            if part in LISTS:
                old = values[part]
                values[part] = [*old, *(entry for entry in new if entry not in old)]
            elif new is not None:
                values[part] = new
        return self.check(type(kept)(**_dumped(values))).kept

    def _single(self, part: str, entry: Any) -> tuple[Any, list[Violation]]:  # noqa: ANN401 - any part
        if entry is None:
            return None, []
        verdict = self._verdict(part, None, entry)
        found = [] if verdict.violation is None else [verdict.violation]
        return (entry if verdict.is_kept else None), found

    def _list(self, part: str, entries: list[Any]) -> tuple[list[Any], list[Violation]]:
        kept, found = [], []
        for number, entry in enumerate(entries):
            verdict = self._verdict(part, number, entry)
            if verdict.violation is not None:
                found.append(verdict.violation)
            elif verdict.is_kept:
                kept.append(entry)
        if part == "corrections" and "rewritten" not in self.disabled:
            changes = [change for entry in kept for change in self._changes(entry)]
            if is_rewritten(changes, self.view.texts):
                complaint = "this rewrites the text: mend slips alone"
                return [], [*found, Violation(part, None, "rewritten", complaint)]
        return kept, found

    def _changes(self, entry: Any) -> tuple[Change, ...]:  # noqa: ANN401 - a correction
        return judge_correction(entry, self.view).changes

    def _verdict(self, part: str, index: int | None, entry: Any) -> _Verdict:  # noqa: ANN401 - any part
        for guard, complaint in _JUDGES[part](entry, self.view):
            if guard in self.disabled:
                continue
            if not guard:
                return _Verdict(is_kept=False)
            return _Verdict(is_kept=False, violation=Violation(part, index, guard, complaint))
        return _Verdict(is_kept=True)


def _question(entry: Any, view: ItemView) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a part
    if any(f.task == "question" and f.is_sure and f.fix is not None for f in view.findings):
        yield "", "a rule rewrites it"
    yield from question_faults(entry.new, view)


def _correction(entry: Any, view: ItemView) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a part
    judged = judge_correction(entry, view)
    if judged.guard or not judged.changes:
        yield judged.guard, judged.complaint


def _listing(entry: Any, view: ItemView) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a part
    found = judge_listing(entry, view)
    if not isinstance(found, Restored):
        yield found.guard, found.complaint


def _cut(entry: Any, view: ItemView) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a part
    found = judge_cut(entry, view)
    if not isinstance(found, Seen):
        yield found.guard, found.complaint


def _flag(entry: Any, view: ItemView) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a part
    if any(f.task == "flag" and f.rule == entry.name for f in view.findings):
        yield "", "a rule tells it already"
    yield from flag_faults(entry, view)


def _cloze(entry: Any, view: ItemView) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a part
    found = judge_cloze(entry, view)
    if not isinstance(found, Fit):
        yield found.guard, found.complaint


def _nothing(_entry: object, _view: ItemView) -> Iterator[tuple[str, str]]:
    yield from ()


_JUDGES: dict[str, Callable[[Any, ItemView], Iterable[tuple[str, str]]]] = {
    "question": _question,
    "corrections": _correction,
    "listings": _listing,
    "cut": _cut,
    "flags": _flag,
    "clozes": _cloze,
    "worthless": _nothing,
}


def _told(violation: Violation, answer: BaseModel) -> str:
    """A violation in words for the model, and for counting: the guard's name stands first."""
    entry: Any = getattr(answer, violation.part)
    if violation.index is not None:
        entry = entry[violation.index]
    if violation.index is None and isinstance(entry, list):
        return f"{violation.guard}: {violation.part}: {violation.complaint}"
    values = entry.model_dump() if entry is not None else {}
    first = next((str(value) for value in values.values() if isinstance(value, str)), "")
    named = values.get("new") if violation.part == "question" else first
    about = f" “{str(named)[:SHOWN_LETTERS]}”" if named else ""
    return f"{violation.guard}: {violation.part}{about}: {violation.complaint}"


def _dumped(values: dict[str, Any]) -> dict[str, Any]:
    """Parts as plain data, so that a model checks them anew."""

    def one(value: Any) -> Any:  # noqa: ANN401 - any part
        return value.model_dump() if hasattr(value, "model_dump") else value

    return {
        part: [one(entry) for entry in value] if isinstance(value, list) else one(value)
        for part, value in values.items()
    }
