"""Compile the model before it runs, by several processes at once.

Steps of the month are compiled apart from each other (:mod:`sansheng.core.calls`) and meet on disk. This process and
its helpers each take the next that nobody has claimed, the dearest first. A helper that cannot start, or dies, costs
time and nothing else: what is not on disk is compiled where it is needed.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from numba.core import config

from sansheng.core.kernels import cache_folder, kernels_are_compiled
from sansheng.month import MONTH, PARAMETERS, compile_step, open_world, pass_months
from sansheng.outcomes.recorder import make_recorder
from sansheng.policy.load import make_rule
from sansheng.study.engine import usable_cores
from sansheng.world.place import load_place

_config: Any = config  # its settings are set when it is imported

PLACE = "classroom"
"""Where a month is let pass: a small place, as what is compiled is the same for all."""

MOST_HELPERS = 3
"""Processes that help; with more, the dearest step alone would take as long as all others."""

_DEAREST = ("workforce", "providers", "effort", "tender", "record", "settle", "needs", "verify")
_TASKS = (*_DEAREST, *(step.name for step in MONTH if step.name not in _DEAREST))
"""Steps by how long they take to compile."""


def compile_all() -> None:
    """Compile the model, with the help of other processes where there are cores for them, and let a month pass."""
    with _garbage_kept(), tempfile.TemporaryDirectory() as claims, _helpers(claims):
        world = open_world(load_place(PLACE, PARAMETERS), {}, 0, 0, 0)
        _compile_unclaimed(claims)
    with _garbage_kept():
        record = make_recorder(0, 1, world.tables.communities.key.shape[0])
        pass_months(world, make_rule("per_household"), record, 1)


def help_out(claims: str) -> None:
    """Compile what nobody has claimed, and end at once when who asked for it does."""
    threading.Thread(target=_end_with_the_other, daemon=True).start()
    with _garbage_kept():
        _compile_unclaimed(claims)


def _end_with_the_other() -> None:
    sys.stdin.read()
    os._exit(1)


def _compile_unclaimed(claims: str) -> None:
    place = load_place(PLACE, PARAMETERS)
    for name in _TASKS:
        try:
            (Path(claims) / name).touch(exist_ok=False)
        except FileExistsError:
            continue
        compile_step(name, place)


@contextmanager
def _helpers(claims: str) -> Iterator[None]:
    """Let other processes compile along, and wait for them."""
    useful = cache_folder() and not kernels_are_compiled() and not _config.DISABLE_JIT
    count = min(usable_cores() - 1, MOST_HELPERS) if useful else 0
    helpers = [helper for _ in range(count) if (helper := _start(claims)) is not None]
    try:
        yield
        for helper in helpers:
            helper.wait()
    finally:
        for helper in helpers:
            helper.kill()
            helper.communicate()


def _start(claims: str) -> subprocess.Popen[bytes] | None:
    """Start a helper that finds modules where this process does; None where no process can be started."""
    command = [sys.executable, "-c", f"from {__name__} import help_out; help_out({claims!r})"]
    settings = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    nowhere = subprocess.DEVNULL
    try:
        return subprocess.Popen(
            command, env=settings, stdin=subprocess.PIPE, stdout=nowhere, stderr=nowhere
        )
    except OSError:
        return None


@contextmanager
def _garbage_kept() -> Iterator[None]:
    """Look for no garbage.

    The compiler makes millions of objects that stay until it is done; looking through them again and again would
    take a third of the time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
