"""Worlds that were warmed up, kept for whoever asks for the same again.

Somebody who moves a slider runs the same past over and over: it depends on the place, the luck and the baseline's first
rule, and on nothing that another scenario says. A process that is asked again and again may keep what it warmed up.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING

from sansheng.policy.rule import Rule
from sansheng.world.world import World

if TYPE_CHECKING:
    from sansheng.study.config import Study
    from sansheng.world.place import Place


class Pasts:
    """The worlds that a process keeps, those asked for last.

    Parameters
    ----------
    room
        Bytes of all of them together; none are kept where there is none.
    """

    def __init__(self, room: int = 0) -> None:
        self.room = room
        self._kept: OrderedDict[Hashable, World] = OrderedDict()
        self._taken = 0

    def get(self, key: Hashable | None, make: Callable[[], World]) -> World:
        """Return a world of one's own: a copy of the one that is kept, else a new one.

        Parameters
        ----------
        key
            All that it depends on; None for one that is not kept.
        make
            Makes it.
        """
        if key is None or not self.room:
            return make()
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key].copy()
        world = make()
        self._kept[key] = world.copy()
        self._taken += _bytes(world)
        while self._taken > self.room:
            self._taken -= _bytes(self._kept.popitem(last=False)[1])
        return world


PASTS = Pasts()
"""What this process keeps: nothing, unless it is told that it will be asked again."""


def key_of(
    study: Study, place: Place, rule: Rule, draw: Mapping[str, float], replicate: int
) -> Hashable | None:
    """Return all that the past of a replicate depends on; None where it may depend on more.

    A rule of one's own may keep something in mind, and its code may change.
    """
    if any(True for _ in study.scenarios[study.baseline].rule.codes()):
        return None
    return (
        study.place,
        study.own_place.text if study.own_place is not None else None,
        place.first_district,
        len(place.parts),
        repr(rule.identity()),
        repr(sorted({**study.parameters, **draw}.items())),
        study.seed,
        study.start.index,
        study.warm_up,
        replicate,
    )


def _bytes(world: World) -> int:
    return sum(int(column.nbytes) for table in world.tables for column in table)
