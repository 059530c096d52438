"""Who is let in, and who is not: over HTTP and over the socket of a page."""

from __future__ import annotations

import re
import socket
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from sansheng.lab.limits import MOST_BYTES
from tools.lab_driver import Lab

SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"


def cookie_of(link: str) -> dict[str, str]:
    """The cookie that a key is exchanged for."""
    answer = httpx.get(link)
    assert answer.status_code == 303
    name, value = re.match(r"([^=]+)=([^;]+)", answer.headers["set-cookie"]).groups()  # type: ignore[union-attr]
    return {"cookie": f"{name}={value}"}


@pytest.fixture(scope="module")
def host(lab: Lab) -> dict[str, str]:
    return cookie_of(lab.host)


@pytest.fixture(scope="module")
def guest(lab: Lab) -> dict[str, str]:
    return cookie_of(lab.guest)


def status(lab: Lab, path: str, **headers: str) -> int:
    return httpx.get(f"{lab.base}{path}", headers=headers).status_code


def refused(error: InvalidStatus) -> bool:
    return error.response.status_code == 403


def socket_opens(lab: Lab, headers: dict[str, str], host: str | None = None) -> bool:
    """Whether the lab takes a socket, and greets it."""
    url = f"ws://{host or urlsplit(lab.base).netloc}{SOCKET}"
    origin = headers.pop("origin", None)
    plain = socket.create_connection(("127.0.0.1", lab.port), timeout=30)
    try:
        with connect(
            url,
            sock=plain,
            origin=origin,  # type: ignore[arg-type]
            additional_headers=headers,
            open_timeout=30,
        ) as opened:
            return str(opened.recv(timeout=30)).startswith("0{")
    except InvalidStatus as error:
        return not refused(error)
    except ConnectionClosed:
        return False


def test_the_key_opens_the_lab_and_leaves_the_address(lab: Lab) -> None:
    answer = httpx.get(lab.host)
    assert answer.status_code == 303
    assert "key" not in answer.headers["location"]
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite" in answer.headers["set-cookie"]


@pytest.mark.parametrize("key", ["", "x", "%00", "%ff", "a" * 5000])
def test_a_wrong_key_opens_nothing(key: str, lab: Lab) -> None:
    answer = httpx.get(f"{lab.base}/enter?key={key}")
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/zh", "/en/class", "/zh/teacher", "/lab/lab.js", "/", "/nowhere"]
)
def test_nothing_is_shown_without_the_cookie(path: str, lab: Lab) -> None:
    assert status(lab, path) == 401
    assert status(lab, path, cookie=f"sansheng-lab-{lab.port}=guessed.{'x' * 20}") == 401


def test_a_page_of_another_name_is_refused(lab: Lab, host: dict[str, str]) -> None:
    assert status(lab, "/zh", **host) == 200
    for other in (
        "evil.example",
        f"evil.example:{lab.port}",
        "127.0.0.1",
        f"127.0.0.1.evil.example:{lab.port}",
    ):
        assert status(lab, "/zh", **host, host=other) == 421


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1"]
)
def test_a_page_of_another_origin_is_refused(origin: str, lab: Lab, host: dict[str, str]) -> None:
    assert status(lab, "/zh", **host, origin=origin) == 403
    assert (
        status(lab, "/zh", **host, **{"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"})
        == 403
    )
    assert not socket_opens(lab, {**host, "origin": origin})


def test_the_socket_opens_to_the_page_alone(
    lab: Lab, host: dict[str, str], guest: dict[str, str]
) -> None:
    assert socket_opens(lab, {**host, "origin": lab.base})
    assert socket_opens(lab, {**guest, "origin": lab.base})
    assert not socket_opens(lab, {**host})
    assert not socket_opens(lab, {"origin": lab.base})
    assert not socket_opens(
        lab, {"cookie": f"sansheng-lab-{lab.port}=wrong.{'x' * 20}", "origin": lab.base}
    )
    assert not socket_opens(lab, {**host, "origin": lab.base}, host=f"evil.example:{lab.port}")


@pytest.mark.parametrize("path", ["/zh", "/en", "/zh/teacher", "/en/teacher", "/nowhere"])
def test_a_guest_gets_the_class_and_nothing_else(
    path: str, lab: Lab, guest: dict[str, str]
) -> None:
    assert status(lab, path, **guest) == 403
    assert status(lab, "/zh/class", **guest) == status(lab, "/en/class", **guest) == 200


def test_a_body_above_the_limit_is_refused(lab: Lab, host: dict[str, str]) -> None:
    large = b"x" * (MOST_BYTES + 1)
    answer = httpx.post(f"{lab.base}/zh", headers=host, content=large)
    assert answer.status_code == 413
    assert httpx.post(f"{lab.base}/zh", headers=host, content=b"x").status_code != 413


def test_every_answer_forbids_to_load_from_elsewhere(lab: Lab, host: dict[str, str]) -> None:
    for headers in ({}, host):
        answer = httpx.get(f"{lab.base}/zh", headers=headers)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
