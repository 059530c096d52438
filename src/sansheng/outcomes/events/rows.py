"""Rows of the log: collected a few at a time, put together once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sansheng.core.tables import F64, I64
from sansheng.outcomes.events.declared import CODES, EVENT_COLUMNS, EVENTS, KINDS, NONE

_KINDS = list(KINDS)


class _Block(NamedTuple):
    """Rows of one event in one month; a number stands for all of them."""

    month: int
    event: int
    rows: int
    actor_kind: int
    actor: Any
    other_kind: int
    other: Any
    community: Any
    category: Any
    fen: Any
    count: Any


class Rows:
    """Collects rows.

    Parameters
    ----------
    categories
        Ids of service categories, in column order.
    """

    def __init__(self, categories: tuple[str, ...]) -> None:
        self.month = 0
        self._categories = categories
        self._blocks: list[_Block] = []

    def add(
        self,
        code: str,
        actor: Any,
        *,
        actor_kind: str | None = None,
        other: Any = NONE,
        other_kind: str | None = None,
        community: Any = NONE,
        category: Any = NONE,
        fen: Any = None,
        count: Any = NONE,
    ) -> None:
        """Add a row for every actor.

        Parameters
        ----------
        code
            Of the event.
        actor, other
            Numbers of those it happens to (shape ``(row,)``) and of the others.
        actor_kind, other_kind
            Their kinds; left out, the first that the event declares.
        community
            Number of the community.
        category
            Column of the service category.
        fen, count
            Amount in whole fen, and what is counted.
        """
        actor = np.asarray(actor, dtype=np.int64)
        if actor.size == 0:
            return
        event = EVENTS[CODES[code]]
        kinds = [actor_kind or event.actor[0], other_kind or (*event.other, None)[0]]
        ours, theirs = (NONE if kind is None else _KINDS.index(kind) for kind in kinds)
        place = CODES[code]
        self._blocks.append(
            _Block(
                self.month,
                place,
                actor.size,
                ours,
                actor,
                theirs,
                other,
                community,
                category,
                NO_MONEY if fen is None else fen,
                count,
            )
        )

    def pay(self, code: str, actor: Any, fen: I64, **rest: Any) -> None:
        """Add a row for every actor whose amount is not zero; see :meth:`add`.

        What else is said of them has the shape of ``fen``.
        """
        some = fen != 0
        if some.any():
            chosen = {name: _part(values, some) for name, values in rest.items()}
            self.add(code, actor[some], fen=fen[some], **chosen)

    def table(self) -> dict[str, NDArray[Any]]:
        """Return the columns of :data:`~sansheng.outcomes.events.declared.EVENT_COLUMNS`, shape ``(row,)``."""
        sizes = np.array([block.rows for block in self._blocks], dtype=np.int64)

        def spread(field: str) -> I64:
            values = [getattr(block, field) for block in self._blocks]
            return np.repeat(np.array(values, dtype=np.int64), sizes)

        def joined(field: str) -> I64:
            out = np.empty(int(sizes.sum()), dtype=np.int64)
            end = 0
            for block in self._blocks:
                end += block.rows
                out[end - block.rows : end] = getattr(block, field)
            return out

        month = spread("month")
        by_name: dict[str, NDArray[Any]] = {
            "year": month // 12,
            "month": month % 12 + 1,
            "event": _words([event.code for event in EVENTS], spread("event")),
            "actor_kind": _words(_KINDS, spread("actor_kind")),
            "actor": joined("actor"),
            "other_kind": _words(_KINDS, spread("other_kind")),
            "other": joined("other"),
            "community": joined("community"),
            "category": _words(list(self._categories), joined("category")),
            "amount": _yuan(joined("fen")),
            "count": joined("count"),
        }
        return {column.id: by_name[column.id] for column in EVENT_COLUMNS}


NO_MONEY = np.iinfo(np.int64).min
"""Amount of a row that has none; no account holds so little."""


def _part(values: Any, some: NDArray[np.bool_]) -> Any:
    return values[some] if isinstance(values, np.ndarray) else values


def _words(words: list[str], numbers: I64) -> NDArray[np.object_]:
    """Return the word of each number, None where it is -1."""
    found = np.array([*words, None], dtype=object)
    return found[numbers]


def _yuan(fen: I64) -> F64:
    yuan: F64 = np.where(fen == NO_MONEY, np.nan, fen / 100.0)
    return yuan
