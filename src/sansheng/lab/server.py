"""The lab's server: on loopback, behind its guard, with worker processes beside it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from fastapi import Request
from nicegui import app, ui

from sansheng.core.errors import Problem, RunFailed
from sansheng.core.text import Language, Text
from sansheng.lab.classroom.lesson import Lesson
from sansheng.lab.draft import OFFERED_RULES
from sansheng.lab.guard import ENTRANCE, Guard, Keys, Visitor
from sansheng.lab.jobs.pool import Pool
from sansheng.lab.library import Library
from sansheng.lab.limits import MOST_BYTES
from sansheng.lab.pages.desk import desk
from sansheng.lab.pages.frame import LANGUAGES, Place, language_tag
from sansheng.lab.pages.pupil import Pupil
from sansheng.lab.pages.settings import PLACES, place_named
from sansheng.lab.pages.teacher import Teacher
from sansheng.lab.sessions import Session, Sessions
from sansheng.policy.load import lever_class, lever_names, rule_class

LOOPBACK = "127.0.0.1"
PORT = 8577
_SECONDS_TO_LEAVE = 3
_TITLE = Text("sansheng lab", "三声实验室")


@dataclass
class Lab:
    """One lab: its keys, its browsers, its processes.

    Parameters
    ----------
    library
        Results that browsers may open.
    keys
        What opens it.
    """

    library: Library
    keys: Keys = field(default_factory=Keys.fresh)

    def __post_init__(self) -> None:
        self.pool = Pool()
        self.sessions = Sessions(self.pool)
        self.lesson = Lesson()

    def place(self, request: Request, lang: Language) -> Place:
        """Return where a browser is that asks for a page."""
        visitor: Visitor = request.scope["sansheng.visitor"]
        session = self.sessions.of(visitor.session, visitor.role)
        self._notice(session)
        return Place(session, self.sessions, lang)

    def _notice(self, session: Session) -> None:
        """See when the page that is being built is opened and closed."""
        client = ui.context.client
        client.on_connect(lambda: self.sessions.opened(session, client.id))
        client.on_disconnect(lambda: self.sessions.left(session, client.id))
        client.on_delete(lambda: self.sessions.left(session, client.id))

    def close(self) -> None:
        """End all processes and remove all that was run."""
        self.pool.close()
        self.sessions.close()


def serve(
    library: Library,
    *,
    port: int | None = None,
    origins: Sequence[str] = (),
    ready: Callable[[Lab, str, str], Any],
) -> None:
    """Serve the lab until it is interrupted.

    Parameters
    ----------
    library
        Results that browsers may open.
    port
        Where to listen; left out, the lab's own, or any if that is taken.
    origins
        Addresses under which a tunnel or proxy offers the lab.
    ready
        Called once it answers, with the lab, where this machine finds it and where a class does.

    Raises
    ------
    RunFailed
        If the port is taken.
    """
    number = free_port(port)
    lab = Lab(library)
    _read_ahead()
    base = origins[0] if origins else f"http://{LOOPBACK}:{number}"

    def link(lang: Language) -> str:
        return entrance(base, lab.keys.guest, lang)

    _assets()
    for lang in LANGUAGES:
        _page(lang, "", lambda place: desk(place, lab.library), lab)
        _page(lang, "class", lambda place: Pupil(place, lab.lesson).build(), lab)
        _page(
            lang, "teacher", lambda place: Teacher(place, lab.lesson, link(place.lang)).build(), lab
        )
    app.add_middleware(Guard, keys=lab.keys, port=number, origins=tuple(origins))
    app.on_startup(lambda: ready(lab, f"http://{LOOPBACK}:{number}", base))
    app.on_shutdown(lab.close)
    app.timer(1.0, lab.sessions.sweep)
    lab.pool.start()
    try:
        ui.run(
            host=LOOPBACK,
            port=number,
            title="sansheng",
            favicon=_ICON,
            show=False,
            reload=False,
            tailwind=False,
            show_welcome_message=False,
            reconnect_timeout=5.0,
            binding_refresh_interval=None,
            uvicorn_logging_level="error",
            ws_max_size=MOST_BYTES * 2,
            timeout_graceful_shutdown=_SECONDS_TO_LEAVE,
            server_header=False,
        )
    finally:
        lab.close()


def entrance(base: str, key: str, lang: Language) -> str:
    """Return the address that lets a browser in; ``base`` is where it finds the lab."""
    return f"{base}{ENTRANCE}?key={key}&lang={lang}"


def free_port(asked: int | None) -> int:
    """Return a port that nobody listens on.

    Raises
    ------
    RunFailed
        If the one that was asked for is taken.
    """
    for port in (asked,) if asked is not None else (PORT, 0):
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError as error:
                if port == 0 or asked is not None:
                    text = Text(
                        f"port {asked} is not free: {error.strerror}; leave --port out for another",
                        f"端口 {asked} 不可用：{error.strerror}；可省略 --port 另选",
                    )
                    raise RunFailed(Problem(text)) from error
            else:
                return int(probe.getsockname()[1])
    raise AssertionError("one of the ports is any that is free")


def _read_ahead() -> None:
    """Load what the first page would otherwise wait for."""
    for place in PLACES:
        place_named(place)
    for rule in OFFERED_RULES:
        rule_class(rule)
    for lever in lever_names():
        lever_class(lever)


def _page(lang: Language, name: str, build: Callable[[Place], None], lab: Lab) -> None:
    path = f"/{lang}/{name}" if name else f"/{lang}"

    @ui.page(path, title=_TITLE.get(lang), language=language_tag(lang))
    def page(request: Request) -> None:
        build(lab.place(request, lang))


_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#004a75"/>'
    '<path d="M7 10h18M9 16h14M7 22h18" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>'
)


def _assets() -> None:
    """Offer what pages load, each file by its own address."""
    package = Path(str(resources.files("sansheng")))
    for path in (
        package / "report" / "assets" / "echarts.min.js",
        package / "report" / "assets" / "charts.js",
        package / "lab" / "assets" / "lab.js",
        package / "lab" / "assets" / "lab.css",
    ):
        app.add_static_file(local_file=path, url_path=f"/lab/{path.name}")
    font = package / "pictures" / "fonts" / "NotoSansSC-Regular.ttf"
    app.add_static_file(local_file=font, url_path="/lab/font.ttf")
