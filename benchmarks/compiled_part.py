"""The part of the month that :mod:`benchmarks.numpy_columns` is compared with, as the model runs it."""

from __future__ import annotations

import functools
from typing import Any

import numba
import numpy as np

from benchmarks.numpy_columns import Column
from sansheng.core.references import refer
from sansheng.core.streams import Key, fill_near
from sansheng.processes import burnout, quitting
from sansheng.processes.trace import open_channels
from sansheng.world.schema import Tables
from sansheng.world.world import World, constants


@functools.cache
def _channels() -> object:
    return refer(open_channels())


@numba.njit  # kept nowhere: the package's cache does not know this file
def _months(n: int, key: Key, now: int, p: Any, t: Tables, h: Any) -> None:
    districts = t.districts.key.shape[0]
    for _ in range(n):
        burnout.burn(p, districts, t.subdistricts, t.communities, t.providers, t.workers)
        quitting.give_notice(key, now, p, t.districts, t.workers, h)


def burn_out_and_quit(world: World, times: int = 1) -> None:
    """Let everybody burn out, think of quitting and serve a month more, so many times within one call."""
    p = constants(world.parameters)
    _months(times, world.key, world.month, p, world.references, _channels())


def luck_of(world: World) -> Column:
    """Return the draws with which people think of quitting this month, shape ``(worker,)``."""
    key = world.references.workers.key
    draws = np.empty(key.shape[0])
    fill_near(world.key, quitting._QUIT, world.month, key, draws)
    return draws
