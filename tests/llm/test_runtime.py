"""How many threads the embedded model gets, and what is told of its runtime."""

from __future__ import annotations

import os
from types import ModuleType

import pytest

from refiner.llm import runtime
from refiner.llm.runtime import (
    WAITING,
    built_for,
    described,
    patient_threads,
    spinning_threads,
    thread_count,
)

WHEEL = "CPU : SSE3 = 1 | AVX = 1 | AVX2 = 1 | AVX512 = 0 | OPENMP = 1 | REPACK = 1 | "


def llama(info: str) -> ModuleType:
    module = ModuleType("xllamacpp")
    module.__dict__.update(get_system_info=lambda: info, __version__="1.2")
    return module


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 2), (4, 3), (16, 15)])
def test_threads_that_sleep_take_all_cores_but_one_of_many(cores: int, threads: int) -> None:
    assert patient_threads(cores) == threads


@pytest.mark.parametrize(
    ("cores", "load", "threads"),
    [(2, 0.1, 2), (2, 0.9, 1), (2, 9.0, 1), (8, 0.0, 7), (8, 3.0, 5), (1, 0.0, 1)],
)
def test_threads_that_spin_leave_busy_cores_alone(cores: int, load: float, threads: int) -> None:
    assert spinning_threads(cores, load) == threads


@pytest.mark.parametrize(
    ("info", "policy", "threads"),
    [(WHEEL, "passive", 2), (WHEEL, "active", 1), (WHEEL.replace("OPENMP", "X"), "passive", 1)],
    ids=["asleep", "spinning by the person's wish", "built without OpenMP"],
)
def test_a_busy_machine_takes_threads_only_from_a_runtime_that_spins(
    monkeypatch: pytest.MonkeyPatch, info: str, policy: str, threads: int
) -> None:
    monkeypatch.setattr(runtime, "usable_cores", lambda: 2)
    monkeypatch.setattr(os, "getloadavg", lambda: (5.0, 5.0, 5.0))
    monkeypatch.setenv(WAITING, policy)
    assert thread_count(llama(info)) == threads


def test_what_the_runtime_was_built_with_is_read_from_its_own_words() -> None:
    assert built_for(llama(WHEEL)) == {"SSE3", "AVX", "AVX2", "OPENMP", "REPACK"}


def test_what_the_cpu_has_and_the_runtime_leaves_is_told() -> None:
    told = described(llama(WHEEL), frozenset({"AVX", "AVX2", "AVX512", "AVX512_VNNI"}))
    assert told.startswith("xllamacpp 1.2, uses AVX, AVX2; this CPU also has AVX512, AVX512_VNNI:")
    assert "docs/local-model.md" in told


def test_a_runtime_for_this_cpu_leaves_nothing_to_wish_for() -> None:
    told = described(llama(WHEEL), frozenset({"AVX", "AVX2"}))
    assert told == "xllamacpp 1.2, uses AVX, AVX2: all that this CPU offers"
