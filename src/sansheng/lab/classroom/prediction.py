"""Predicting before seeing: sign and size of what another rule changes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from sansheng.core.errors import BadInput, Problem
from sansheng.core.text import Text
from sansheng.lab.draft import Choice, Draft

Sign = Literal["better", "same", "worse"]

SIGNS: Mapping[Sign, Text] = {
    "better": Text("better", "更好"),
    "same": Text("no practical difference", "无实际差异"),
    "worse": Text("worse", "更差"),
}
LARGEST = 20.0
"""Percentage points, or points, that a prediction may say."""

OUTCOMES = ("need_met", "hard_need_met", "closure_true", "satisfaction", "closure_gap")
"""Outcomes that a class can be asked about."""


class Prediction(NamedTuple):
    """What somebody expects.

    Parameters
    ----------
    sign
        Whether the other rule does better than the baseline.
    size
        By how much, in the outcome's unit; not negative.
    """

    sign: Sign
    size: float


class Truth(NamedTuple):
    """What the runs say: the difference, its interval by itself, and which sign that is.

    ``sign`` is None where the runs do not decide.
    """

    difference: float
    low: float
    high: float
    sign: Sign | None


class Score(NamedTuple):
    """How near somebody came: the prediction as a difference, how far off it is, and whether the sign was right."""

    name: str
    prediction: Prediction
    difference: float
    off: float
    right: bool | None


@dataclass(frozen=True)
class Question:
    """What a class is asked.

    Parameters
    ----------
    draft
        Of two rules, the first of which is the baseline.
    outcome
        What is predicted.
    """

    draft: Draft = field(
        default_factory=lambda: Draft(rules=(Choice("per_household"), Choice("task_based")))
    )
    outcome: str = "need_met"


def prediction_of(sign: object, size: object) -> Prediction:
    """Return what a browser says as a prediction.

    Raises
    ------
    BadInput
        If it is none.
    """
    found = next((known for known in SIGNS if known == sign), None)
    if found is None:
        raise BadInput(Problem(Text("choose a direction", "请选择方向")))
    try:
        value = abs(float(size))  # type: ignore[arg-type] # whatever it is, it is a number or refused
    except (TypeError, ValueError):
        value = math.nan
    if not value <= LARGEST:
        text = Text(
            f"the size is a number from 0 to {LARGEST:g}", f"幅度须为 0 至 {LARGEST:g} 的数"
        )
        raise BadInput(Problem(text))
    return Prediction(found, 0.0 if found == "same" else value)


def as_difference(prediction: Prediction, better: str) -> float:
    """Return a prediction as the difference that it means; ``better`` says whether higher or lower is."""
    if prediction.sign == "same":
        return 0.0
    up = (prediction.sign == "better") == (better == "higher")
    return prediction.size if up else -prediction.size


def scores(predictions: Mapping[str, Prediction], truth: Truth, better: str) -> Sequence[Score]:
    """Return how near everybody came, the nearest first.

    Parameters
    ----------
    predictions
        By name.
    truth
        What the runs say.
    better
        ``higher`` or ``lower``.
    """
    found = []
    for name, prediction in predictions.items():
        difference = as_difference(prediction, better)
        right = None if truth.sign is None else prediction.sign == truth.sign
        found.append(Score(name, prediction, difference, abs(difference - truth.difference), right))
    return sorted(found, key=lambda score: (score.off, score.name))
