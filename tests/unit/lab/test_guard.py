"""Who gets past the door, over HTTP and over a WebSocket."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from sansheng.lab.guard import Guard, Keys
from sansheng.lab.limits import MOST_BYTES

PORT = 8577
KEYS = Keys("the-host-key-of-this-lab", "a-class-key")
HERE = f"127.0.0.1:{PORT}"
SESSION = "0123456789abcdef"
HOST = f"sansheng-lab-{PORT}={KEYS.host}.{SESSION}"
GUEST = f"sansheng-lab-{PORT}={KEYS.guest}.{SESSION}"


class Behind:
    """What is behind the door: it notes who came, reads what they brought and answers."""

    def __init__(self) -> None:
        self.came: list[str] = []
        self.read = b""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.came.append(f"{scope['type']} {scope['path']} {scope['sansheng.visitor'].role}")
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        while True:
            message = await receive()
            self.read += message.get("body", b"")
            if not message.get("more_body"):
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"in"})


def knock(
    kind: str = "http",
    path: str = "/zh",
    *,
    query: str = "",
    body: tuple[bytes, ...] = (b"",),
    origins: tuple[str, ...] = (),
    **headers: str | None,
) -> tuple[list[dict[str, Any]], Behind]:
    said = {"host": HERE, "cookie": HOST} | headers
    scope = {
        "type": kind,
        "path": path,
        "query_string": query.encode(),
        "headers": [
            (name.replace("_", "-").encode(), value.encode("latin-1"))
            for name, value in said.items()
            if value is not None
        ],
    }
    parts = [
        {"type": "http.request", "body": part, "more_body": i < len(body) - 1}
        for i, part in enumerate(body)
    ]
    incoming = iter(parts if kind == "http" else [{"type": "websocket.connect"}])
    sent: list[dict[str, Any]] = []

    async def receive() -> Any:
        return next(incoming)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    behind = Behind()
    # Nothing here waits for anything, so no loop is needed; a browser's test may have one running.
    with contextlib.suppress(StopIteration):
        Guard(behind, keys=KEYS, port=PORT, origins=origins)(scope, receive, send).send(None)
        raise AssertionError("the guard waits for something")
    return sent, behind


def status(**how: Any) -> int:
    sent, behind = knock(**how)
    first = sent[0]
    assert bool(behind.came) == (first.get("status") == 200 or first["type"] == "websocket.accept")
    if first["type"].startswith("websocket"):
        return 101 if first["type"] == "websocket.accept" else 403
    return int(first["status"])


def test_who_has_the_cookie_comes_in() -> None:
    assert status() == 200
    assert status(kind="websocket", path="/_nicegui_ws/", origin=f"http://{HERE}") == 101


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "evil.example"},
        {"host": f"evil.example:{PORT}"},
        {"host": "127.0.0.1:80"},
        {"host": f"127.0.0.1.evil.example:{PORT}"},
        {"host": None},
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:80"},
        {"origin": f"https://{HERE}"},
        {"origin": "null"},
        {"cookie": None},
        {"cookie": "sansheng-lab-8577=wrong.0123456789abcdef"},
        {"cookie": f"sansheng-lab-8577={KEYS.host}"},
        {"cookie": f"sansheng-lab-8577={KEYS.host}x.{SESSION}"},
        {"cookie": f"sansheng-lab-8578={KEYS.host}.{SESSION}"},
        {"cookie": "sansheng-lab-8577=\xff\xfe.0123456789abcdef"},
    ],
    ids=str,
)
def test_a_wrong_host_origin_or_key_is_refused(kind: str, wrong: dict[str, str | None]) -> None:
    how = {"origin": f"http://{HERE}"} | wrong
    assert status(kind=kind, **how) in {401, 403, 421}


def test_a_socket_that_does_not_say_where_it_comes_from_is_refused() -> None:
    assert status(kind="websocket") == 403


def test_another_page_may_lead_here_but_ask_for_nothing() -> None:
    assert status(sec_fetch_site="cross-site", sec_fetch_mode="navigate") == 200
    assert status(sec_fetch_site="cross-site", sec_fetch_mode="no-cors") == 403
    assert status(sec_fetch_site="same-site", sec_fetch_mode="cors") == 403


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/zh/class", True),
        ("/en/class", True),
        ("/_nicegui/3/static/nicegui.js", True),
        ("/lab/lab.css", True),
        ("/zh", False),
        ("/zh/teacher", False),
        ("/en/teacher", False),
        ("/zh/class/../teacher", False),
        ("/labs", False),
    ],
)
def test_a_guest_opens_the_class_and_nothing_else(path: str, may: bool) -> None:
    assert (status(path=path, cookie=GUEST) == 200) is may


@pytest.mark.parametrize(
    ("key", "target"),
    [(KEYS.host, b"/zh"), (KEYS.guest, b"/zh/class"), ("wrong", None), ("", None)],
)
def test_a_key_is_exchanged_for_a_cookie_once(key: str, target: bytes | None) -> None:
    sent, behind = knock(path="/enter", query=f"key={key}&lang=zh", cookie=None)
    headers = dict(sent[0]["headers"])
    assert behind.came == []
    assert headers.get(b"location") == target
    if target is None:
        assert sent[0]["status"] == 401
        assert b"set-cookie" not in headers
    else:
        assert b"HttpOnly" in headers[b"set-cookie"]
        assert b"SameSite" in headers[b"set-cookie"]
        assert (
            status(cookie=headers[b"set-cookie"].decode().partition(";")[0], path=target.decode())
            == 200
        )


def test_two_browsers_with_one_key_are_two() -> None:
    cookies = {
        dict(knock(path="/enter", query=f"key={KEYS.guest}", cookie=None)[0][0]["headers"])[
            b"set-cookie"
        ]
        for _ in range(2)
    }
    assert len(cookies) == 2


def test_a_request_that_says_it_is_too_large_is_not_read() -> None:
    sent, behind = knock(content_length=str(MOST_BYTES + 1))
    assert sent[0]["status"] == 413
    assert behind.came == []


def test_a_request_that_lies_about_its_size_is_cut_off() -> None:
    _, behind = knock(body=(b"x" * MOST_BYTES, b"x", b"x"), content_length="1")
    assert len(behind.read) <= MOST_BYTES


def test_every_answer_forbids_what_pages_do_not_need() -> None:
    for how in ({}, {"cookie": None}, {"host": "evil.example"}):
        headers = dict(knock(**how)[0][0]["headers"])
        assert b"connect-src 'self'" in headers[b"content-security-policy"]
        assert b"frame-ancestors 'none'" in headers[b"content-security-policy"]
        assert headers[b"x-content-type-options"] == b"nosniff"


def test_an_address_in_front_of_the_lab_is_let_in_when_it_was_named() -> None:
    outside = "https://class.example.edu"
    how = {"host": "class.example.edu", "origin": outside}
    assert status(**how) == 421
    assert status(**how, origins=(outside,)) == 200


def test_keys_are_never_the_same_twice_and_hard_to_guess() -> None:
    keys = [Keys.fresh() for _ in range(20)]
    assert len({key.host for key in keys} | {key.guest for key in keys}) == 40
    assert all(len(key.host) >= 32 and len(key.guest) >= 12 for key in keys)
