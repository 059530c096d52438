"""The part of the month that :mod:`benchmarks.numpy_columns` is compared with, as the model runs it."""

from __future__ import annotations

import functools

import numpy as np

from benchmarks.numpy_columns import Column
from sansheng.core.references import refer
from sansheng.core.streams import fill_near
from sansheng.processes import burnout, quitting
from sansheng.processes.trace import open_channels
from sansheng.world.world import World, as_record


@functools.cache
def _channels() -> object:
    return refer(open_channels())


def burn_out_and_quit(world: World) -> None:
    """Let everybody burn out, think of quitting and serve a month more."""
    t, p = world.references, as_record(world.parameters)
    districts = t.districts.key.shape[0]
    burnout.burn(p, districts, t.subdistricts, t.communities, t.providers, t.workers)
    quitting.give_notice(world.key, world.month, p, t.districts, t.workers, _channels())


def luck_of(world: World) -> Column:
    """Return the draws with which people think of quitting this month, shape ``(worker,)``."""
    key = world.references.workers.key
    draws = np.empty(key.shape[0])
    fill_near(world.key, quitting._QUIT, world.month, key, draws)
    return draws
