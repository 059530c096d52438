"""What happens to one community, or to one person, in two runs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sansheng.analysis.story.recorded import told_of
from sansheng.analysis.story.told import Told
from sansheng.core.errors import BadInput, Problem
from sansheng.core.text import Text
from sansheng.outcomes.events.declared import CODES

if TYPE_CHECKING:
    import pandas as pd

    from sansheng.study.progress import Progress
    from sansheng.study.reading import StudyData

KEY = (
    "year", "month", "event", "actor_kind", "actor", "other_kind", "other", "community", "category", "nth",
)  # fmt: skip
"""What an event of one run has in common with one of the other that it stands beside."""


def community_story(
    data: StudyData,
    community: int,
    a: str | None = None,
    b: str | None = None,
    *,
    replicate: int = 0,
    draw: int = 0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return what happens in one community, month by month, in two runs side by side.

    Parameters
    ----------
    data
        Results of a study.
    community
        Its number.
    a, b, replicate, draw, progress
        As in :func:`sansheng.first_divergence`.

    Returns
    -------
    One row an event: ``year``, ``month``, ``event``, who it happens to and with whom, ``category``; then of either
    run ``number_a``, ``amount_a`` (yuan), ``count_a`` and the same of ``b``, NaN where that run has no such
    event. Several of the same kind with the same people in a month are told apart by ``nth``. ``same`` tells whether
    both runs say the same.

    Raises
    ------
    BadInput
        If a scenario, run or community is not there.
    RunFailed
        If a run that is made again differs from what was stored.
    """
    both = told_of(data, a, b, replicate=replicate, draw=draw, progress=progress)
    chosen = [_of_community(run, community) for run in (both.a, both.b)]
    if not any(rows.size for rows in chosen):
        raise BadInput(
            Problem(
                Text(f"no event is about community {community}", f"没有关于社区 {community} 的事件")
            )
        )
    return _beside(both.a, both.b, chosen)


def worker_life(
    data: StudyData,
    worker: int,
    a: str | None = None,
    b: str | None = None,
    *,
    replicate: int = 0,
    draw: int = 0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return what happens to one person in two runs side by side, under every number that the person goes by.

    Parameters
    ----------
    data
        Results of a study.
    worker
        The person's number. Who moves to another seat has another number there; both are followed, in each run by
        itself.
    a, b, replicate, draw, progress
        As in :func:`sansheng.first_divergence`.

    Returns
    -------
    As in :func:`community_story`. People who came after the runs parted may share a number without being the same.

    Raises
    ------
    BadInput
        If a scenario, run or person is not there.
    RunFailed
        If a run that is made again differs from what was stored.
    """
    both = told_of(data, a, b, replicate=replicate, draw=draw, progress=progress)
    chosen = [_of_worker(run, worker) for run in (both.a, both.b)]
    if not any(rows.size for rows in chosen):
        raise BadInput(
            Problem(Text(f"no event is about worker {worker}", f"没有关于社工 {worker} 的事件"))
        )
    return _beside(both.a, both.b, chosen)


def _of_community(run: Told, community: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    table = run.table
    actor = table["actor_kind"].isin(["community", "station"]) & (table["actor"] == community)
    other = table["other_kind"].isin(["community", "station"]) & (table["other"] == community)
    return np.flatnonzero((actor | other | (table["community"] == community)).to_numpy())


def _of_worker(run: Told, worker: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    table = run.table
    moves = table[(table["event"] == "moved_away") & (table["other"] > 0)]
    onward = dict(zip(moves["actor"], moves["other"], strict=True))
    back = {new: old for old, new in onward.items()}
    numbers = {worker}
    for way in (onward, back):
        number = worker
        while number in way:
            number = way[number]
            numbers.add(number)
    mine = (table["actor_kind"] == "worker") & table["actor"].isin(numbers)
    return np.flatnonzero(mine.to_numpy())


def _beside(
    a: Told, b: Told, rows: Sequence[np.ndarray[tuple[int], np.dtype[np.intp]]]
) -> pd.DataFrame:
    """Return some events of both runs, those that match in one row, in the order of months and declarations."""
    import pandas as pd

    sides = []
    for run, some, name in zip((a, b), rows, "ab", strict=True):
        side = run.table.iloc[some].assign(number=some + 1)
        plain = [column for column in KEY if column != "nth"]
        side["nth"] = side.groupby(plain, dropna=False).cumcount() + 1
        renamed = {column: f"{column}_{name}" for column in ("number", "amount", "count")}
        sides.append(side.rename(columns=renamed))
    joined = sides[0].merge(sides[1], how="outer", on=list(KEY))
    order = joined["event"].map(CODES)
    keys = [joined[name] for name in ("nth", "other", "actor")]
    joined = joined.iloc[np.lexsort([*keys, order, joined["month"], joined["year"]])]
    same = joined["number_a"].notna() & joined["number_b"].notna()
    for value in ("amount", "count"):
        ours, theirs = joined[f"{value}_a"], joined[f"{value}_b"]
        same &= (ours == theirs) | (ours.isna() & theirs.isna())
    values = [f"{value}_{name}" for name in "ab" for value in ("number", "amount", "count")]
    whole = {name: "Int64" for name in values if not name.startswith("amount")}
    told = joined[[*KEY, *values]].astype(whole)
    return pd.concat([told, same.rename("same")], axis=1).reset_index(drop=True)
