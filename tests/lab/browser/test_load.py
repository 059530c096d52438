"""A class of thirty at once, while two ensembles run."""

from __future__ import annotations

import ast
import asyncio
import json
import random
import re
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import httpx
import numpy as np
import pytest
import socketio

from tools.lab_driver import SECONDS, Door, Lab, until

PUPILS = 30
CHANGES = 5
PAUSE = 2.5
"""Seconds between two changes of one pupil, at most."""

Element = dict[str, Any]


class Pupil:
    """A page of the class without a browser: it knows the elements and says what a browser would say."""

    def __init__(self, lab: Lab, number: int) -> None:
        self.lab, self.number = lab, number
        self.client = socketio.AsyncClient(reconnection=False)
        self.elements: dict[str, Element] = {}
        self.heard = asyncio.Condition()
        self.seconds: dict[str, list[float]] = {"page": [], "answer": []}
        self.id = ""

    async def open(self) -> None:
        """Load the page and open its socket."""
        before = time.perf_counter()
        async with httpx.AsyncClient(timeout=SECONDS, follow_redirects=True) as http:
            page = (await http.get(self.lab.guest)).text
            cookies = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
        raw = re.search(r"parseElements\(String\.raw`(.*?)`\)", page, re.DOTALL)
        asked = re.search(r"query: (\{.*?\}),\n", page)
        assert raw is not None
        assert asked is not None
        text = raw.group(1)
        for sign, code in (
            ("$", "&#36;"),
            ("`", "&#96;"),
            (">", "&gt;"),
            ("<", "&lt;"),
            ("&", "&amp;"),
        ):
            text = text.replace(code, sign)
        self.elements = json.loads(text)
        query = ast.literal_eval(asked.group(1))
        self.id = query["client_id"]
        query |= {
            "implicit_handshake": "true",
            "tab_id": str(uuid.uuid4()),
            "document_id": str(uuid.uuid4()),
        }
        self.client.on("update", self._update)
        await self.client.connect(
            f"{self.lab.base}?{urlencode(query)}",
            headers={"cookie": cookies, "origin": self.lab.base},
            socketio_path="/_nicegui_ws/socket.io",
            transports=["websocket"],
            wait_timeout=int(SECONDS),
        )
        self.seconds["page"].append(time.perf_counter() - before)

    async def _update(self, said: dict[str, Any]) -> None:
        async with self.heard:
            for number, element in said.items():
                if element is None:
                    self.elements.pop(number, None)
                elif number != "_id":
                    self.elements[number] = element
            self.heard.notify_all()

    def find(self, **props: object) -> tuple[str, Element] | None:
        """Return the element with some attributes."""
        for number, element in self.elements.items():
            has = element.get("props", {})
            if all(has.get(key) == value for key, value in props.items()):
                return number, element
        return None

    async def say(self, kind: str, value: object = None, **props: object) -> None:
        """Say what a browser says when something happens to an element."""
        found = self.find(**props)
        assert found is not None, props
        number, element = found
        listener = next(one for one in element["events"] if one["type"] == kind)
        args = [] if value is None else [json.dumps(value)]
        message = {
            "id": int(number),
            "client_id": self.id,
            "listener_id": listener["listener_id"],
            "args": args,
        }
        await self.client.emit("event", message)

    async def answer(self, there: Callable[[], object]) -> None:
        """Wait until the lab has answered."""
        before = time.perf_counter()
        async with self.heard:
            await asyncio.wait_for(self.heard.wait_for(there), SECONDS)
        self.seconds["answer"].append(time.perf_counter() - before)

    async def attend(self) -> None:
        """Join, predict, and think again and again."""
        luck = random.Random(self.number)
        await asyncio.sleep(luck.uniform(0.0, PAUSE))
        await self.open()
        await self.say("input", f"Pupil {self.number}", id="name")
        await self.say("click", id="join")
        await self.answer(lambda: self.find(id="hand-in"))
        for i in range(CHANGES):
            await asyncio.sleep(luck.uniform(0.0, PAUSE))
            size = f"{1 + i}.{self.number % 10}"
            await self.say("change", name="sign", value=luck.choice(("better", "worse")))
            await self.say("input", size, id="size")
            await self.say("click", id="hand-in")
            await self.answer(
                lambda size=size: (
                    self.find(id="size", **{"^value": size}) and self.find(id="handed-in")
                )
            )
        await self.client.disconnect()


async def attended(lab: Lab) -> list[Pupil]:
    pupils = [Pupil(lab, i) for i in range(PUPILS)]
    await asyncio.gather(*(pupil.attend() for pupil in pupils))
    return pupils


def test_thirty_pupils_are_answered_while_two_ensembles_run(
    door: Door, lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    teacher = door.host().go("/zh/teacher")
    if teacher.see("activity").input_value() != "predict":
        teacher.choose_anew("activity", "predict")
    teacher.see("reset").click()
    hosts = [door.host(), door.host()]
    for host in hosts:
        host.compare("per_household", "task_based", place="chenghua-2015", years=5, replicates=200)
        host.run()
    until(lambda: all(host.page.locator("#status progress[value]").count() for host in hosts))
    with ThreadPoolExecutor(1) as thread:  # where the browser's loop does not run
        pupils = thread.submit(asyncio.run, attended(lab)).result()
    assert all(host.page.locator("#status progress[value]").count() for host in hosts)
    until(lambda: f"{PUPILS} 人已提交" in teacher.see("handed").inner_text())
    with capsys.disabled():
        for what in ("page", "answer"):
            seconds = np.concatenate([pupil.seconds[what] for pupil in pupils])
            middle, most, worst = np.quantile(seconds, [0.5, 0.95, 1.0])
            print(
                f"\n{len(seconds)} × {what}: median {middle:.3f} s, 95% {most:.3f} s, worst {worst:.3f} s"
            )
    assert all(len(pupil.seconds["answer"]) == 1 + CHANGES for pupil in pupils)
    assert most < 10.0
    for host in hosts:
        host.see("stop").click()
    teacher.see("reset").click()
