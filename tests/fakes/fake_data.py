"""Study data made of given arrays, for tests of what is computed from a store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sansheng.outcomes.aggregate import of_run
from sansheng.study.ledger import RunRow
from sansheng.study.naming import run_id
from sansheng.study.reading import StudyData
from sansheng.study.shards import RunNumbers

Outcomes = Mapping[str, NDArray[np.float64]]


@dataclass
class FakeTables:
    """Tables in memory."""

    outcomes: Outcomes

    def _keys(self, shape: Sequence[int]) -> dict[str, NDArray[Any]]:
        grid = np.indices(tuple(shape)).reshape(len(shape), -1)
        return dict(zip(("scenario", "draw", "replicate"), grid, strict=False))

    def summaries(self) -> Mapping[str, NDArray[Any]]:
        from sansheng.outcomes.measures import OUTCOMES  # which tests replace

        first = next(iter(self.outcomes.values()))
        known = {
            name: of_run(values, OUTCOMES[name].aggregate if name in OUTCOMES else "mean").ravel()
            for name, values in self.outcomes.items()
        }
        return {**self._keys(first.shape[:3]), **known}

    def months(self, outcomes: Sequence[str]) -> Mapping[str, NDArray[Any]]:
        raise NotImplementedError

    def numbers(self) -> Iterator[RunNumbers]:
        raise NotImplementedError

    def sources(self) -> Mapping[str, Sequence[Path]]:
        raise NotImplementedError


def study_data(outcomes: Outcomes, scenarios: tuple[str, ...], baseline: str) -> StudyData:
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
        ledger=[
            RunRow(run_id(i, d, r), "", scenarios[i], d, r, "done", 1)
            for i, d, r in product(range(len(scenarios)), range(draws), range(replicates))
        ],
        tables=FakeTables(outcomes),
    )
