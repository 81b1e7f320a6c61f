"""Requests that no page of ours sends, against a real server."""

from __future__ import annotations

from http.client import HTTPConnection
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.review.browser.served import refiner, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPResponse
    from pathlib import Path


class Server(NamedTuple):
    """A server, and the cookie of the browser that it belongs to."""

    port: int
    token_path: str
    cookie: str

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    path: Path = folder / "page.md"
    path.write_text("- What is a registy? #car\n\t- A store.\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        refiner("refine", "--model", "none", path)
        with serving(path) as address:
            parts = urlsplit(address)
            assert parts.port is not None
            first = send(parts.port, "GET", f"/?{parts.query}", {"Host": parts.netloc})
            cookie = first.getheader("set-cookie") or ""
            assert "HttpOnly" in cookie
            assert "SameSite=strict" in cookie
            yield Server(parts.port, f"/?{parts.query}", cookie.partition(";")[0])


def send(
    port: int,
    method: str,
    path: str,
    headers: dict[str, str],
    body: str | None = None,
    *,
    to: str = "127.0.0.1",
) -> HTTPResponse:
    connection = HTTPConnection(to, port, timeout=20)
    connection.putrequest(method, path, skip_host=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(None if body is None else body.encode())
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def good(server: Server) -> dict[str, str]:
    return {
        "Host": server.host,
        "Cookie": server.cookie,
        "Origin": f"http://{server.host}",
        "Sec-Fetch-Site": "same-origin",
    }


def test_our_own_pages_are_answered_with_a_strict_policy(server: Server) -> None:
    answer = send(server.port, "GET", "/", good(server))
    assert answer.status == 200
    policy = answer.getheader("content-security-policy") or ""
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.getheader("access-control-allow-origin") is None


def test_the_token_is_good_once(server: Server) -> None:
    answer = send(server.port, "GET", server.token_path, {"Host": server.host})
    assert answer.status == 403
    assert answer.getheader("set-cookie") is None


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"Host": "evil.example"}, 421, id="another host, as after DNS rebinding"),
        pytest.param({"Host": "127.0.0.1"}, 421, id="host without port"),
        pytest.param({"Host": "localhost.evil.example:80"}, 421, id="host that begins like ours"),
        pytest.param({"Cookie": ""}, 403, id="no cookie"),
        pytest.param({"Cookie": "refiner_1=x"}, 403, id="another cookie"),
        pytest.param({"Origin": "http://evil.example"}, 403, id="another origin"),
        pytest.param({"Origin": "null"}, 403, id="origin null"),
        pytest.param({"Origin": ""}, 403, id="empty origin"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="another site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="another port"),
    ],
)
def test_a_write_that_is_not_ours_is_refused(
    server: Server, changes: dict[str, str], status: int
) -> None:
    for path in ("/decide", "/apply", "/take-back", "/bulk", "/edit", "/undo"):
        answer = send(server.port, "POST", path, {**good(server), **changes}, "decision=accepted")
        assert answer.status == status


def test_a_write_without_an_origin_is_refused(server: Server) -> None:
    headers = {name: value for name, value in good(server).items() if name != "Origin"}
    assert send(server.port, "POST", "/apply", headers, "").status == 403


def test_a_huge_body_is_refused_unread(server: Server) -> None:
    headers = {**good(server), "Content-Length": "999999999"}
    assert send(server.port, "POST", "/edit", headers).status == 413


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_refused(server: Server, method: str) -> None:
    assert send(server.port, method, "/", good(server), "").status == 405


def test_reading_needs_the_cookie_and_our_host(server: Server) -> None:
    for path in ("/", "/decided", "/changes", "/assets/x.png", "/static/review.js"):
        assert send(server.port, "GET", path, {"Host": server.host}).status == 403
        hostile = {**good(server), "Host": "evil.example"}
        assert send(server.port, "GET", path, hostile).status == 421
