"""What `--engine ray` needs, without a cluster."""

from __future__ import annotations

import asyncio
import importlib.util
from typing import TYPE_CHECKING

import pytest

from refiner.cluster import engine
from refiner.cluster.worker import Asking, looked
from refiner.errors import EndpointError, UserError
from refiner.llm.budget import Limits
from refiner.llm.choice import ModelChoice
from refiner.version import VERSION
from tests.llm.played import KEY, make

if TYPE_CHECKING:
    from refiner.llm.asking import Asked
    from tests.llm.fixtures import Refiner
    from tests.llm.played import Server

AT = ("--model", "m", "--base-url", "http://127.0.0.1:9/v1")


def test_the_embedded_model_stays_in_its_process(refiner: Refiner) -> None:
    code, _, told = refiner("refine", "--engine", "ray")
    assert code == 2
    assert "`--base-url URL --model NAME`" in told


def test_an_address_goes_with_the_engine(refiner: Refiner) -> None:
    code, _, told = refiner("refine", "--address", "10.0.0.1:6379", *AT)
    assert code == 2
    assert "`--engine ray`" in told


def test_without_the_extra_it_says_what_to_install(
    refiner: Refiner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "find_spec", lambda _name: None)
    code, _, told = refiner("refine", "--engine", "ray", *AT)
    assert code == 1
    assert "'.[cluster]'" in told


@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs the extra `cluster`")
def test_an_address_where_nobody_is_is_said(refiner: Refiner) -> None:
    code, _, told = refiner("refine", "--engine", "ray", "--address", "nothing:at:all", *AT)
    assert code == 1
    assert "no Ray cluster can be joined at `nothing:at:all`" in told


def test_a_worker_takes_its_key_from_its_own_environment(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def asked() -> Asked:
        async with Asking(ModelChoice("m", server.endpoint.base_url), Limits(), VERSION) as worker:
            return await worker.ask(make("a"), None, has_answered=False)

    choice = ModelChoice("m", "https://example.org/v1")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(EndpointError, match="holds no key"):
        asyncio.run(Asking(choice, Limits(), VERSION).ready())
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert asyncio.run(asked()).stored is not None
    assert server.keys == [f"Bearer {KEY}"]


def test_another_version_is_refused() -> None:
    worker = Asking(ModelChoice("m", "http://127.0.0.1:9/v1"), Limits(), "0.0")
    with pytest.raises(UserError, match="a machine of the cluster has refiner"):
        asyncio.run(worker.ready())


def test_a_stage_is_done_page_by_page() -> None:
    assert looked(abs, [-1, 2]) == [1, 2]


def test_rates_are_shared_out() -> None:
    assert engine.share_of(100, 3) == 33
    assert engine.share_of(2, 3) == 1
    assert engine.share_of(None, 3) is None
