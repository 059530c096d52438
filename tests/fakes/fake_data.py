"""Study data made of given arrays, for tests of what is computed from a store."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sansheng.study.reading import StudyData


def study_data(
    outcomes: Mapping[str, NDArray[np.float64]], scenarios: tuple[str, ...], baseline: str
) -> StudyData:
    """Return data whose outcomes are ``float64[scenario, draw, replicate, month]``."""
    first = next(iter(outcomes.values()))
    _, draws, replicates, months = first.shape
    return StudyData(
        folder=Path("results"),
        manifest={
            "scenarios": [
                {"name": name, "spending": {"status": "matched", "scale": 1.0}}
                for name in scenarios
            ],
            "baseline": baseline,
            "equal_spend": True,
            "outcomes": list(outcomes),
            "draws": draws,
            "replicates": replicates,
            "months": months,
        },
        months={name: values.ravel() for name, values in outcomes.items()},
        draws={"draw": np.arange(draws, dtype=np.int32)},
    )
