r"""Shares of a difference by what makes it: Shapley values, exact or from a balanced sample of orders.

Of players :math:`N` and what each set of them brings about, :math:`v(S)`, the share of player :math:`i` is what it
adds to those before it, averaged over the orders in which players can come. Shares add up to
:math:`v(N)-v(\emptyset)` whatever :math:`v` is, and so do those of any one order, and of any sample of orders.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from math import comb
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sansheng.analysis.replications import paired_interval
from sansheng.core.errors import BadInput, Problem
from sansheng.core.tables import F64
from sansheng.core.text import Text

if TYPE_CHECKING:
    import pandas as pd

MOST_EXACT = 6
"""Players up to which every set is looked at."""


class Game(NamedTuple):
    """Which sets of players are looked at, and what each set counts for the share of each player.

    Parameters
    ----------
    sets
        Bit masks: bit :math:`i` is set where player :math:`i` takes part. The first is empty, the last whole.
    weights
        ``float64[player, set]``; a share is the weighted sum of what the sets bring about.
    """

    sets: tuple[int, ...]
    weights: F64

    def shares(self, values: F64) -> F64:
        """Return the shares of players, ``float64[..., player]``, of values ``float64[..., set]``.

        Where all sets bring about the same, every share is 0, to the last bit.
        """
        gained = values - values[..., :1]
        shares: F64 = np.einsum("ps,...s->...p", self.weights, gained)
        return shares


def whole_game(players: int) -> Game:
    """Return the game of all sets of so many players."""
    sets = tuple(range(2**players))
    weights = np.zeros((players, len(sets)))
    for mask in sets:
        for i in range(players):
            others = (mask & ~(1 << i)).bit_count()
            weight = 1.0 / (players * comb(players - 1, others))
            weights[i, mask] = weight if mask >> i & 1 else -weight
    return Game(sets, weights)


def sampled_game(players: int, luck: str) -> Game:
    """Return the game of a balanced sample of orders.

    The orders are the rotations of one, and these the other way round: every player comes at every place equally
    often, and before every other as often as behind it. The first order is one of all, at random by ``luck``, so
    that over many games shares are without bias.
    """
    first = sorted(range(players), key=lambda i: hashlib.sha256(f"{luck} {i}".encode()).hexdigest())
    turned = [first[n:] + first[:n] for n in range(players)]
    return game_of([*turned, *(order[::-1] for order in turned)])


def game_of(orders: Sequence[Sequence[int]]) -> Game:
    """Return the game in which players come in these orders, all of the same players."""
    sets = {mask for order in orders for mask in _prefixes(order)}
    ranked = tuple(sorted(sets, key=lambda mask: (mask.bit_count(), mask)))
    place = {mask: n for n, mask in enumerate(ranked)}
    weights = np.zeros((len(orders[0]), len(ranked)))
    for order in orders:
        for player, mask in zip(order, _prefixes(order), strict=False):
            weights[player, place[mask | 1 << player]] += 1.0 / len(orders)
            weights[player, place[mask]] -= 1.0 / len(orders)
    return Game(ranked, weights)


def _prefixes(order: Sequence[int]) -> Iterator[int]:
    mask = 0
    yield mask
    for player in order:
        mask |= 1 << player
        yield mask


def shapley(values: pd.DataFrame, players: Sequence[str], value: str = "value") -> pd.DataFrame:
    """Share out differences between combinations.

    Parameters
    ----------
    values
        A row for every replicate and every combination: columns ``replicate``, one of truth values for each player,
        and the value.
    players
        Names of their columns.
    value
        Name of the column of values.

    Returns
    -------
    A row for each player: ``player``, ``mean``, ``low``, ``high`` (95%, over replicates), in the values' unit.

    Raises
    ------
    BadInput
        If a column or a combination is missing or there twice, or there are fewer than two replicates.
    """
    import pandas as pd

    missing = [name for name in ("replicate", *players, value) if name not in values.columns]
    if missing:
        raise BadInput(Problem(Text(f"no column '{missing[0]}'", f"缺少列“{missing[0]}”")))
    takes_part = values[list(players)].to_numpy(dtype=bool)
    masks = takes_part @ (1 << np.arange(len(players)))
    keyed = pd.DataFrame(
        {"replicate": values["replicate"], "set": masks, "value": values[value].astype(float)}
    )
    game = whole_game(len(players))
    wide = keyed.pivot_table(index="replicate", columns="set", values="value", aggfunc="first")
    if keyed.duplicated(["replicate", "set"]).any() or wide.shape[1] != len(game.sets):
        raise _not_all()
    table = wide.to_numpy(dtype=float)
    if np.isnan(table).any():
        raise _not_all()
    interval = paired_interval(game.shares(table).T)
    return pd.DataFrame(
        {
            "player": list(players),
            "mean": interval.mean,
            "low": interval.low,
            "high": interval.high,
        }
    )


def _not_all() -> BadInput:
    return BadInput(
        Problem(
            Text(
                "every replicate needs every combination of the players exactly once",
                "每次重复须恰好各含一次全部组合",
            )
        )
    )
