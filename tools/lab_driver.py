"""Drive the lab as its visitors do: start it, open its pages in a browser, choose, run, read."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

SECONDS = 60.0
"""What anything may take on a busy machine before it counts as failed."""

PATHS = os.pathsep.join(sys.path)
"""Where a lab finds the package that this process finds."""

Size = tuple[int, int]
DESK, PHONE, PROJECTOR = (1280, 800), (390, 844), (1920, 1080)


@dataclass
class Lab:
    """A lab that runs: its process and the addresses that it printed."""

    process: subprocess.Popen[bytes]
    host: str
    guest: str
    complaints: Path

    @property
    def base(self) -> str:
        """Its address without a path."""
        parts = urlsplit(self.host)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def port(self) -> int:
        """Where it listens."""
        port = urlsplit(self.host).port
        assert port is not None
        return port


@contextmanager
def running_lab(
    *words: str, paths: str = "", cwd: Path | None = None, scratch: Path | None = None
) -> Iterator[Lab]:
    """Start a lab as a user does; end it as Ctrl-C does.

    Parameters
    ----------
    words
        Of the command, after ``sansheng lab``.
    paths
        Where the package is, if it is not installed.
    cwd
        Where the command is given.
    scratch
        Where the lab keeps what lasts as long as itself.
    """
    with tempfile.TemporaryDirectory() as folder:
        said, complaints = Path(folder, "said"), Path(folder, "complaints")
        with said.open("wb") as out, complaints.open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "sansheng", "lab", "--no-browser", *words],
                stdout=out,
                stderr=errors,
                cwd=cwd,
                env=_surroundings(paths, scratch),
            )
        try:
            links = _links(process, said, complaints)
            yield Lab(process, *links, complaints)
        finally:
            _end(process)


def _surroundings(paths: str, scratch: Path | None) -> dict[str, str]:
    """Return the environment of a lab: not that of a test, in which NiceGUI serves otherwise."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    if paths:
        kept["PYTHONPATH"] = paths
    if scratch is not None:
        kept["TMPDIR"] = str(scratch)
    return kept


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _links(process: subprocess.Popen[bytes], said: Path, complaints: Path) -> tuple[str, str]:
    def there() -> bool:
        assert process.poll() is None, complaints.read_text(encoding="utf-8")
        return said.read_text(encoding="utf-8").count("\n") >= 3

    until(there)
    host, guest = re.findall(r"http\S+", said.read_text(encoding="utf-8"))
    return host, guest


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(15.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(15.0)


def until(condition: Callable[[], object], seconds: float = SECONDS) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it has not come about"
        time.sleep(0.05)


@dataclass
class Visitor:
    """A browser of its own, with a page of the lab, and all that it complained of or asked for."""

    context: BrowserContext
    page: Page
    lab: Lab
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note complaints and requests from now on."""
        page = self.page
        page.on(
            "console",
            lambda said: (
                self.complaints.append(said.text) if said.type in {"error", "warning"} else None
            ),
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.context.on("request", lambda request: self.asked.append(request.url))
        page.on("websocket", lambda socket: self.asked.append(socket.url))

    def elsewhere(self) -> list[str]:
        """Return what was asked of anybody but the lab."""
        own = ("data:", "blob:", "about:")
        place = urlsplit(self.lab.base).netloc
        return [
            url for url in self.asked if not url.startswith(own) and urlsplit(url).netloc != place
        ]

    # Where to go

    def enter(self, lang: str = "zh", role: Literal["host", "guest"] = "host") -> Visitor:
        """Come in with a key, and wait until the page lives."""
        link = self.lab.host if role == "host" else self.lab.guest
        self.page.goto(re.sub(r"lang=\w+", f"lang={lang}", link))
        return self.settle()

    def go(self, path: str) -> Visitor:
        """Open another page of the lab."""
        self.page.goto(f"{self.lab.base}{path}")
        return self.settle()

    def settle(self) -> Visitor:
        """Wait until the page hears the lab."""
        self.page.wait_for_function("window.did_handshake === true", timeout=SECONDS * 1000)
        return self

    # What to do

    def by_id(self, id: str) -> Locator:
        """Return the element of an id."""
        return self.page.locator(f"[id={id}]")

    def see(self, id: str) -> Locator:
        """Return the element of an id once it is in sight."""
        found = self.by_id(id)
        found.wait_for(timeout=SECONDS * 1000)
        return found

    def choose(self, id: str, value: str) -> None:
        """Choose from a list."""
        self.see(id).select_option(value)

    def choose_anew(self, id: str, value: str) -> None:
        """Choose from a list of the kind that is built anew when something is chosen from it."""
        old = self.see(id).element_handle()
        self.choose(id, value)
        self.page.wait_for_function("(old) => !old.isConnected", arg=old)
        self.see(id)

    def compare(
        self,
        *rules: str,
        place: str = "classroom",
        years: int = 1,
        replicates: int = 10,
    ) -> None:
        """Set the controls."""
        self.choose("place", place)
        for i, rule in enumerate(rules):
            self.choose(f"rule-{i}", rule)
        self.choose("years", str(years))
        self.choose("replicates", str(replicates))

    def run(self) -> None:
        """Start what the controls say."""
        self.see("run").click()

    def finish(self) -> None:
        """Run, and wait until the results are there."""
        before = self.page.locator("#took")
        old = before.element_handle() if before.count() else None
        self.run()
        if old is not None:
            self.page.wait_for_function("(old) => !old.isConnected", arg=old)
        self.see("took")
        self.see("finding")

    def look(self, name: str) -> Locator:
        """Open a tab of the results, and return its panel once it shows something."""
        self.see(f"tab-{name}").click()
        self.page.wait_for_selector(f"[id=tab-{name}][aria-selected=true]")
        panel = self.see("panel")
        self.page.wait_for_function(
            """() => {
              const panel = document.getElementById("panel");
              const charts = [...panel.querySelectorAll("[data-chart]")];
              return panel.querySelector("section") && charts.every((one) => one.dataset.drawn === "yes");
            }""",
            timeout=SECONDS * 1000,
        )
        return panel

    def join(self, name: str) -> None:
        """Take part in the class under a name."""
        self.see("name").fill(name)
        self.see("join").click()

    def predict(self, sign: str, size: str) -> None:
        """Hand in a prediction."""
        self.page.check(f"input[value={sign}]")
        self.see("size").fill(size)
        self.see("hand-in").click()


TABS = ("compare", "gains", "money", "community", "worker", "share")


class Door:
    """Lets visitors of a lab in, each with a browser of its own, and sees them out."""

    def __init__(self, browser: Browser, lab: Lab) -> None:
        self.browser, self.lab = browser, lab
        self.inside: list[Visitor] = []

    def visitor(
        self, lang: str = "zh", *, size: Size = DESK, bypass_csp: bool = False, scale: float = 1.0
    ) -> Visitor:
        """Return a visitor who has opened nothing yet."""
        width, height = size
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale={"zh": "zh-CN", "en": "en-GB"}[lang],
            bypass_csp=bypass_csp,
            device_scale_factor=scale,
            reduced_motion="reduce",
        )
        context.set_default_timeout(SECONDS * 1000)
        visitor = Visitor(context, context.new_page(), self.lab)
        visitor.watch()
        self.inside.append(visitor)
        return visitor

    def host(
        self, lang: str = "zh", *, size: Size = DESK, bypass_csp: bool = False, scale: float = 1.0
    ) -> Visitor:
        """Return a visitor at the desk."""
        return self.visitor(lang, size=size, bypass_csp=bypass_csp, scale=scale).enter(lang)

    def guest(
        self, lang: str = "zh", *, size: Size = PHONE, bypass_csp: bool = False, scale: float = 1.0
    ) -> Visitor:
        """Return a visitor in the class."""
        made = self.visitor(lang, size=size, bypass_csp=bypass_csp, scale=scale)
        return made.enter(lang, "guest")

    def close(self) -> None:
        """See everybody out."""
        for visitor in self.inside:
            visitor.context.close()
        self.inside.clear()
