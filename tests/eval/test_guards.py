"""The guards of a large model's answers, measured in both directions."""

from __future__ import annotations

from collections import Counter

import pytest

from eval.guards import Outcome, guard_table, judge, load_cases, table

MOST_REFUSED = 0.03
LEAST_CAUGHT = 0.95


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return judge(load_cases())


def test_the_answers_are_half_good_and_half_spoilt_in_many_ways() -> None:
    cases = load_cases()
    spoilt = [case for case in cases if case.spoilt is not None]
    assert len(cases) >= 150
    assert 0.4 <= len(spoilt) / len(cases) <= 0.6
    assert len({case.spoilt for case in spoilt}) >= 15
    assert len(Counter(case.part for case in cases)) == 6


def test_good_parts_are_let_through(outcomes: list[Outcome]) -> None:
    good = [outcome for outcome in outcomes if outcome.case.spoilt is None]
    refused = [outcome for outcome in good if outcome.is_refused]
    assert len(refused) <= MOST_REFUSED * len(good), refused
    proposed = [outcome for outcome in good if outcome.confidence is not None]
    assert len(proposed) >= (1 - MOST_REFUSED) * len(good)


def test_spoilt_parts_are_refused_or_unsure(outcomes: list[Outcome]) -> None:
    spoilt = [outcome for outcome in outcomes if outcome.case.spoilt is not None]
    caught = [outcome for outcome in spoilt if outcome.is_caught]
    assert len(caught) >= LEAST_CAUGHT * len(spoilt)


def test_the_tables_count_every_answer(outcomes: list[Outcome]) -> None:
    total = table(outcomes).splitlines()[-1].split("|")
    assert int(total[2]) + int(total[5]) == len(outcomes)


def test_a_guard_that_is_switched_off_lets_spoilt_answers_through(
    outcomes: list[Outcome],
) -> None:
    lines = [line for line in guard_table(outcomes).splitlines() if line.startswith("| `grounded`")]
    assert len(lines) == 1
    assert int(lines[0].split("|")[4]) >= 10
