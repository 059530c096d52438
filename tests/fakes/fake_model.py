"""Stands in for the simulation where the machinery around it is tested.

Workers import this module by name, so it lies in a folder of its own that tests put on the path.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sansheng.core.errors import BadInput, Problem
from sansheng.core.months import Month
from sansheng.core.text import Text
from sansheng.study.config import RuleRef, Scaling, Scenario, Study
from sansheng.study.matching import Spending

COMMUNITIES = 3
INCUMBENTS = 4


class FakeRun(NamedTuple):
    scenario: str
    draw: int
    replicate: int
    months: NDArray[np.float64]
    communities: NDArray[np.float64]
    organisations: NDArray[np.float64]
    workers: NDArray[np.float64]
    events: None = None


def make_study(**changes: object) -> Study:
    """Return a small valid study of two scenarios; ``marks`` is a folder for blocks to write in."""
    marks = changes.pop("marks", "")
    settings: dict[str, object] = {
        "place": "chenghua-2015",
        "start": Month(2015, 11),
        "months": 4,
        "warm_up": 0,
        "replicates": 3,
        "seed": 7,
        "baseline": "每百户",
        "scenarios": {
            "每百户": Scenario(rule=RuleRef(name="per_household")),
            "职责": Scenario(rule=RuleRef(name="functions_borne")),
        },
        **changes,
    }
    source = {
        **{name: settings[name] for name in ("place", "months", "warm_up", "replicates", "seed")},
        "start": str(settings["start"]),
        "baseline": settings["baseline"],
        "scenarios": {"每百户": {"rule": "per_household"}, "职责": {"rule": "functions_borne"}},
    }
    text = f"# {marks}\n{json.dumps(source, ensure_ascii=False, indent=2)}\n"
    return Study(source=text, **settings)  # type: ignore[arg-type]


def marks(study: Study) -> Path:
    """Return the folder in which the blocks of this study leave notes."""
    return Path(study.source.splitlines()[0].removeprefix("# "))


def warm_up() -> None:
    pass


class Pilot:
    """Says that all scenarios spend the same."""

    def __init__(self, study: Study, keys: Sequence[tuple[int, int]]) -> None:
        self.shape = (len(keys), study.months)

    def spending(self, name: str, scaling: Scaling | None) -> Spending:
        nothing = np.zeros(self.shape)
        return Spending(nothing + 1500.0, nothing, nothing)


def in_scenarios(block: Callable[[Study, int, int], Sequence[FakeRun]]) -> Callable[..., object]:
    """Return what a model offers, made of a function that runs every scenario of a block."""

    def simulate_scenarios(
        study: Study, draw: int, replicate: int, scenarios: Sequence[str]
    ) -> Iterator[FakeRun]:
        for run in block(study, draw, replicate):
            if run.scenario in scenarios:
                yield run

    return simulate_scenarios


def simulate_block(study: Study, draw: int, replicate: int) -> list[FakeRun]:
    from sansheng.outcomes.communities import COMMUNITY_COLUMNS
    from sansheng.outcomes.incumbents import ORGANISATION_COLUMNS, WORKER_COLUMNS
    from sansheng.outcomes.measures import OUTCOMES

    runs = []
    for number, scenario in enumerate(study.scenarios):
        rng = np.random.default_rng([study.seed, draw, replicate, number])
        months = rng.normal(size=(study.months, len(OUTCOMES)))
        months[0, 0] = np.nan
        months[1, 0] = -0.0
        communities = rng.random((2 * COMMUNITIES, len(COMMUNITY_COLUMNS)))
        whole = [column.integer for column in COMMUNITY_COLUMNS]
        communities[:, whole] = np.floor(1000 * communities[:, whole])
        communities[:, 0] = np.repeat([2016, 2015], COMMUNITIES)
        communities[:, 1] = np.tile(np.arange(COMMUNITIES), 2)
        incumbents = []
        for columns in (ORGANISATION_COLUMNS, WORKER_COLUMNS):
            rows = rng.random((INCUMBENTS, len(columns)))
            whole = [column.integer for column in columns]
            rows[:, whole] = np.floor(1000 * rows[:, whole])
            rows[:, 0] = np.arange(INCUMBENTS)[::-1]
            incumbents.append(rows)
        runs.append(FakeRun(scenario, draw, replicate, months, communities, *incumbents))
    return runs


simulate_scenarios = in_scenarios(simulate_block)


def slow(study: Study, draw: int, replicate: int) -> list[FakeRun]:
    (marks(study) / f"worker-{os.getpid()}").touch()
    time.sleep(60)
    return simulate_block(study, draw, replicate)


def slow_but_first(study: Study, draw: int, replicate: int) -> list[FakeRun]:
    if (draw, replicate) != (0, 0):
        return slow(study, draw, replicate)
    while not list(marks(study).glob("worker-*")):
        time.sleep(0.01)
    return simulate_block(study, draw, replicate)


def fails_at_1(study: Study, draw: int, replicate: int) -> list[FakeRun]:
    if replicate == 1:
        raise ZeroDivisionError("no households")
    return simulate_block(study, draw, replicate)


def always_fails(study: Study, draw: int, replicate: int) -> list[FakeRun]:
    (marks(study) / f"tried-{draw}-{replicate}").touch()
    raise ZeroDivisionError("no households")


def leaves_at_1(study: Study, draw: int, replicate: int) -> list[FakeRun]:
    if replicate == 1:
        sys.exit(0)
    return simulate_block(study, draw, replicate)


def finds_bad_input(study: Study, draw: int, replicate: int) -> list[FakeRun]:
    raise BadInput(Problem(Text("the rule asks for more than there is", "规则要求超出总额")))


def returns_what_cannot_travel(study: Study, draw: int, replicate: int) -> Callable[[], None]:
    return lambda: None


def dies_at_1(study: Study, draw: int, replicate: int) -> list[FakeRun]:
    if replicate == 1:
        os._exit(9)
    return simulate_block(study, draw, replicate)


def dies_once(study: Study, draw: int, replicate: int) -> list[FakeRun]:
    mark = marks(study) / "died"
    if replicate == 1 and not mark.exists():
        mark.touch()
        os._exit(9)
    return simulate_block(study, draw, replicate)


def always_dies(study: Study, draw: int, replicate: int) -> list[FakeRun]:
    os._exit(9)
