"""Where the server listens: loopback, unless the person names another address."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.review.browser.served import refiner, serving
from tests.review.browser.test_guard import send

if TYPE_CHECKING:
    from pathlib import Path


def own_address() -> str | None:
    """An address of this machine that is not loopback, or None; nothing is sent."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith(("127.", "0.")) else address


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.md"
    path.write_text("- What is a registy? #car\n\t- A store.\n", encoding="utf-8")
    refiner("refine", "--model", "none", path)
    return path


@pytest.mark.parametrize("host", [None, "127.0.0.2", "::1"])
def test_loopback_needs_no_warning(page: Path, host: str | None) -> None:
    told: list[str] = []
    with serving(page, *(["--host", host] if host else []), told=told) as address:
        parts = urlsplit(address)
        if host == "::1" and parts.port is None:
            pytest.skip("this machine has no IPv6")
        assert (parts.hostname, parts.port) != (None, None)
        assert (parts.hostname or "") == (host or "127.0.0.1")
    assert "warning" not in told[0]


def test_another_address_is_warned_of_and_is_the_only_name(page: Path) -> None:
    own = own_address()
    if own is None:
        pytest.skip("this machine has no address but loopback")
    told: list[str] = []
    with serving(page, "--host", own, told=told) as address:
        parts = urlsplit(address)
        assert parts.hostname == own
        assert parts.port is not None
        path = f"/?{parts.query}"
        for other in (f"127.0.0.1:{parts.port}", f"localhost:{parts.port}", "evil.example"):
            assert send(parts.port, "GET", path, {"Host": other}, to=own).status == 421
        assert send(parts.port, "GET", path, {"Host": parts.netloc}, to=own).status == 303
        with pytest.raises(OSError, match="refused"):
            send(parts.port, "GET", path, {"Host": parts.netloc})
    assert f"warning: `{own}` can be reached by other machines" in told[0]


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - refused
def test_all_addresses_at_once_are_refused_with_what_to_name_instead(page: Path, host: str) -> None:
    command = [sys.executable, "-m", "refiner", "serve", "--no-open", "--host", host, str(page)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "stands for all addresses" in run.stderr
    assert "hint: " in run.stderr
    assert run.stdout == ""
