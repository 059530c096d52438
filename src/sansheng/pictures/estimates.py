"""Means over replicates with their intervals, and how a sentence tells them.

Whatever a figure says is uncertain goes through here, so that another kind of interval has one place to go to.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sansheng.analysis.replications import LEVEL
from sansheng.analysis.simultaneous import joint_level
from sansheng.analysis.verdicts import Verdict, verdict
from sansheng.core.tables import F64
from sansheng.core.text import Language, Text
from sansheng.pictures.wording import (
    VERDICTS,
    Scale,
    decimals_for,
    digits_that_tell,
)

_DIGITS = 4
"""Digits of the largest number that is written."""

FEW = 3
"""Up to this many scenarios a title tells what each changes; beyond, it counts them."""


@dataclass(frozen=True)
class Estimate:
    """A mean over replicates, its interval, and how many replicates define it.

    Bounds are NaN where fewer than two do. ``zone`` is up to what, as a difference, it does not matter.
    """

    mean: float
    low: float
    high: float
    count: int
    zone: float = math.nan

    def shows(self, better: str = "neither") -> Verdict:
        """Return what it says as a difference; ``better`` is ``higher``, ``lower`` or ``neither``."""
        return verdict(self.mean, self.low, self.high, better, self.zone)

    @property
    def decided(self) -> bool:
        """Whether it lies, as a difference, on one side of zero."""
        return self.low > 0.0 or self.high < 0.0

    @property
    def ends(self) -> tuple[float, float]:
        """The interval."""
        return self.low, self.high


class Band(NamedTuple):
    """Means and bounds of many things, arrays of one shape, and how many replicates define each."""

    mean: F64
    low: F64
    high: F64
    number: NDArray[np.int64]

    def at(self, *place: int) -> Estimate:
        """Return one of them."""
        return Estimate(
            float(self.mean[place]),
            float(self.low[place]),
            float(self.high[place]),
            int(self.number[place]),
        )


def band(values: F64, level: float = LEVEL) -> Band:
    """Return means over the last axis and Student's t intervals; what is undefined is left out.

    Parameters
    ----------
    values
        ``float64[..., replicate]``: levels, or differences of pairs.
    level
        Confidence of each interval.
    """
    from scipy.special import stdtrit

    there = ~np.isnan(values)
    count = there.sum(axis=-1)
    whole = np.where(there, values, 0.0)
    n = np.where(count > 0, count, np.nan)
    mean = whole.sum(axis=-1) / n
    off = np.where(there, values - mean[..., None], 0.0)
    free = np.where(count > 1, count - 1.0, np.nan)
    error = np.sqrt((off**2).sum(axis=-1) / free / n)
    half = stdtrit(free, 0.5 + level / 2.0) * error
    return Band(mean, mean - half, mean + half, count)


def together(values: F64) -> Band:
    """Return means of ``float64[..., replicate]`` and intervals all of which hold together with 95%."""
    members = values.reshape(-1, values.shape[-1])
    return band(values, float(joint_level(members.T, LEVEL)))


def differences(pairs: Mapping[str, F64], zone: float = math.nan) -> dict[str, Estimate]:
    """Return differences of scenarios, each ``float64[replicate]``; their intervals hold together.

    Parameters
    ----------
    pairs
        By scenario.
    zone
        Differences up to this much, either way, do not matter; NaN if none is declared.
    """
    if not pairs:
        return {}
    found = together(np.array(list(pairs.values())))
    return {name: replace(found.at(place), zone=zone) for place, name in enumerate(pairs)}


def zone_of(outcome: str) -> float:
    """Return up to what a difference of an outcome does not matter; NaN where nobody has said so."""
    from sansheng.outcomes.measures import OUTCOMES

    declared = OUTCOMES[outcome].indifference
    return math.nan if declared is None else declared.half


def mean_of(values: F64) -> F64:
    """Return means over the last axis of what is defined; NaN where nothing is."""
    there = ~np.isnan(values)
    count = there.sum(axis=-1)
    found: F64 = np.where(there, values, 0.0).sum(axis=-1) / np.where(count > 0, count, np.nan)
    return found


def estimate(values: F64) -> Estimate:
    """Return the mean of ``float64[replicate]`` and its 95% interval."""
    return band(values[None, :]).at(0)


def scale_for(
    changes: Iterable[Estimate],
    unit: Text,
    level: Text,
    lang: Language,
    levels: Iterable[Estimate] = (),
) -> Scale:
    """Return how differences and levels are written side by side, with the digits that the narrowest interval deserves.

    ``unit`` is that of differences, ``level`` what follows a level. No end of a difference's interval that excludes
    zero is rounded to zero.
    """
    rows = list(changes)
    every = [*rows, *levels]
    decimals = decimals_for([row.mean for row in every], [row.ends for row in every])
    decided = [end for row in rows if row.decided for end in row.ends]
    known = [abs(end) for row in every for end in (row.mean, *row.ends) if math.isfinite(end)]
    most = _DIGITS - 1 - math.floor(math.log10(max([*known, 1e-9])))
    digits = min(digits_that_tell(decided, decimals), max(0, most))
    return Scale(digits, unit.get(lang), level.get(lang))


def to_name(found: Mapping[str, Estimate], shown: Iterable[str]) -> list[str]:
    """Return the scenarios that a title names: all where they are few, else those that surely rise and fall most."""
    if len(found) <= FEW:
        return list(found)
    decided = [name for name in shown if found[name].shows() in ("higher", "lower")]
    if not decided:
        return []
    ends = (max(decided, key=lambda n: found[n].mean), min(decided, key=lambda n: found[n].mean))
    return list(dict.fromkeys(ends))


def changes_told(
    found: Mapping[str, Estimate],
    named: Mapping[str, str],
    scale: Scale,
    lang: Language,
    better: str = "neither",
) -> list[str]:
    """Return parts of a title: what each scenario changes, or how many change it which way and what the named do.

    Parameters
    ----------
    found
        Differences of all scenarios.
    named
        Titles of those that are told one by one, see :func:`to_name`.
    scale
        How numbers are written.
    lang
        Language.
    better
        ``higher``, ``lower`` or ``neither``.
    """
    one_by_one = [
        f"{title} {told(found[name], scale, lang, better)}" for name, title in named.items()
    ]
    if len(found) <= FEW:
        return one_by_one
    shown = [one.shows(better) for one in found.values()]
    words: dict[Verdict, Text] = {**VERDICTS, "undecided": Text("cannot be told", "无法分辨")}
    counts = [
        f"{shown.count(kind)} {word.en}" if lang == "en" else f"{shown.count(kind)} 个{word.zh}"
        for kind, word in words.items()
        if kind in shown
    ]
    first = Text(
        f"of {len(found)} scenarios {', '.join(counts)}",
        f"{len(found)} 个方案中，{'，'.join(counts)}",
    )
    return [first.get(lang), *one_by_one]


def told(found: Estimate, scale: Scale, lang: Language, better: str = "neither") -> str:
    """Return a difference in words: size, interval and what that shows, or that it cannot be told."""
    shown = found.shows(better)
    if shown == "unknown":
        return Text("no interval can be given", "无法给出区间").get(lang)
    if shown == "identical":
        return Text("exactly the same", "完全相同").get(lang)
    if found.decided and all(round(end, scale.decimals) == 0 for end in found.ends):
        return Text("practically the same", "几乎相同").get(lang)
    size = scale.change(found.mean) + (f"\u00a0{scale.unit}" if scale.unit else "")
    size += scale.interval(found.low, found.high, lang)
    if shown == "undecided":
        return Text(f"{size}, cannot tell", f"{size}，无法分辨").get(lang)
    word = VERDICTS[shown].get(lang)
    return f"{size}，{word}" if lang == "zh" else f"{size}, {word}"


def level_told(found: Estimate, scale: Scale, lang: Language) -> str:
    """Return a level in words, with its interval if there is one."""
    if not math.isfinite(found.mean):
        return "–"
    return scale.with_unit(found.mean) + scale.interval(found.low, found.high, lang)
