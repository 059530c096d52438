"""How far the model, as it stands, reproduces published figures and its own operating point."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sansheng.analysis.observe import Sweep, conditions_of, observe
from sansheng.analysis.patterns import Pattern
from sansheng.analysis.structure import CHECKS, Check, passes, standard_run
from sansheng.core.tables import F64
from sansheng.study.progress import Progress


@dataclass(frozen=True)
class Validation:
    """A pattern and what the model gave.

    Parameters
    ----------
    pattern
        The figure.
    simulated
        Mean over replicates; NaN where the model cannot measure it yet.
    low, high
        Least and largest replicate.
    """

    pattern: Pattern
    simulated: float
    low: float
    high: float

    @property
    def hit(self) -> bool:
        """Whether the mean lies inside the tolerance."""
        return self.pattern.hit(self.simulated)

    def as_dict(self) -> dict[str, str | float | bool | None]:
        """Return the row as JSON can hold it: an undefined number is None."""
        return {
            "id": self.pattern.id,
            "target": self.pattern.target,
            "tolerance_low": self.pattern.low,
            "tolerance_high": self.pattern.high,
            "simulated": _json(self.simulated),
            "low": _json(self.low),
            "high": _json(self.high),
            "hit": self.hit,
            "calibrated": self.pattern.calibrated,
        }


@dataclass(frozen=True)
class Structure:
    """A structural check and what the model gave; mean, least and largest replicate."""

    check: Check
    value: float
    low: float
    high: float
    ok: bool

    def as_dict(self) -> dict[str, str | float | bool | None]:
        """Return the row as JSON can hold it."""
        return {
            "id": self.check.id,
            "bound_low": self.check.low,
            "bound_high": self.check.high,
            "value": _json(self.value),
            "low": _json(self.low),
            "high": _json(self.high),
            "ok": self.ok,
        }


def validate(
    patterns: Sequence[Pattern],
    *,
    replicates: int,
    seed: int,
    structure: str | None = None,
    parameters: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[list[Validation], list[Structure]]:
    """Measure patterns, and check the structure of a place's runs, in one pool of workers.

    Parameters
    ----------
    patterns
        What to measure; each brings its own place and time.
    replicates, seed
        Runs of each, and the seed of their draws.
    structure
        Name of the place whose structure is checked, if any.
    parameters
        Values instead of the defaults.
    workers, progress
        See :func:`sansheng.analysis.observe.observe`.
    """
    grouped = conditions_of(patterns)
    conditions = [condition for condition, _ in grouped]
    if structure is not None:
        conditions.append(standard_run(structure))
    if not conditions:
        return [], []
    sweep = Sweep(tuple(conditions), (dict(parameters or {}),), seed)
    values = observe(sweep, replicates, workers=workers, progress=progress)
    rows: dict[int, Validation] = {}
    for (_, members), array in zip(grouped, values, strict=False):
        for column, position in enumerate(members):
            rows[position] = _validation(patterns[position], array[0, :, column])
    checks = [] if structure is None else _structure(values[-1][0])
    return [rows[i] for i in range(len(patterns))], checks


def _validation(pattern: Pattern, values: F64) -> Validation:
    defined = values[~np.isnan(values)]
    if (
        defined.size < values.size
    ):  # a mean over the replicates that happen to have one would flatter
        return Validation(pattern, math.nan, math.nan, math.nan)
    return Validation(pattern, float(values.mean()), float(values.min()), float(values.max()))


def _structure(values: F64) -> list[Structure]:
    return [
        Structure(
            check,
            float(values[:, i].mean()),
            float(values[:, i].min()),
            float(values[:, i].max()),
            passes(check, values[:, i]),
        )
        for i, check in enumerate(CHECKS)
    ]


def _json(value: float) -> float | None:
    return None if math.isnan(value) else value
